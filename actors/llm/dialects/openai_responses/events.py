"""What Responses servers send, as shapes: events, output items, the response object.

Used by the modules beside it. Any field may be missing, null or of another sort: a shape says only what is looked at,
and `object` where a server may send anything.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar, cast

import msgspec

from actors.transcript import Usage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ItemKind: TypeAlias = Literal["message", "function_call", "reasoning", "opaque"]
ShapeT = TypeVar("ShapeT")

NOTHING = msgspec.Raw()
SUMMARY_BREAK = "\n\n"
"""Between the parts of a reasoning."""

DELTAS: Mapping[str, ItemKind] = {
    "response.output_text.delta": "message",
    "response.refusal.delta": "message",
    "response.function_call_arguments.delta": "function_call",
    "response.custom_tool_call_input.delta": "function_call",
    "response.reasoning_summary_text.delta": "reasoning",
    "response.reasoning_summary.delta": "reasoning",
    "response.reasoning_text.delta": "reasoning",
    "response.reasoning.delta": "reasoning",
}
"""Events that add text to an item of this kind."""

PART_ENDS: Mapping[str, ItemKind] = {
    "response.output_text.done": "message",
    "response.refusal.done": "message",
    "response.function_call_arguments.done": "function_call",
    "response.custom_tool_call_input.done": "function_call",
    "response.reasoning_summary_text.done": "reasoning",
    "response.reasoning_text.done": "reasoning",
}
"""Events that repeat the whole text of a part."""

ITEM_KINDS: Mapping[str, ItemKind] = {
    "message": "message",
    "function_call": "function_call",
    "custom_tool_call": "function_call",
    "reasoning": "reasoning",
    "web_search_call": "opaque",
    "file_search_call": "opaque",
    "code_interpreter_call": "opaque",
    "mcp_call": "opaque",
    "mcp_list_tools": "opaque",
    "compaction": "opaque",
}
"""Types of items that mean something here. An opaque one is the work of a hosted tool: it goes back as it came. Types
that want an answer of a kind that Callboard cannot give are not listed: sent back without it they would be refused."""


class ResponseEvent(msgspec.Struct):
    """One event of a stream."""

    type: str | None = None
    item: msgspec.Raw = NOTHING
    response: msgspec.Raw = NOTHING
    delta: object = None
    text: object = None
    refusal: object = None
    arguments: object = None
    input: object = None
    name: object = None
    item_id: object = None
    output_index: object = None
    content_index: object = None
    summary_index: object = None
    error: object = None
    code: object = None
    message: object = None

    @property
    def part(self) -> tuple[str, object]:
        """Which part of its item the event is about; equal for events of one part."""
        summary = self.summary_index is not None
        return (self.type or "").rpartition(".")[0], self.summary_index if summary else self.content_index

    @property
    def whole_text(self) -> str:
        """What the end of a part repeats."""
        for value in (self.text, self.refusal, self.arguments, self.input):
            if value is not None:
                return value if isinstance(value, str) else _encoded(value)
        return ""


class WireItem(msgspec.Struct):
    """An output item."""

    type: object = None
    id: object = None
    status: object = None
    phase: object = None
    content: object = None
    summary: object = None
    encrypted_content: object = None
    call_id: object = None
    name: object = None
    namespace: object = None
    arguments: object = None
    input: object = None

    @property
    def kind(self) -> ItemKind | None:
        """What it means here; None: nothing."""
        return ITEM_KINDS.get(self.type) if isinstance(self.type, str) else None

    @property
    def said(self) -> str:
        """The text of a message, refusals included, or of a reasoning."""
        if self.kind == "message":
            return "".join(_texts(self.content))
        return SUMMARY_BREAK.join([*_texts(self.summary), *_texts(self.content)])

    @property
    def refused(self) -> bool:
        """A message with a refusal in it."""
        return any("refusal" in part for part in _parts(self.content))

    @property
    def argument_text(self) -> str:
        """The arguments of a call as JSON text; some servers send the object."""
        value = self.input if self.arguments is None else self.arguments
        if value is None or isinstance(value, str):
            return value or ""
        return _encoded(value)


class WireResponse(msgspec.Struct):
    """The response object: of an event, or the whole body where the server does not stream."""

    status: object = None
    output: msgspec.Raw = NOTHING
    error: object = None
    incomplete_details: object = None
    usage: object = None

    @property
    def reason(self) -> str:
        """Why it is incomplete."""
        details = self.incomplete_details
        return words(cast("dict[str, object]", details).get("reason")) if isinstance(details, dict) else words(details)

    def items(self) -> list[tuple[WireItem, bytes]]:
        """The output items that can be understood, each with its own bytes."""
        found: list[tuple[WireItem, bytes]] = []
        for raw in shaped(self.output, list[msgspec.Raw]) or ():
            item = shaped(raw, WireItem)
            found.append((item or WireItem(), bytes(raw)))
        return found


def decode_event(data: bytes) -> ResponseEvent:
    """One event. Half a surrogate pair stays in `delta`, so that it can be joined, and is a mark elsewhere.

    Raises:
        ValueError: it is no JSON object.
        RecursionError: it is nested too deeply.
    """
    try:
        return _event_decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        value: object = json.loads(data.decode("utf-8", "replace"))
    if not isinstance(value, dict):
        raise ValueError("an event is a JSON object")  # noqa: TRY004 - the value of the data is wrong
    try:
        event = _event_decoder.decode(_without_halves(_encoded(value)))
    except msgspec.DecodeError as problem:
        raise ValueError(str(problem)) from problem
    event.delta = cast("dict[str, object]", value).get("delta")
    return event


def shaped(raw: msgspec.Raw | bytes, shape: type[ShapeT]) -> ShapeT | None:
    """The JSON as this shape; None where it is another one."""
    try:
        return msgspec.json.decode(raw, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def words(value: object) -> str:
    """A text or a number as text; anything else is nothing."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    return str(value)


def place(value: object) -> int | None:
    """An index, which may come as text."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    try:
        return int(value)
    except (ValueError, OverflowError):
        return None


def usage_of(value: object) -> Usage:
    """What was counted, under the names of Responses or of chat completions; zero where nothing was said."""
    counts = _fields(value)
    read = _fields(counts.get("input_tokens_details") or counts.get("prompt_tokens_details"))
    thought = _fields(counts.get("output_tokens_details") or counts.get("completion_tokens_details"))
    return Usage(
        _count(counts.get("input_tokens") or counts.get("prompt_tokens")),
        _count(counts.get("output_tokens") or counts.get("completion_tokens")),
        cached_tokens=_count(read.get("cached_tokens")),
        cache_written_tokens=_count(read.get("cache_write_tokens") or read.get("cache_creation_tokens")),
        reasoning_tokens=_count(thought.get("reasoning_tokens")),
    )


def _fields(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _count(value: object) -> int:
    return max(0, place(value) or 0)


def _parts(content: object) -> Iterable[dict[str, object]]:
    listed = cast("list[object]", content) if isinstance(content, list) else [content]
    for part in listed:
        if isinstance(part, str):
            yield {"text": part}
        elif isinstance(part, dict):
            yield cast("dict[str, object]", part)


def _texts(content: object) -> Iterable[str]:
    for part in _parts(content):
        text = part.get("text") or part.get("refusal")
        if isinstance(text, str):
            yield text


def _encoded(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _without_halves(text: str) -> str:
    """The text with a mark in place of each lone half of a surrogate pair."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


_event_decoder = msgspec.json.Decoder(ResponseEvent, strict=False)
