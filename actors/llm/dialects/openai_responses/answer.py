"""The answer that grows from the events of a Responses stream: what is shown, and what it amounts to.

Used by `reply`, which knows how a stream begins and ends.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from actors.blocks import ContentBlock, ProviderState, ReasoningBlock, TextBlock, ToolCall
from actors.ids import CallId
from actors.llm.call_arguments import is_object
from actors.llm.dialects.openai_responses.events import (
    DELTAS,
    NOTHING,
    PART_ENDS,
    WireItem,
    WireResponse,
    place,
    shaped,
    usage_of,
    words,
)
from actors.llm.dialects.openai_responses.items import OutputItems
from actors.llm.failures import stream_failure
from actors.llm.port import Failed, Finished, Piece
from actors.llm.stop_reasons import STOP_REASONS
from actors.transcript import AssistantMessage, StopReason, Usage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from actors.llm.dialects.openai_responses.events import ItemKind, ResponseEvent
    from actors.llm.dialects.openai_responses.item_draft import ItemDraft

ENDS: Mapping[str, str] = {
    "response.completed": "completed",
    "response.done": "completed",
    "response.incomplete": "incomplete",
    "response.failed": "failed",
    "response.cancelled": "cancelled",
}
"""Events that end an answer, and what they say of it unless the response object says worse."""

LONGEST_ANSWER = 33_554_432
"""Characters; a server that says more is broken."""

LONGEST_ID = 64
"""Characters; providers refuse a longer id of a message or a call, even their own."""


class ResponseDraft:
    """An answer that is still being written. `ended` is the word for how it ended, once that was said.

    `progress` grows with everything that becomes part of the answer. `most` is the number of tokens that it may have,
    where one was asked for.
    """

    def __init__(self, provider: str, model: str, most: int | None = None) -> None:
        self.ended = ""
        self.progress = 0
        self._provider = provider
        self._model = model
        self._most = most
        self._items = OutputItems()
        self._usage = Usage()
        self._reason = ""
        self._pieces: list[Piece] = []
        self._fresh: list[str] = []  # neighbours of one sort that are not yet a piece
        self._fresh_kind: ItemKind = "message"

    def take(self, event: ResponseEvent) -> Failed | None:
        """What one event adds; a failure if it is one. An event of an unknown type adds nothing.

        Raises:
            TooManyItems: it begins one item too many.
        """
        name = event.type or ""
        kind = DELTAS.get(name) or PART_ENDS.get(name)
        if kind is not None:
            return self._take_text(event, kind)
        if name in ("response.output_item.added", "response.output_item.done"):
            self._take_item(event)
        elif name in ENDS:
            return self.take_response(shaped(event.response, WireResponse) or WireResponse(), ENDS[name])
        elif name == "error" or (event.error and not name):
            return stream_failure(event.error or {"message": event.message, "code": event.code})
        return None

    def take_response(self, response: WireResponse, ended: str) -> Failed | None:
        """The response object at the end: what was missing so far, and how the answer ended."""
        status = words(response.status)
        if response.error or "failed" in (ended, status):
            return stream_failure(response.error)
        if "cancelled" in (ended, status):
            return Failed("cut", "The model server cancelled its answer.", retryable=True)
        self._usage = usage_of(response.usage)
        if "incomplete" in (ended, status):
            ended = "incomplete"
            self._reason = response.reason
        for position, (item, raw) in enumerate(response.items()):
            draft = self._items.listed(item, position)
            if draft is not None:
                self._show(draft.kind, draft.close(item, raw))
        self.ended = ended
        return None

    def pieces(self) -> tuple[Piece, ...]:
        """What was added since the last time."""
        self._close_piece()
        pieces = tuple(self._pieces)
        self._pieces.clear()
        return pieces

    def finished(self, used: set[str]) -> Finished:
        """The answer as it is; its calls get ids that are not in `used`."""
        drafts = self._items.in_order()
        raw, reason = self._stop(drafts)
        whole_only = reason in ("length", "filtered")
        blocks: list[ContentBlock] = []
        for draft in without_repeats(drafts):
            block = (
                self._call(draft, used, whole_only=whole_only) if draft.kind == "function_call" else self._said(draft)
            )
            if block is not None:
                blocks.append(block)
        message = AssistantMessage(tuple(blocks), reason, raw)
        if message.calls and reason == "stop":
            message = AssistantMessage(message.blocks, "tool_calls", raw)
        return Finished(message, self._usage)

    def _take_text(self, event: ResponseEvent, kind: ItemKind) -> Failed | None:
        draft = self._items.added_to(kind, words(event.item_id), place(event.output_index))
        if event.type in PART_ENDS:
            draft.name = draft.name or words(event.name)
            shown = draft.end_part(event.whole_text, event.part)
        else:
            delta = event.delta
            if isinstance(delta, dict):
                delta = cast("dict[str, object]", delta).get("text")
            shown = draft.say(delta, event.part) if isinstance(delta, str) else ""
        self.progress += len(shown)
        self._show(kind, shown)
        if self.progress > LONGEST_ANSWER:
            return Failed("malformed", "The model server sends an answer without end.")
        return None

    def _take_item(self, event: ResponseEvent) -> None:
        item = shaped(event.item, WireItem) if event.item != NOTHING else None
        if item is None:
            return
        index = place(event.output_index)
        known = len(self._items)
        if event.type == "response.output_item.added":
            self._items.announced(item, index)
            self.progress += len(self._items) - known  # one that is announced again is no progress
            return
        draft = self._items.ended(item, index)
        if draft is not None:
            self.progress += not draft.done
            self._show(draft.kind, draft.close(item, bytes(event.item)))

    def _show(self, kind: ItemKind, text: str) -> None:
        if not text or kind not in ("message", "reasoning"):
            return
        if kind != self._fresh_kind:
            self._close_piece()
            self._fresh_kind = kind
        self._fresh.append(text)

    def _close_piece(self) -> None:
        text = "".join(self._fresh)
        if text:
            self._pieces.append(Piece(reasoning=text) if self._fresh_kind == "reasoning" else Piece(text))
        self._fresh.clear()

    def _stop(self, drafts: list[ItemDraft]) -> tuple[str, StopReason]:
        """The server's word for the end, and ours."""
        if self.ended == "incomplete":
            return self._reason or "incomplete", STOP_REASONS.get(self._reason.lower(), "length")
        refused = any(draft.refused for draft in drafts)
        if refused and not any(draft.kind == "function_call" for draft in drafts):
            return "refusal", "filtered"
        if self._most is not None and self._usage.output_tokens >= self._most:
            return self.ended, "length"  # llama.cpp calls a response complete that was cut
        return self.ended, "stop"

    def _said(self, draft: ItemDraft) -> ContentBlock | None:
        """A block of text or of reasoning; None where it holds neither words nor anything to send back."""
        text = draft.text
        if draft.kind == "message":
            return TextBlock(text, self._state(identity(draft.wire))) if text else None
        lacks = draft.kind == "reasoning" and not words(draft.wire.encrypted_content)
        state = None if lacks else self._state(draft.raw.decode("utf-8", "replace"))
        return ReasoningBlock(text, state) if text or state else None

    def _call(self, draft: ItemDraft, used: set[str], *, whole_only: bool) -> ToolCall | None:
        """The call under an id that is not in `used`; None where it has no name, or is half written."""
        arguments, name = draft.arguments, draft.name
        if not name or draft.wire.status == "incomplete" or (whole_only and not is_object(arguments)):
            return None
        identifier, number = draft.call_id, len(used)
        while not identifier or identifier in used:
            number += 1
            identifier = f"call_{number}"
        used.add(identifier)
        state = self._state(identity(draft.wire))
        return ToolCall(CallId(identifier), name, arguments, draft.call_id, state)

    def _state(self, data: str) -> ProviderState | None:
        return ProviderState(self._provider, self._model, data) if data else None


