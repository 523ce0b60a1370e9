"""Half surrogate pairs in what a server sends: halves are joined over events, a lone one becomes U+FFFD.

A server that cuts its text by UTF-16 units sends half a character in one event and the rest in the next. Dialects read
such an event with `decode_leniently`, which keeps the halves; the carrier puts each decoder into a `SoundDecoder`, so
that no half gets any further. What is sound already costs one look. Pure.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec.structs import replace

from actors.blocks import ReasoningBlock, TextBlock, ToolCall
from actors.llm.port import Failed, Finished, Piece

if TYPE_CHECKING:
    from actors.blocks import ContentBlock
    from actors.llm.dialect import Decoder

EventT = TypeVar("EventT")

HALF = re.compile("[\ud800-\udfff]")
MARK = "\ufffd"
ESCAPES = re.compile(
    r"\\\\|(?P<pair>\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
"""In JSON text: an escaped backslash, a whole pair, half of one."""


def decode_leniently(data: bytes | bytearray, kind: type[EventT]) -> EventT:
    """JSON with half surrogate pairs, or with bytes that are no UTF-8, in the shape `kind`.

    Raises:
        msgspec.DecodeError: it is no JSON, or of another shape.
        RecursionError: it is nested too deeply.
    """
    try:
        value: object = json.loads(data.decode("utf-8", "replace"), strict=False)
    except ValueError as problem:
        raise msgspec.DecodeError(str(problem)) from problem
    return msgspec.convert(value, kind, strict=False)


def sound(text: str) -> str:
    """The text with halves that meet joined and lone ones replaced."""
    if text.isascii() or HALF.search(text) is None:
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def sound_json(text: str) -> str:
    """The same for JSON text, in which halves may also stand as escapes."""
    text = sound(text)
    return text if "\\u" not in text else ESCAPES.sub(_whole, text)


def _whole(found: re.Match[str]) -> str:
    return "\\ufffd" if found["half"] else found[0]


class SoundDecoder:
    """A decoder whose pieces and message hold no half of a pair. See `actors.llm.dialect.Decoder`."""

    def __init__(self, inner: Decoder) -> None:
        self._inner = inner
        self._held = ""
        self._thinking = False
        """Whether what is held is reasoning."""

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
        """Implement `Decoder`; the first half of a pair is held until what follows it has come."""
        pieces = self._inner.feed(data)
        if not self._held:
            for piece in pieces:
                if not (piece.text.isascii() and piece.reasoning.isascii()):
                    break
            else:
                return pieces
        made = [sound_piece for piece in pieces for sound_piece in self._joined(piece)]
        if self._held and self._inner.complete:
            made.append(self._released())
        return tuple(made)

    def close(self) -> Finished | Failed:
        """Implement `Decoder`."""
        final = self._inner.close()
        if isinstance(final, Failed):
            return replace(final, text=sound(final.text), told=sound(final.told))
        blocks = tuple(_sound_block(block) for block in final.message.blocks)
        if blocks == final.message.blocks:
            return final
        return replace(final, message=replace(final.message, blocks=blocks))

    def _joined(self, piece: Piece) -> list[Piece]:
        made: list[Piece] = []
        text = piece.reasoning or piece.text
        if self._held and self._thinking != bool(piece.reasoning):
            made.append(self._released())
        self._thinking = bool(piece.reasoning)
        text, self._held = self._held + text, ""
        if "\ud800" <= text[-1] <= "\udbff":
            text, self._held = text[:-1], text[-1]
        if text:
            made.append(self._piece(sound(text)))
        return made

    def _released(self) -> Piece:
        self._held = ""
        return self._piece(MARK)

    def _piece(self, text: str) -> Piece:
        return Piece(reasoning=text) if self._thinking else Piece(text)


def _sound_block(block: ContentBlock) -> ContentBlock:
    match block:
        case TextBlock(text=text) | ReasoningBlock(text=text):
            whole = sound(text)
            return block if whole is text else replace(block, text=whole)
        case ToolCall(name=name, arguments=arguments, provider_id=identifier):
            fields = (sound(name), sound_json(arguments), sound(identifier))
            if fields == (name, arguments, identifier):
                return block
            return replace(block, name=fields[0], arguments=fields[1], provider_id=fields[2])
        case _:
            return block
