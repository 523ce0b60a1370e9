"""The answer that grows from the events of a Messages stream: what is shown, and what it amounts to.

Used by `reply`, which knows how a stream begins and ends. Blocks stand in order of arrival. One call in several blocks
of the same id, as gateways send it, is one call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from actors.blocks import ContentBlock, ProviderState
from actors.llm.dialects.anthropic.block_draft import BlockDraft, BlockKind, finished_block, kind_of
from actors.llm.dialects.anthropic.events import (
    ABSENT,
    MessageBlock,
    MessageDelta,
    StartedMessage,
    TokenCounts,
    json_text,
    shaped,
    words,
)
from actors.llm.failures import stream_failure
from actors.llm.port import Failed, Finished, Piece
from actors.llm.stop_reasons import stop_reason
from actors.transcript import AssistantMessage

if TYPE_CHECKING:
    from actors.llm.dialects.anthropic.events import MessageEvent

MOST_BLOCKS = 20_000
"""Of one answer; a server that begins more is broken."""

LONGEST_INDEX = 9
"""Digits."""

IMPLICIT: dict[BlockKind, MessageBlock] = {"text": MessageBlock("text"), "thinking": MessageBlock("thinking")}
"""What text belongs to that no block was begun for."""


class TooManyBlocks(ValueError):  # noqa: N818 - reads as what happened
    """An answer passed `MOST_BLOCKS`."""


class MessageDraft:
    """An answer that is still being written. `finish` is the reason it ended, once one was given."""

    def __init__(self, provider: str, model: str) -> None:
        self.finish = ""
        self.ended = False
        """The server said that nothing follows."""
        self.progress = 0
        """Grows with everything that becomes part of the answer."""
        self._provider = provider
        self._model = model
        self._drafts: list[BlockDraft] = []
        self._open: dict[object, BlockDraft] = {}
        self._counts = TokenCounts()
        self._pieces: list[Piece] = []
        self._fresh: list[str] = []  # neighbours of one sort that are not yet a piece
        self._fresh_kind: BlockKind = "text"

    @property
    def empty(self) -> bool:
        """Nothing came that is kept."""
        return not any(draft.kind != "unknown" and (draft.text or draft.kind != "text") for draft in self._drafts)

    def take(self, event: MessageEvent) -> Failed | None:
        """What one event adds; a failure if it is one. An event of an unknown type adds nothing.

        Raises:
            TooManyBlocks: it begins one block too many.
        """
        match event.type:
            case "content_block_delta":
                self._add(_key(event.index), event.delta or MessageDelta())
            case "content_block_start":
                self._begin(_key(event.index), event.content_block)
            case "content_block_stop":
                self._close(self._open.pop(_key(event.index), None))
            case "message_start":
                self._count((shaped(event.message, StartedMessage) or StartedMessage()).usage)
            case "message_delta":
                self._count(event.usage)
                self.finish = (event.delta and event.delta.stop_reason) or event.stop_reason or self.finish
            case "message_stop":
                self.ended = True
            case _:
                pass
        return stream_failure(event.error) if event.error else None

    def take_whole(self, message: MessageEvent) -> None:
        """The message of an answer that is no stream.

        Raises:
            TooManyBlocks: it has more blocks than an answer may have.
        """
        for place, raw in enumerate(shaped(message.content, list[msgspec.Raw]) or ()):
            self._begin(place, raw)
            self._close(self._open.pop(place, None))
        text = shaped(message.content, str)
        if text:
            self._add(0, MessageDelta("text_delta", text))
        self._count(message.usage)
        self.finish = message.stop_reason or self.finish
        self.ended = True

    def pieces(self) -> tuple[Piece, ...]:
        """What was added since the last time."""
        if self._fresh:
            self._close_piece()
        if not self._pieces:
            return ()
        pieces = tuple(self._pieces)
        self._pieces.clear()
        return pieces

    def finished(self, used: set[str]) -> Finished:
        """The answer as it is; its calls get ids that are not in `used`."""
        reason = stop_reason(self.finish)
        whole = reason not in ("length", "filtered")
        blocks: list[ContentBlock] = []
        for draft in self._drafts:
            block = finished_block(draft, self._state, whole=whole, used=used)
            if block is not None:
                blocks.append(block)
        message = AssistantMessage(tuple(blocks), reason, self.finish)
        if message.calls and reason == "stop":
            message = AssistantMessage(message.blocks, "tool_calls", self.finish)
        return Finished(message, self._counts.usage())

    def _state(self, data: str) -> ProviderState:
        return ProviderState(self._provider, self._model, data)

    def _count(self, raw: msgspec.Raw) -> None:
        if raw != ABSENT and (counts := shaped(raw, TokenCounts)) is not None:
            self._counts = counts.after(self._counts)

    def _begin(self, index: object, raw: msgspec.Raw) -> None:
        wire = shaped(raw, MessageBlock) or MessageBlock()
        draft = self._continued(wire) or self._opened(BlockDraft(wire, bytes(raw)))
        self._open[index] = draft
        self.progress += draft.kind != "unknown"
        if draft.kind in IMPLICIT:
            opening = wire.text if draft.kind == "text" else wire.thinking
            self._say(draft, words(opening))

    def _continued(self, wire: MessageBlock) -> BlockDraft | None:
        """The call that a block of the same id goes on with; None for a call of its own."""
        identifier = words(wire.id)
        if kind_of(wire) != "call" or not identifier:
            return None
        same = (draft for draft in reversed(self._drafts) if draft.kind == "call" and draft.id == identifier)
        last = next(same, None)
        if last is None or last.is_whole_call() or words(wire.name) not in ("", last.name):
            return None
        return last

    def _opened(self, draft: BlockDraft) -> BlockDraft:
        if len(self._drafts) == MOST_BLOCKS:
            raise TooManyBlocks(f"an answer has more than {MOST_BLOCKS} blocks")
        self._drafts.append(draft)
        return draft

    def _close(self, draft: BlockDraft | None) -> None:
        if draft is not None:
            draft.closed = True

    def _add(self, index: object, delta: MessageDelta) -> None:
        """Some more of a block; kinds that are not known add nothing."""
        if delta.text is not None:
            self._say(self._of_kind("text", index), delta.text)
        elif delta.thinking is not None:
            self._say(self._of_kind("thinking", index), delta.thinking)
        elif delta.signature is not None:
            draft = self._open.get(index)
            if draft is not None and draft.kind == "thinking":
                draft.signature += delta.signature
                self.progress += len(delta.signature)
        elif delta.partial_json is not None:
            draft = self._open.get(index) or next(reversed(self._open.values()), None)
            if draft is not None and draft.kind in ("call", "opaque"):
                fragment = json_text(delta.partial_json)
                draft.add(fragment)
                self.progress += len(fragment)
        elif (draft := self._open.get(index)) is not None and delta.type != "citations_delta":
            draft.understood = False

    def _of_kind(self, kind: BlockKind, index: object) -> BlockDraft:
        """The block of this kind that is open there; the last one, or a new one, where there is none."""
        draft = self._open.get(index)
        if draft is not None and draft.kind == kind:
            return draft
        last = self._drafts[-1] if self._drafts else None
        return last if last is not None and last.kind == kind else self._opened(BlockDraft(IMPLICIT[kind]))

    def _say(self, draft: BlockDraft, text: str) -> None:
        if not text:
            return
        draft.add(text)
        self.progress += len(text)
        if self._fresh and draft.kind != self._fresh_kind:
            self._close_piece()
        self._fresh_kind = draft.kind
        self._fresh.append(text)

    def _close_piece(self) -> None:
        text = "".join(self._fresh)
        self._fresh.clear()
        self._pieces.append(Piece(text) if self._fresh_kind == "text" else Piece(reasoning=text))


def _key(index: object) -> object:
    """A block's index; some servers send it as text."""
    if isinstance(index, str) and index.isascii() and index.isdigit() and len(index) <= LONGEST_INDEX:
        return int(index)
    return index if isinstance(index, int | float) else None