def identity(item: WireItem) -> str:
    """What an item is known by at its provider, as a JSON object; empty where there is nothing to send back."""
    kept = {name: words(getattr(item, name)) for name in ("id", "status", "phase", "namespace")}
    if len(kept["id"]) > LONGEST_ID or not kept["id"]:
        kept["id"] = kept["status"] = ""
    fields = {name: value for name, value in kept.items() if value}
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")) if fields else ""


def without_repeats(drafts: list[ItemDraft]) -> list[ItemDraft]:
    """The items with each call once: a gateway may send one twice, or an item for each fragment of it."""
    by_call: dict[str, list[ItemDraft]] = {}
    for draft in drafts:
        if draft.kind == "function_call" and draft.call_id:
            by_call.setdefault(draft.call_id, []).append(draft)
    dropped: set[int] = set()
    for same in by_call.values():
        joined = "".join(draft.arguments for draft in same)
        if len(same) > 1 and is_object(joined) and not any(is_object(draft.arguments) for draft in same):
            same[0].settle(joined)
            dropped.update(id(draft) for draft in same[1:])
        known: set[tuple[str, str]] = set()
        for draft in same:
            said = (draft.name, draft.arguments)
            if said in known:
                dropped.add(id(draft))
            known.add(said)
    return [draft for draft in drafts if id(draft) not in dropped]
