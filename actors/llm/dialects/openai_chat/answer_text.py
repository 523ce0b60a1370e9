"""The text and the reasoning of an answer as they stream in, with the places of its calls among them.

Used by `AnswerDraft`. What becomes the blocks is kept in order of arrival; what is fresh is handed out as pieces,
neighbours of one sort joined. Linear in the text.
"""

from __future__ import annotations

from actors.blocks import ReasoningBlock, TextBlock
from actors.llm.dialects.openai_chat.calls import CallDraft
from actors.llm.dialects.openai_chat.think_tags import ThinkTags
from actors.llm.port import Piece
from actors.llm.text_runs import TextRun, extend


class AnswerText:
    """What was said, thought and called so far. `progress` grows with each of them."""

    def __init__(self) -> None:
        self.runs: list[TextRun | CallDraft] = []
        self.progress = 0
        self.said = False
        """There was text."""
        self._pieces: list[Piece] = []
        self._fresh: list[str] = []  # neighbours of one sort that are not yet a piece
        self._fresh_thought = False
        self._tags = ThinkTags()

    def read(self, text: str) -> None:
        """Some content, in which reasoning may stand between tags."""
        if self._tags.plain:
            self.say(text)
        elif text:
            self.progress += 1
            thought, said = self._tags.feed(text)
            self.think(thought)
            self.say(said)

    def release(self) -> None:
        """No more content comes: what was held back for a tag."""
        if not self._tags.plain:
            thought, said = self._tags.finish()
            self.think(thought)
            self.say(said)

    def say(self, text: str) -> None:
        """Some text."""
        if text:
            if self._fresh_thought:
                self._close_piece()
            self.said = True
            self.progress += 1
            extend(self.runs, TextBlock, text)
            self._fresh.append(text)

    def think(self, text: str) -> None:
        """Some reasoning."""
        if not text:
            return
        if not self._fresh_thought:
            self._close_piece()
            self._fresh_thought = True
        self.progress += 1
        extend(self.runs, ReasoningBlock, text)
        self._fresh.append(text)

    def place(self, draft: CallDraft) -> None:
        """A fragment of a call; the call stands where its first fragment came."""
        self.progress += 1
        if not draft.placed:
            draft.placed = True
            self.runs.append(draft)

    def pieces(self) -> tuple[Piece, ...]:
        """What was added since the last time."""
        if self._fresh:
            self._close_piece()
        if not self._pieces:
            return ()
        pieces = tuple(self._pieces)
        self._pieces.clear()
        return pieces

    def _close_piece(self) -> None:
        text = "".join(self._fresh)
        if text:
            self._pieces.append(Piece(reasoning=text) if self._fresh_thought else Piece(text))
        self._fresh.clear()
        self._fresh_thought = False
