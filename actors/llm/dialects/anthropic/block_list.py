"""The blocks of an answer in order of arrival, and which of them an event is about.

Used by `answer`. One call in several blocks of the same id, as gateways send it, is one block here. Some servers go on
with a block that they have ended, add to one that they never began, or send indexes as text.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from actors.llm.dialects.anthropic.block_draft import BlockDraft, BlockKind
from actors.llm.dialects.anthropic.events import MessageBlock, shaped

MOST_BLOCKS = 20_000
"""Of one answer; a server that begins more is broken."""
LONGEST_INDEX = 9
"""Digits."""
TAKE_JSON: tuple[BlockKind, ...] = ("call", "opaque")
"""Kinds of blocks that fragments of JSON belong to."""


class TooManyBlocks(ValueError):  # noqa: N818 - reads as what happened
    """An answer passed `MOST_BLOCKS`."""


class BlockList:
    """The blocks of one answer. Raises `TooManyBlocks` with the block that is one too many."""

    def __init__(self) -> None:
        self._drafts: list[BlockDraft] = []
        self._placed: dict[object, BlockDraft] = {}
        """The last block of each index."""
        self._calls: dict[str, BlockDraft] = {}
        """The last call of each id."""

    def __iter__(self) -> Iterator[BlockDraft]:
        return iter(self._drafts)

    @property
    def empty(self) -> bool:
        """Nothing came that is kept."""
        return not any(draft.kind != "unknown" and (draft.text or draft.kind != "text") for draft in self._drafts)

    def begin(self, index: object, raw: msgspec.Raw) -> BlockDraft:
        """The block that begins there, or the call that goes on."""
        draft = BlockDraft(shaped(raw, MessageBlock) or MessageBlock(), bytes(raw))
        earlier = self._calls.get(draft.id) if draft.kind == "call" and draft.id else None
        if earlier is not None and not earlier.is_whole_call() and draft.name in ("", earlier.name):
            draft = earlier
        else:
            self._add(draft)
        self._placed[key_of(index)] = draft
        return draft

    def end(self, index: object) -> None:
        """The block of this index is over."""
        if (draft := self.at(index)) is not None:
            draft.closed = True

    def at(self, index: object) -> BlockDraft | None:
        """The last block of this index."""
        return self._placed.get(key_of(index))

    def speaking(self, index: object, kind: BlockKind) -> BlockDraft:
        """The block that text of this kind belongs to; a new one where none was begun."""
        for draft in (self.at(index), self._last()):
            if draft is not None and draft.kind == kind:
                return draft
        return self._add(BlockDraft(MessageBlock(kind)))

    def taking_json(self, index: object) -> BlockDraft | None:
        """The block that a fragment of JSON belongs to; None where there is none."""
        for draft in (self.at(index), self._last()):
            if draft is not None and draft.kind in TAKE_JSON:
                return draft
        return None

    def _last(self) -> BlockDraft | None:
        return self._drafts[-1] if self._drafts else None

    def _add(self, draft: BlockDraft) -> BlockDraft:
        if len(self._drafts) == MOST_BLOCKS:
            raise TooManyBlocks(f"an answer has more than {MOST_BLOCKS} blocks")
        self._drafts.append(draft)
        if draft.kind == "call":
            self._calls[draft.id] = draft
        return draft


def key_of(index: object) -> object:
    """A block's index; some servers send it as text."""
    if isinstance(index, str) and index.isascii() and index.isdigit() and len(index) <= LONGEST_INDEX:
        return int(index)
    return index if isinstance(index, int | float) else None
