"""What servers of Messages send, as shapes: events, content blocks, counts.

Used by the modules beside it. Any field may be missing, null or of another sort: a shape says only what is looked at,
`object` and `Raw` stand where a server may send anything.
"""

from __future__ import annotations

import json
from typing import TypeAlias, TypeVar, cast

import msgspec

from actors.llm.sound_text import sound
from actors.transcript import Usage

ABSENT = msgspec.Raw()
Number: TypeAlias = int | float | None
ShapeT = TypeVar("ShapeT")


class MessageDelta(msgspec.Struct):
    """What an event adds to a block, or to the message."""

    type: str | None = None
    text: str | None = None
    thinking: str | None = None
    partial_json: object = None
    signature: str | None = None
    stop_reason: str | None = None


class MessageEvent(msgspec.Struct):
    """One event; the same shape serves the whole message of an answer that is no stream."""

    type: str | None = None
    index: object = None
    delta: MessageDelta | None = None
    content_block: msgspec.Raw = ABSENT
    message: msgspec.Raw = ABSENT
    usage: msgspec.Raw = ABSENT
    error: object = None
    content: msgspec.Raw = ABSENT
    stop_reason: str | None = None


class MessageBlock(msgspec.Struct):
    """A content block: as it begins, or whole."""

    type: object = None
    id: object = None
    name: object = None
    input: msgspec.Raw = ABSENT
    text: object = None
    thinking: object = None
    signature: object = None


class StartedMessage(msgspec.Struct):
    """The message that an event begins; only its usage is of interest."""

    usage: msgspec.Raw = ABSENT


class OutputShare(msgspec.Struct):
    """Parts of the output."""

    thinking_tokens: Number = None
    reasoning_tokens: Number = None


class TokenCounts(msgspec.Struct):
    """Tokens as the server counted them. `input_tokens` leaves out what the cache gave or took."""

    input_tokens: Number = None
    output_tokens: Number = None
    cache_read_input_tokens: Number = None
    cache_creation_input_tokens: Number = None
    output_tokens_details: OutputShare | None = None

    def after(self, earlier: TokenCounts) -> TokenCounts:
        """These counts; where they say nothing, or zero, the earlier ones."""
        return TokenCounts(
            self.input_tokens or earlier.input_tokens,
            self.output_tokens or earlier.output_tokens,
            self.cache_read_input_tokens or earlier.cache_read_input_tokens,
            self.cache_creation_input_tokens or earlier.cache_creation_input_tokens,
            self.output_tokens_details or earlier.output_tokens_details,
        )

    def usage(self) -> Usage:
        """What was counted: the input is the whole, cached or not."""
        cached, written = _count(self.cache_read_input_tokens), _count(self.cache_creation_input_tokens)
        share = self.output_tokens_details
        return Usage(
            _count(self.input_tokens) + cached + written,
            _count(self.output_tokens),
            cached_tokens=cached,
            cache_written_tokens=written,
            reasoning_tokens=_count(share.thinking_tokens or share.reasoning_tokens if share else None),
        )


_event_decoder = msgspec.json.Decoder(MessageEvent, strict=False)


def decode_event(data: bytes) -> MessageEvent:
    """One event, or a whole message. Half a surrogate pair stays in `delta` (see `sound_text`), and is a mark elsewhere.

    Raises:
        ValueError: it is no JSON object, or one whose fields are of another sort.
        RecursionError: it is nested too deeply.
    """
    try:
        return _event_decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        value: object = json.loads(data.decode("utf-8", "replace"))
    if not isinstance(value, dict):
        raise ValueError("an event is a JSON object")  # noqa: TRY004 - of what came, not of a caller
    event = _event_decoder.decode(sound(json.dumps(value, ensure_ascii=False)))
    delta = cast("dict[str, object]", value).get("delta")
    event.delta = msgspec.convert(delta, MessageDelta | None, strict=False)
    return event


def shaped(raw: msgspec.Raw | bytes, shape: type[ShapeT]) -> ShapeT | None:
    """The JSON as this shape; None where it is another one, or absent."""
    try:
        return msgspec.json.decode(raw, type=shape, strict=False)
    except (ValueError, RecursionError):
        return None


def words(value: object) -> str:
    """A text, or a number as text; anything else is nothing."""
    return "" if isinstance(value, bool) or not isinstance(value, str | int) else str(value)


def json_text(value: object) -> str:
    """A fragment of JSON: text as it is, and what a server sends as an object as its text."""
    return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)


def _count(value: Number) -> int:
    return max(0, int(value or 0))
