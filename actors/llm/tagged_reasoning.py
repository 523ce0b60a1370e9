"""Reasoning between tags at the very start of an answer, in whatever dialect it comes.

A server of open models that has no parser for reasoning switched on leaves the tags in the text, whether it is spoken
to in chat completions, Responses or Messages, and so does a gateway in front of it. A dialect puts its decoder into a
`TaggedDecoder` (openai_chat, where reasoning has several places, does the same as it reads); `ThinkTags` knows the
tags. An answer that begins with none costs one look. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from actors.blocks import ContentBlock, ReasoningBlock, TextBlock
from actors.llm.dialects.openai_chat.think_tags import TagSplit, ThinkTags
from actors.llm.port import Failed, Finished, Piece

if TYPE_CHECKING:
    from collections.abc import Iterator

    from actors.llm.dialect import Decoder


class TaggedDecoder:
    """A decoder whose pieces and message hold such reasoning as reasoning. See `actors.llm.dialect.Decoder`."""

    def __init__(self, inner: Decoder) -> None:
        self._inner = inner
        self._tags = ThinkTags()

    @property
    def done(self) -> bool:
        """Implement `Decoder`."""
        return self._inner.done

    @property
    def complete(self) -> bool:
        """Implement `Decoder`."""
        return self._inner.complete

    @property
    def progress(self) -> int:
        """Implement `Decoder`."""
        return self._inner.progress

    def feed(self, data: bytes) -> tuple[Piece, ...]:
        """Implement `Decoder`; what may be the beginning of a tag is held until it is decided."""
        pieces = self._inner.feed(data)
        if self._tags.plain:
            return pieces
        made = [part for piece in pieces for part in self._parted(piece)]
        if self._inner.complete:
            made.extend(_pieces(self._tags.finish()))
        return tuple(made)

    def close(self) -> Finished | Failed:
        """Implement `Decoder`."""
        final = self._inner.close()
        if isinstance(final, Failed):
            return final
        blocks = tuple(_parted_blocks(final.message.blocks))
        return (
            final if blocks == final.message.blocks else replace(final, message=replace(final.message, blocks=blocks))
        )

    def _parted(self, piece: Piece) -> Iterator[Piece]:
        if self._tags.plain or not piece.text:
            yield piece
        else:
            yield from _pieces(self._tags.feed(piece.text))


def _parted_blocks(blocks: tuple[ContentBlock, ...]) -> Iterator[ContentBlock]:
    """The blocks, with the reasoning that stands between tags before all text as a block of its own."""
    tags = ThinkTags()
    last = max((place for place, block in enumerate(blocks) if isinstance(block, TextBlock)), default=-1)
    for place, block in enumerate(blocks):
        if tags.plain or not isinstance(block, TextBlock) or not block.text:
            yield block
            continue
        split = tags.feed(block.text)
        if place == last:
            held = tags.finish()
            split = TagSplit(split.reasoning + held.reasoning, split.text + held.text)
        if split.reasoning:
            yield ReasoningBlock(split.reasoning)
        if split.text:
            yield block if split.text == block.text else replace(block, text=split.text)


def _pieces(split: TagSplit) -> Iterator[Piece]:
    if split.reasoning:
        yield Piece(reasoning=split.reasoning)
    if split.text:
        yield Piece(split.text)
