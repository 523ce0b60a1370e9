"""Streamed text and reasoning on their way to blocks: neighbours of one sort become one block, the order stays.

Used by what puts an answer together, dialects and the simulated model. Linear in the text.
"""

from __future__ import annotations

from typing import TypeAlias, TypeVar

from actors.blocks import ReasoningBlock, TextBlock

Said: TypeAlias = TextBlock | ReasoningBlock
OtherT = TypeVar("OtherT")


class TextRun:
    """Text or reasoning that nothing has interrupted so far: one block."""

    __slots__ = ("kind", "parts")

    def __init__(self, kind: type[Said]) -> None:
        self.kind = kind
        self.parts: list[str] = []

    def block(self) -> Said:
        """The block."""
        return self.kind("".join(self.parts))


def extend(runs: list[TextRun | OtherT], kind: type[Said], text: str) -> None:
    """Add text to the last run, or begin another one where that is of another sort; empty text changes nothing."""
    if not text:
        return
    last = runs[-1] if runs else None
    if not isinstance(last, TextRun) or last.kind is not kind:
        last = TextRun(kind)
        runs.append(last)
    last.parts.append(text)
