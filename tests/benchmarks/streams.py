"""The events of a streamed answer in each dialect, as real servers write them, for the benchmark's model server.

Only text: what a token costs is asked of every dialect, everything else of chat completions alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TextStream:
    """An answer of one text: what comes before it, one token of it, what comes after it."""

    opening: bytes
    token: bytes
    ending: bytes


def event(name: str, **fields: object) -> bytes:
    """One event with its name, and its type within."""
    return f"event: {name}\ndata: {json.dumps({'type': name, **fields})}\n\n".encode()


def chunk(delta: dict[str, object] | None, finish: str | None = None) -> bytes:
    """One chunk of chat completions; without a delta, the end marker."""
    body = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "bench"}
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return (
        b"data: [DONE]\n\n"
        if delta is None
        else b"data: " + json.dumps(body | {"choices": [choice]}).encode() + b"\n\n"
    )


def openai_chat(word: str) -> TextStream:
    """Chat completions."""
    opening = chunk({"role": "assistant", "content": ""})
    return TextStream(opening, chunk({"content": word}), chunk({}, "stop") + chunk(None))


def anthropic(word: str) -> TextStream:
    """Messages."""
    message: dict[str, object] = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "content": [],
        "stop_reason": None,
    }
    usage = {"input_tokens": 9, "output_tokens": 1}
    return TextStream(
        event("message_start", message={**message, "usage": usage})
        + event("content_block_start", index=0, content_block={"type": "text", "text": ""})
        + event("ping"),
        event("content_block_delta", index=0, delta={"type": "text_delta", "text": word}),
        event("content_block_stop", index=0)
        + event("message_delta", delta={"stop_reason": "end_turn", "stop_sequence": None}, usage={"output_tokens": 9})
        + event("message_stop"),
    )


def openai_responses(word: str) -> TextStream:
    """Responses. The last events repeat the whole text; here a short one stands for it."""
    item: dict[str, object] = {"id": "msg_1", "type": "message", "role": "assistant", "content": []}
    place: dict[str, object] = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    response = {"id": "resp_1", "status": "completed", "usage": {"input_tokens": 9, "output_tokens": 9}}
    return TextStream(
        event("response.created", sequence_number=0, response={"id": "resp_1", "status": "in_progress"})
        + event("response.output_item.added", sequence_number=1, output_index=0, item=item)
        + event("response.content_part.added", sequence_number=2, **place, part={"type": "output_text", "text": ""}),
        event("response.output_text.delta", sequence_number=3, **place, delta=word, logprobs=[]),
        event("response.completed", sequence_number=4, response=response),
    )


STREAMS = {"openai_chat": openai_chat, "anthropic": anthropic, "openai_responses": openai_responses}
