"""The pieces of an answer that stream in since they were last taken: neighbours of one sort are one piece.

Used by `answer`.
"""

from __future__ import annotations

from actors.llm.port import Piece


class PieceBuffer:
    """Text and reasoning on their way to who reads along."""

    def __init__(self) -> None:
        self._pieces: list[Piece] = []
        self._fresh: list[str] = []  # neighbours of one sort that are not yet a piece
        self._thinking = False

    def add(self, text: str, *, thinking: bool) -> None:
        """Some more of the one or the other."""
        if self._fresh and thinking is not self._thinking:
            self._close()
        self._thinking = thinking
        self._fresh.append(text)

    def taken(self) -> tuple[Piece, ...]:
        """What was added since the last time."""
        if not self._fresh:
            return ()
        self._close()
        pieces = tuple(self._pieces)
        self._pieces.clear()
        return pieces

    def _close(self) -> None:
        text = "".join(self._fresh)
        self._fresh.clear()
        self._pieces.append(Piece(reasoning=text) if self._thinking else Piece(text))
