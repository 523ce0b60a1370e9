"""The journal's file formats: which one a file has, and how a record of any of them is read.

`actors.records` says what the present format is and when its number must change. Format 1 (without a number) is read
by the shape of its answers, so that a journal may hold lines of several formats, and may have lost any line. Within a
format, what only a newer version writes is passed over: an unknown field, a record class, a type of block (kept as
`UnknownBlock`), a stop reason. Never writes.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, cast, get_args

import msgspec
from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from actors.blocks import ContentBlock, ReasoningBlock, TextBlock, ToolCall, UnknownBlock
from actors.ids import CallId, RequestId, TurnId
from actors.llm.stop_reasons import stop_reason
from actors.records import FORMAT, Record, ReplyCompleted, SessionOpened
from actors.transcript import AssistantMessage, StopReason, Usage

if TYPE_CHECKING:
    from collections.abc import Iterable

RECORD_CLASSES: dict[str, type[Record]] = {record.__name__: record for record in get_args(Record)}
OPENED = re.compile(rb'"type":\s*"SessionOpened"[^\n]*"format":\s*(\d{1,9})\s*[,}]')
"""In a JSON text every quote inside of a string is escaped, so this is no part of one."""
WITHOUT_NUMBER = 1


class UnknownRecordError(Exception):
    """The line is whole, and its record is of a class that only a newer version knows."""


class NewerFormatError(Exception):
    """The journal was written in a format that only a newer version knows; the text says what to do."""


def check_format(parts: Iterable[bytes], session: str) -> None:
    """Look for the number of the format in every line that opens a session.

    `parts` are whole lines, one or many in each; `session` is for the error's text.

    Raises:
        NewerFormatError: one is newer than ours.
    """
    newest = max((int(found[1]) for part in parts for found in OPENED.finditer(part)), default=WITHOUT_NUMBER)
    if newest > FORMAT:
        raise NewerFormatError(
            f"{session} was written by a newer Callboard: its journal has format {newest}, and this version reads "
            f"formats up to {FORMAT}. Update Callboard to go on with it, or start a new session; nothing was changed"
        )


def decode_record(name: str, data: msgspec.Raw) -> Record:
    """The record of a line.

    Raises:
        UnknownRecordError: there is no such class.
        msgspec.MsgspecError, UnicodeDecodeError: it cannot be read.
    """
    found = RECORD_CLASSES.get(name)
    if found is None:
        raise UnknownRecordError(name)
    if found is ReplyCompleted:
        return _reply(data)
    record = _decoder(found).decode(data)
    if isinstance(record, SessionOpened) and b'"format":' not in bytes(data):
        return replace(record, format=WITHOUT_NUMBER)
    return record


@cache
def _decoder(record: type[Record]) -> msgspec.json.Decoder[Record]:
    """The decoder of a class, made when the first record of it is read."""
    return msgspec.json.Decoder(record)


# ── Answers: of format 1, or of ours with something newer in them ─────────────────────────────────────────────────


class _FlatCall(Struct):
    id: CallId
    name: str
    arguments: str


class _AnyMessage(Struct):
    """An answer of either format."""

    blocks: tuple[msgspec.Raw, ...] | UnsetType = UNSET
    text: str | UnsetType = UNSET
    reasoning: str = ""
    calls: tuple[_FlatCall, ...] = ()
    stop_reason: str = "stop"
    raw_stop_reason: str = ""
    interrupted: bool = False


class _AnyReply(Struct):
    turn: TurnId
    request: RequestId
    message: _AnyMessage
    usage: Usage
    cost: float | None = None
    waited: float | None = None
    counted: int = 0


class _BlockType(Struct):
    type: str


_BLOCK: msgspec.json.Decoder[ContentBlock] = msgspec.json.Decoder(ContentBlock)
BLOCK_TYPES = frozenset(block.__struct_config__.tag for block in get_args(ContentBlock))
STOP_REASONS = frozenset(get_args(StopReason))


def _reply(data: msgspec.Raw) -> ReplyCompleted:
    try:
        return cast("ReplyCompleted", _decoder(ReplyCompleted).decode(data))
    except msgspec.ValidationError as problem:
        reply = msgspec.json.decode(data, type=_AnyReply)
        message = reply.message
        if not isinstance(message.blocks, UnsetType):
            whole = _newer(message, message.blocks)
        elif not isinstance(message.text, UnsetType):
            whole = _flat(message, message.text)
        else:
            raise msgspec.ValidationError("an answer without blocks and without text") from problem
        return ReplyCompleted(reply.turn, reply.request, whole, reply.usage, reply.cost, reply.waited, reply.counted)


def _flat(message: _AnyMessage, text: str) -> AssistantMessage:
    """An answer of format 1: the order of its reasoning and its text is not known."""
    calls = tuple(ToolCall(call.id, call.name, call.arguments) for call in message.calls)
    thought = (ReasoningBlock(message.reasoning),) if message.reasoning else ()
    said = (TextBlock(text),) if text else ()
    reason = "interrupted" if message.interrupted else stop_reason(message.stop_reason)
    return AssistantMessage((*thought, *said, *calls), reason, message.stop_reason)


def _newer(message: _AnyMessage, blocks: tuple[msgspec.Raw, ...]) -> AssistantMessage:
    raw, reason = message.raw_stop_reason, message.stop_reason
    if reason not in STOP_REASONS:
        raw, reason = raw or reason, "stop"
    return AssistantMessage(tuple(_block(block) for block in blocks), cast("StopReason", reason), raw)


def _block(data: msgspec.Raw) -> ContentBlock:
    if msgspec.json.decode(data, type=_BlockType).type not in BLOCK_TYPES:
        return UnknownBlock(bytes(data).decode())
    return _BLOCK.decode(data)
