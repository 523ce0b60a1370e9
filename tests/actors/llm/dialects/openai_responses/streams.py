"""Events of Responses streams as tests write them, and what a decoder makes of them."""

from __future__ import annotations

import json
from typing import Any

from actors.llm.dialects.openai_responses.reply import ResponsesDecoder
from actors.llm.port import Failed, Finished, Piece

Event = dict[str, Any]

REASONING: Event = {
    "id": "rs_1",
    "type": "reasoning",
    "summary": [{"type": "summary_text", "text": "hm"}, {"type": "summary_text", "text": "well"}],
    "encrypted_content": "gAAAAB-secret",
}
MESSAGE: Event = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "status": "completed",
    "phase": "commentary",
    "content": [{"type": "output_text", "text": "Grüße, 世界", "annotations": []}],
}
CALL: Event = {
    "id": "fc_1",
    "type": "function_call",
    "status": "completed",
    "call_id": "call_a",
    "name": "read_file",
    "arguments": '{"path": "ä"}',
}
OTHER_CALL: Event = CALL | {"id": "fc_2", "call_id": "call_b", "name": "find", "arguments": '{"a": 1}'}
USAGE = {
    "input_tokens": 11,
    "input_tokens_details": {"cached_tokens": 5},
    "output_tokens": 7,
    "output_tokens_details": {"reasoning_tokens": 3},
}


def event(kind: str, **fields: Any) -> Event:
    return {"type": f"response.{kind}", **fields}


def completed(*output: Event, **fields: Any) -> Event:
    return event("completed", response={"status": "completed", "output": list(output), "usage": USAGE, **fields})


def added(index: int, item: Event) -> Event:
    empty = {"content": [], "summary": [], "arguments": "", "encrypted_content": ""}
    begun = {name: empty.get(name, value) for name, value in item.items()}
    return event("output_item.added", output_index=index, item=begun | {"status": "in_progress"})


def done(index: int, item: Event) -> Event:
    return event("output_item.done", output_index=index, item=item)


def delta(kind: str, index: int, identifier: str, text: str, **fields: Any) -> Event:
    return event(f"{kind}.delta", output_index=index, item_id=identifier, delta=text, **fields)


WHOLE: list[Event] = [
    event("created", response={"status": "in_progress", "output": [], "usage": None, "tools": [{"type": "namespace"}]}),
    event("in_progress", response={"status": "in_progress"}),
    added(0, REASONING),
    delta("reasoning_summary_text", 0, "rs_1", "h", summary_index=0),
    delta("reasoning_summary_text", 0, "rs_1", "m", summary_index=0),
    delta("reasoning_summary_text", 0, "rs_1", "well", summary_index=1),
    done(0, REASONING),
    added(1, MESSAGE),
    event("content_part.added", output_index=1, item_id="msg_1", content_index=0, part={"type": "output_text"}),
    delta("output_text", 1, "msg_1", "Grüße, ", content_index=0),
    delta("output_text", 1, "msg_1", "世界", content_index=0),
    event("output_text.done", output_index=1, item_id="msg_1", content_index=0, text="Grüße, 世界"),
    done(1, MESSAGE),
    added(2, CALL),
    added(3, OTHER_CALL),
    delta("function_call_arguments", 2, "fc_1", '{"path"'),
    delta("function_call_arguments", 3, "fc_2", '{"a"'),
    delta("function_call_arguments", 2, "fc_1", ': "ä"}'),
    delta("function_call_arguments", 3, "fc_2", ": 1}"),
    event("function_call_arguments.done", output_index=3, item_id="fc_2", arguments='{"a": 1}'),
    done(3, OTHER_CALL),
    event("function_call_arguments.done", output_index=2, item_id="fc_1", arguments='{"path": "ä"}'),
    done(2, CALL),
    completed(REASONING, MESSAGE, CALL, OTHER_CALL),
]


def sse(*events: Event, named: bool = False) -> bytes:
    """The bytes of a stream."""
    lines = [(f"event: {each['type']}\n" if named else "") + f"data: {json.dumps(each)}\n\n" for each in events]
    return "".join(lines).encode()


def decoded(stream: bytes, *cuts: int) -> tuple[list[Piece], Finished | Failed]:
    decoder, pieces, start = ResponsesDecoder(set(), "provider", "model"), list[Piece](), 0
    for cut in [*sorted(cuts), len(stream)]:
        pieces += decoder.feed(stream[start:cut])
        start = cut
    return pieces, decoder.close()


def finished(*events: Event) -> Finished:
    _, final = decoded(sse(*events))
    assert isinstance(final, Finished), final
    return final


def failure(stream: bytes) -> Failed:
    _, final = decoded(stream)
    assert isinstance(final, Failed), final
    return final


def shown(*events: Event) -> tuple[str, str]:
    """The text and the reasoning that were shown."""
    pieces, _ = decoded(sse(*events))
    return "".join(piece.text for piece in pieces), "".join(piece.reasoning for piece in pieces)
