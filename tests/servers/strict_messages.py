"""Rules of Anthropic's Messages, and answers as their servers write them."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.servers.strict_exchange import TOOL_NAME, Fields, Issued, Rule, StrictRequest, only, step_after

TOP_FIELDS = (
    "model", "messages", "system", "max_tokens", "stream", "tools", "tool_choice", "thinking", "temperature",
    "metadata", "output_config", "cache_control",
)  # fmt: skip
MOST_BREAKPOINTS = 4


def blocks(message: Fields) -> list[Fields]:
    """The content of a message."""
    content = message["content"]
    return [{"type": "text", "text": content}] if isinstance(content, str) else list(content)


def well_formed(request: StrictRequest, issued: Issued) -> str | None:
    """Known fields, a limit of the answer, tools with names that fit."""
    del issued
    body = request.body
    if not isinstance(body.get("max_tokens"), int) or body["max_tokens"] < 1:
        return "max_tokens: Field required"
    if body["stream"] is not True:
        return "stream: only streams are tested"
    for tool in body["tools"]:
        if not TOOL_NAME.fullmatch(tool["name"]) or tool["input_schema"]["type"] != "object":
            return f"tools: invalid {tool['name']}"
    return only(body, *TOP_FIELDS)


def roles_alternate(request: StrictRequest, issued: Issued) -> str | None:
    """From the user's first message on, user and assistant take turns; no message is empty."""
    del issued
    for place, message in enumerate(request.body["messages"]):
        if message["role"] != ("assistant" if place % 2 else "user"):
            return f"messages.{place}: roles must alternate between user and assistant"
        if not blocks(message):
            return f"messages.{place}: all messages must have non-empty content"
    return None if len(request.body["messages"]) % 2 else "the conversation must end with a user message"


def texts_say_something(request: StrictRequest, issued: Issued) -> str | None:
    """No text block is empty or blank, also in the system prompt and in results."""
    del issued
    system = request.body.get("system") or []
    found = [{"type": "text", "text": system}] if isinstance(system, str) and system else list(system)
    for message in request.body["messages"]:
        for block in blocks(message):
            found.append(block)
            content = block.get("content")
            found += content if isinstance(content, list) else []
    blank = [block for block in found if block["type"] == "text" and not block["text"].strip()]
    return "messages: text content blocks must be non-empty and contain non-whitespace text" if blank else None


def calls_answered(request: StrictRequest, issued: Issued) -> str | None:
    """The results of an answer's calls stand first in the next message, each once."""
    del issued
    waiting: set[str] = set()
    seen: set[str] = set()
    for place, message in enumerate(request.body["messages"]):
        found = blocks(message)
        if message["role"] == "assistant":
            waiting = {block["id"] for block in found if block["type"] == "tool_use"}
            if waiting & seen:
                return f"messages.{place}: `tool_use` ids must be unique"
            seen |= waiting
            continue
        results = [block["tool_use_id"] for block in found if block["type"] == "tool_result"]
        if sorted(results) != sorted(waiting):
            return (
                f"messages.{place}: `tool_use` ids were found without `tool_result` blocks, or the reverse: {waiting}"
            )
        if any(block["type"] != "tool_result" for block in found[: len(results)]):
            return f"messages.{place}: `tool_result` blocks must come first"
        waiting = set()
    return None


def calls_are_those_given(request: StrictRequest, issued: Issued) -> str | None:
    """Calls have the id and the input with which they came."""
    for message in request.body["messages"]:
        for block in blocks(message):
            if block["type"] == "tool_use" and issued.states.get(block["id"], {}).get("input") != block["input"]:
                return f"unknown or changed tool_use {block}"
    return None


