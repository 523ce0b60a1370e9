"""The answer that grows from the events of a Messages stream: what is shown, and what it amounts to.

Used by `reply`, which knows how a stream begins and ends. `block_list` knows to which block
an event belongs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from actors.blocks import ContentBlock, ProviderState
from actors.llm.dialects.anthropic.block_draft import BlockDraft, BlockKind, finished_block
from actors.llm.dialects.anthropic.block_list import BlockList
from actors.llm.dialects.anthropic.events import (
    ABSENT,
    MessageDelta,
    StartedMessage,
    TokenCounts,
    json_text,
    shaped,
    words,
)
from actors.llm.dialects.anthropic.pieces import PieceBuffer
from actors.llm.failures import stream_failure
from actors.llm.port import Failed, Finished
from actors.llm.stop_reasons import stop_reason
from actors.transcript import AssistantMessage

if TYPE_CHECKING:
    from actors.llm.dialects.anthropic.events import MessageEvent
    from actors.llm.port import Piece

SHOWN: tuple[BlockKind, ...] = ("text", "thinking")
"""Kinds of blocks whose text streams to who reads along."""


class MessageDraft:
    """An answer that is still being written. `finish` is the reason it ended, once one was given."""

    def __init__(self, provider: str, model: str) -> None:
        self.finish = ""
        self.ended = False
        """The server said that nothing follows."""
        self.progress = 0
        """Grows with everything that becomes part of the answer."""
        self._id = ""
        self._provider = provider
        self._model = model
        self._blocks = BlockList()
        self._counts = TokenCounts()
        self._pieces = PieceBuffer()

    @property
    def empty(self) -> bool:
        """Nothing came that is kept."""
        return self._blocks.empty

    @property
    def whole(self) -> bool:
        """A stop reason was given, and no call is half written."""
        return bool(self.finish) and all(
            draft.closed or draft.kind != "call" or draft.is_whole_call() for draft in self._blocks
        )

    def take(self, event: MessageEvent) -> Failed | None:
        """What one event adds; a failure if it is one. An event of an unknown type adds nothing.

        Raises:
            TooManyBlocks: it begins one block too many.
        """
        match event.type:
            case "content_block_delta":
                self._add(event.index, event.delta or MessageDelta())
            case "content_block_start":
                self._begin(event.index, event.content_block)
            case "content_block_stop":
                self._blocks.end(event.index)
            case "message_start":
                return self._start(shaped(event.message, StartedMessage) or StartedMessage())
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
            self._blocks.end(place)
        text = shaped(message.content, str)
        if text:
            self._add(0, MessageDelta("text_delta", text))
        self._count(message.usage)
        self.finish = message.stop_reason or self.finish
        self.ended = True

    def pieces(self) -> tuple[Piece, ...]:
        """What was added since the last time."""
        return self._pieces.taken()

    def finished(self, used: set[str]) -> Finished:
        """The answer as it is; its calls get ids that are not in `used`."""
        reason = stop_reason(self.finish)
        whole = reason not in ("length", "filtered")
        blocks: list[ContentBlock] = []
        for draft in self._blocks:
            block = finished_block(draft, self._state, whole=whole, used=used)
            if block is not None:
                blocks.append(block)
        message = AssistantMessage(tuple(blocks), reason, self.finish)
        if message.calls and reason == "stop":
            message = AssistantMessage(message.blocks, "tool_calls", self.finish)
        return Finished(message, self._counts.usage())

    def _start(self, message: StartedMessage) -> Failed | None:
        """The message begins; a failure if another one had begun to say something: a gateway asked anew."""
        identifier = words(message.id)
        if not self.empty and identifier != self._id:
            return Failed("cut", "The model server began another answer in the middle of one.", retryable=True)
        self._id = identifier
        self._count(message.usage)
        return None

    def _state(self, data: str) -> ProviderState:
        return ProviderState(self._provider, self._model, data)

    def _count(self, raw: msgspec.Raw) -> None:
        if raw != ABSENT and (counts := shaped(raw, TokenCounts)) is not None:
            self._counts = counts.after(self._counts)

    def _begin(self, index: object, raw: msgspec.Raw) -> None:
        draft = self._blocks.begin(index, raw)
        self.progress += draft.kind != "unknown"
        if draft.kind in SHOWN:
            self._say(draft, words(draft.wire.text if draft.kind == "text" else draft.wire.thinking))

    def _add(self, index: object, delta: MessageDelta) -> None:
        """Some more of a block; kinds that are not known add nothing."""
        if delta.text is not None:
            self._say(self._blocks.speaking(index, "text"), delta.text)
        elif delta.thinking is not None:
            self._say(self._blocks.speaking(index, "thinking"), delta.thinking)
        elif delta.partial_json is not None:
            self._write(self._blocks.taking_json(index), json_text(delta.partial_json))
        elif (draft := self._blocks.at(index)) is None:
            return
        elif delta.signature is not None:
            draft.signature += delta.signature
            self.progress += len(delta.signature)
        elif delta.type != "citations_delta":
            draft.understood = False

    def _write(self, draft: BlockDraft | None, fragment: str) -> None:
        if draft is not None:
            draft.add(fragment)
            self.progress += len(fragment)

    def _say(self, draft: BlockDraft, text: str) -> None:
        if not text:
            return
        draft.add(text)
        self.progress += len(text)
        self._pieces.add(text, thinking=draft.kind == "thinking")
