"""Streams of Messages for tests, written as the documentation shows them."""

from __future__ import annotations

import json

from actors.llm.dialects.anthropic.reply import MessagesDecoder
from actors.llm.port import Failed, Finished, Piece
from actors.llm.sound_text import SoundDecoder


def event(kind: str, **fields: object) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()


def start(**usage: int) -> bytes:
    message: dict[str, object] = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "content": [],
        "stop_reason": None,
    }
    return event("message_start", message=message | {"usage": usage or {"input_tokens": 25, "output_tokens": 1}})


def begin(index: int, kind: str, **fields: object) -> bytes:
    return event("content_block_start", index=index, content_block={"type": kind, **fields})


def delta(index: int, kind: str, **fields: object) -> bytes:
    return event("content_block_delta", index=index, delta={"type": kind, **fields})


def stop(index: int) -> bytes:
    return event("content_block_stop", index=index)


def said(index: int, *texts: str) -> bytes:
    """A whole block of text."""
    parts = (delta(index, "text_delta", text=text) for text in texts)
    return begin(index, "text", text="") + b"".join(parts) + stop(index)


def thought(index: int, text: str, *signature: str) -> bytes:
    signed = b"".join(delta(index, "signature_delta", signature=part) for part in signature)
    opening = begin(index, "thinking", thinking="", signature="")
    return opening + delta(index, "thinking_delta", thinking=text) + signed + stop(index)


def called(index: int, identifier: str, name: str, *fragments: str, **given: object) -> bytes:
    parts = (delta(index, "input_json_delta", partial_json=part) for part in fragments)
    opening = begin(index, "tool_use", id=identifier, name=name, input=given)
    return opening + b"".join(parts) + stop(index)


def end(reason: str | None = "end_turn", **usage: int) -> bytes:
    """The stop reason and the end."""
    return finish(reason, **usage) + END


def finish(reason: str | None, **usage: int) -> bytes:
    return event("message_delta", delta={"stop_reason": reason, "stop_sequence": None}, usage=usage)


PING = event("ping")
END = event("message_stop")


def decoded(stream: bytes, *cuts: int) -> tuple[list[Piece], Finished | Failed]:
    """What a stream amounts to, read in pieces that end at the cuts, as the carrier does it."""
    decoder, pieces, place = SoundDecoder(MessagesDecoder(set(), "anthropic", "m-1")), list[Piece](), 0
    for cut in [*sorted(cuts), len(stream)]:
        pieces += decoder.feed(stream[place:cut])
        place = cut
    return pieces, decoder.close()


def finished(stream: bytes) -> Finished:
    final = decoded(stream)[1]
    assert isinstance(final, Finished), final
    return final


def failed(stream: bytes) -> Failed:
    final = decoded(stream)[1]
    assert isinstance(final, Failed), final
    return final