def thinking_comes_back(request: StrictRequest, issued: Issued) -> str | None:
    """An answer with calls begins with the thinking with which it came, unchanged; none is made up."""
    for place, message in enumerate(request.body["messages"]):
        found = blocks(message)
        thoughts = [block for block in found if block["type"] in ("thinking", "redacted_thinking")]
        calls = [block for block in found if block["type"] == "tool_use"]
        if any(block not in issued.states["thoughts"] for block in thoughts):
            return f"messages.{place}: Invalid `signature` in `thinking` block"
        given = issued.states[calls[0]["id"]]["thoughts"] if calls else []
        if found[: len(given)] != given:
            return f"messages.{place}: Expected `thinking` or `redacted_thinking`, but found `{found[0]['type']}`"
    return None


def few_breakpoints(request: StrictRequest, issued: Issued) -> str | None:
    """At most four blocks are marked for the cache, and no thinking is."""
    del issued
    count = json.dumps(request.body).count('"cache_control"')
    marked = [
        block
        for message in request.body["messages"]
        for block in blocks(message)
        if "cache_control" in block and "thinking" in block["type"]
    ]
    if marked:
        return "thinking: cache_control is not permitted"
    return (
        f"A maximum of {MOST_BREAKPOINTS} blocks with cache_control may be provided"
        if count > MOST_BREAKPOINTS
        else None
    )


MESSAGES_RULES: tuple[Rule, ...] = (
    well_formed, roles_alternate, texts_say_something, calls_answered, calls_are_those_given, thinking_comes_back,
    few_breakpoints,
)  # fmt: skip


def messages_answer(request: StrictRequest, issued: Issued) -> Iterator[bytes]:
    """The next step of the turn as a stream."""
    results = 0
    for message in reversed(request.body["messages"]):
        if message["role"] == "user":
            found = blocks(message)
            results += len([block for block in found if block["type"] == "tool_result"])
            if any(block["type"] == "text" for block in found):
                break
    step = step_after(results)
    number = issued.next_call()
    made: list[Fields] = []
    if step.reasoning:
        made.append({"type": "thinking", "thinking": step.reasoning, "signature": f"sig-{number}=="})
        made.append({"type": "redacted_thinking", "data": f"redacted-{number}"})
    thoughts = list(made)
    issued.states.setdefault("thoughts", []).extend(thoughts)
    if step.text:
        made.append({"type": "text", "text": step.text})
    for place, (name, arguments) in enumerate(step.calls):
        identifier = f"toolu_{number}_{place}"
        issued.states[identifier] = {"input": arguments, "thoughts": thoughts}
        made.append({"type": "tool_use", "id": identifier, "name": name, "input": arguments})
    yield from _events(made, "tool_use" if step.calls else "end_turn", request.body["model"])


def _events(made: list[Fields], stop: str, model: str) -> Iterator[bytes]:
    usage = {"input_tokens": 20, "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0, "output_tokens": 1}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": model, "content": [], "usage": usage}
    yield _event("message_start", message=message | {"stop_reason": None, "stop_sequence": None})
    yield _event("ping")
    for index, block in enumerate(made):
        opening, deltas = _parts(block)
        yield _event("content_block_start", index=index, content_block=opening)
        for delta in deltas:
            yield _event("content_block_delta", index=index, delta=delta)
        yield _event("content_block_stop", index=index)
    yield _event("message_delta", delta={"stop_reason": stop, "stop_sequence": None}, usage={"output_tokens": 5})
    yield _event("message_stop")


def _parts(block: Fields) -> tuple[Fields, list[Fields]]:
    """How a block begins, and what is added to it."""
    match block["type"]:
        case "thinking":
            thought = block["thinking"]
            deltas = [{"type": "thinking_delta", "thinking": part} for part in (thought[:4], thought[4:])]
            signed = {"type": "signature_delta", "signature": block["signature"]}
            return block | {"thinking": "", "signature": ""}, [*deltas, signed]
        case "text":
            return block | {"text": ""}, [{"type": "text_delta", "text": block["text"]}]
        case "tool_use":
            text = json.dumps(block["input"])
            parts = [{"type": "input_json_delta", "partial_json": part} for part in ("", text[:4], text[4:])]
            return block | {"input": {}}, parts
        case _:
            return block, []


def _event(kind: str, **fields: object) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()
