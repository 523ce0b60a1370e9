"""Rules of OpenAI's Responses, and answers as their servers write them."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.servers.strict_exchange import (
    TOOL_NAME,
    Fields,
    Issued,
    Rule,
    StrictRequest,
    is_json_object,
    only,
    step_after,
)

TOP_FIELDS = (
    "model", "input", "instructions", "max_output_tokens", "stream", "store", "include", "tools", "tool_choice",
    "parallel_tool_calls", "reasoning", "temperature", "text", "prompt_cache_key",
)  # fmt: skip
ITEM_TYPES = {"message", "function_call", "function_call_output", "reasoning"}
PART_TYPES = {"user": "input_text", "assistant": "output_text"}
LONGEST_ID = 64


def items(request: StrictRequest) -> list[Fields]:
    """The conversation."""
    return list(request.body["input"])


def well_formed(request: StrictRequest, issued: Issued) -> str | None:
    """A stateless streaming request of known fields; tools are flat."""
    del issued
    body = request.body
    if body["stream"] is not True or body["store"] is not False:
        return "stream and no store are tested"
    if "reasoning.encrypted_content" not in body["include"]:
        return "include: encrypted reasoning is not asked for"
    for tool in body["tools"]:
        if tool["type"] != "function" or not TOOL_NAME.fullmatch(tool["name"]) or "function" in tool:
            return "Missing required parameter: 'tools[0].name'."
    return only(body, *TOP_FIELDS)


def items_known(request: StrictRequest, issued: Issued) -> str | None:
    """Items of known types, their parts of the type that fits the role."""
    del issued
    for place, item in enumerate(items(request)):
        if item["type"] not in ITEM_TYPES:
            return f"Invalid value: input[{place}].type {item['type']}"
        if item["type"] == "message" and any(part["type"] != PART_TYPES[item["role"]] for part in item["content"]):
            return f"Invalid value: input[{place}].content[0].type"
        if len(item.get("id", "")) > LONGEST_ID:
            return f"Invalid 'input[{place}].id': string too long"
        if item["type"] == "function_call" and not TOOL_NAME.fullmatch(item["name"]):
            return f"Invalid 'input[{place}].name': string does not match pattern"
        if item["type"] == "function_call" and not is_json_object(item["arguments"]):
            return f"Invalid 'input[{place}].arguments'"
    return None


def calls_answered(request: StrictRequest, issued: Issued) -> str | None:
    """Each call has one output after it, and each output its call before it; ids are those given, once."""
    made: list[str] = []
    answered: list[str] = []
    for item in items(request):
        if item["type"] == "function_call":
            if item["call_id"] in made or item["call_id"] not in issued.states:
                return f"Duplicate or unknown function call {item['call_id']}"
            made.append(item["call_id"])
        elif item["type"] == "function_call_output":
            if item["call_id"] not in made or item["call_id"] in answered:
                return f"No tool call found for function call output with call_id {item['call_id']}."
            answered.append(item["call_id"])
    missing = set(made) - set(answered)
    return f"No tool output found for function call {missing}." if missing else None


def reasoning_comes_back(request: StrictRequest, issued: Issued) -> str | None:
    """Each reasoning is as it was given and is followed by the item that it came with, and the reverse."""
    sent = items(request)
    followers: dict[str, str] = issued.states.get("followers", {})
    given: dict[str, Fields] = issued.states.get("reasoning", {})
    for place, item in enumerate(sent):
        if item["type"] == "reasoning":
            if item != given.get(item["id"]):
                return f"Encrypted content for item {item['id']} could not be verified."
            after = sent[place + 1] if place + 1 < len(sent) else {}
            if after.get("id") != followers[item["id"]]:
                return f"Item '{item['id']}' of type 'reasoning' was provided without its required following item."
    for reasoning, follower in followers.items():
        places = [place for place, item in enumerate(sent) if item.get("id") == follower]
        if places and (places[0] == 0 or sent[places[0] - 1].get("id") != reasoning):
            return f"Item '{follower}' was provided without its required 'reasoning' item: '{reasoning}'."
    return None


def reasoning_is_not_forgotten(request: StrictRequest, issued: Issued) -> str | None:
    """Every call that came with a reasoning still stands behind it."""
    known = {item["id"] for item in items(request) if item["type"] == "reasoning"}
    calls = {item["call_id"] for item in items(request) if item["type"] == "function_call"}
    lost = [call for call in calls if issued.states[call] and issued.states[call] not in known]
    return f"reasoning of {lost} was not sent back" if lost else None


RESPONSES_RULES: tuple[Rule, ...] = (
    well_formed, items_known, calls_answered, reasoning_comes_back, reasoning_is_not_forgotten,
)  # fmt: skip


def responses_answer(request: StrictRequest, issued: Issued) -> Iterator[bytes]:
    """The next step of the turn as a stream."""
    sent = items(request)
    last = max(place for place, item in enumerate(sent) if item.get("role") == "user")
    step = step_after(len([item for item in sent[last:] if item["type"] == "function_call_output"]))
    number = issued.next_call()
    made: list[Fields] = []
    if step.reasoning:
        summary = [{"type": "summary_text", "text": step.reasoning}]
        secret = f"gAAAA-{number}+/="
        made.append({"id": f"rs_{number}", "type": "reasoning", "summary": summary, "encrypted_content": secret})
        issued.states.setdefault("reasoning", {})[f"rs_{number}"] = made[0]
    if step.text:
        content = [{"type": "output_text", "text": step.text, "annotations": []}]
        made.append({"id": f"msg_{number}", "type": "message", "role": "assistant", "status": "completed",
                     "phase": "commentary", "content": content})  # fmt: skip
    for place, (name, arguments) in enumerate(step.calls):
        made.append({"id": f"fc_{number}_{place}", "type": "function_call", "status": "completed",
                     "call_id": f"call_{number}_{place}", "name": name, "arguments": json.dumps(arguments)})  # fmt: skip
        issued.states[f"call_{number}_{place}"] = f"rs_{number}" if step.reasoning else ""
    if step.reasoning:
        issued.states.setdefault("followers", {})[f"rs_{number}"] = made[1]["id"]
    yield from _events(made, request.body["model"])


def _events(made: list[Fields], model: str) -> Iterator[bytes]:
    response = {"id": "resp_1", "object": "response", "model": model, "status": "in_progress", "error": None}
    yield _event("response.created", response=response | {"output": [], "usage": None})
    for index, item in enumerate(made):
        named = {"output_index": index, "item_id": item["id"]}
        empty = {"summary": [], "content": [], "arguments": "", "encrypted_content": "", "status": "in_progress"}
        begun = {name: empty.get(name, value) for name, value in item.items()}
        yield _event("response.output_item.added", output_index=index, item=begun)
        match item["type"]:
            case "reasoning":
                text = item["summary"][0]["text"]
                yield _event("response.reasoning_summary_text.delta", **named, summary_index=0, delta=text)
            case "message":
                text = item["content"][0]["text"]
                yield _event("response.output_text.delta", **named, content_index=0, delta=text)
            case _:
                yield _event("response.function_call_arguments.delta", **named, delta=item["arguments"][:3])
                yield _event("response.function_call_arguments.delta", **named, delta=item["arguments"][3:])
                yield _event("response.function_call_arguments.done", **named, arguments=item["arguments"])
        yield _event("response.output_item.done", output_index=index, item=item)
    usage = {"input_tokens": 20, "output_tokens": 5, "input_tokens_details": {"cached_tokens": 0}}
    yield _event("response.completed", response=response | {"status": "completed", "output": made, "usage": usage})


def _event(kind: str, **fields: object) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()
