"""Rules of chat completions servers, and answers in their accents: what each refuses, and what it wants back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.servers.strict_exchange import (
    TOOL_NAME,
    Fields,
    Issued,
    Rule,
    Step,
    StrictRequest,
    is_json_object,
    only,
    step_after,
)

TOP_FIELDS = (
    "model", "messages", "stream", "stream_options", "tools", "tool_choice", "parallel_tool_calls", "max_tokens",
    "max_completion_tokens", "temperature", "reasoning_effort",
)  # fmt: skip


def messages(request: StrictRequest) -> list[Fields]:
    """The conversation."""
    return list(request.body["messages"])


def asking(request: StrictRequest) -> list[Fields]:
    """The answers that made calls."""
    return [message for message in messages(request) if message.get("tool_calls")]


def called(request: StrictRequest) -> list[Fields]:
    """Every call of the conversation."""
    return [call for message in asking(request) for call in message["tool_calls"]]


def well_formed(request: StrictRequest, issued: Issued) -> str | None:
    """A streaming request of known fields, beginning with the system's message and a prompt."""
    del issued
    body = request.body
    roles = [message["role"] for message in messages(request)]
    if body["stream"] is not True or not isinstance(body["model"], str):
        return "stream and model are required"
    if roles[:2] != ["system", "user"] or set(roles) - {"system", "user", "assistant", "tool"}:
        return f"unexpected roles {roles}"
    if roles[-1] not in ("user", "tool"):
        return f"Expected last role User or Tool for serving but got {roles[-1]}"
    return only(body, *TOP_FIELDS)


def tools_named(request: StrictRequest, issued: Issued) -> str | None:
    """Tools and calls have names that fit the pattern; parameters and arguments are objects."""
    del issued
    for tool in request.body["tools"]:
        function = tool["function"]
        if tool["type"] != "function" or function["parameters"]["type"] != "object":
            return "Invalid tool"
        if not TOOL_NAME.fullmatch(function["name"]):
            return f"Invalid tools.function.name: {function['name']}"
    for call in called(request):
        if call["type"] != "function" or not TOOL_NAME.fullmatch(call["function"]["name"]):
            return f"Invalid tool_calls.function.name: {call}"
        if not is_json_object(call["function"]["arguments"]):
            return f"arguments are no JSON object: {call}"
    return None


def calls_answered(request: StrictRequest, issued: Issued) -> str | None:
    """Each call is followed by its answer before anything else, and each answer belongs to a call."""
    del issued
    waiting: list[str] = []
    for message in messages(request):
        if message["role"] == "tool":
            if message["tool_call_id"] not in waiting:
                return f"tool message without its call: {message['tool_call_id']}"
            waiting.remove(message["tool_call_id"])
            if not isinstance(message["content"], str) or not message["content"]:
                return "a tool message needs content"
        elif waiting:
            return f"An assistant message with 'tool_calls' must be followed by tool messages: {waiting}"
        else:
            waiting = [call["id"] for call in message.get("tool_calls") or ()]
            if len(set(waiting)) != len(waiting):
                return "call ids repeat"
    return f"calls without an answer: {waiting}" if waiting else None


def ids_are_those_given(request: StrictRequest, issued: Issued) -> str | None:
    """The ids of calls are those that the server gave."""
    unknown = [call["id"] for call in called(request) if call["id"] not in issued.states]
    return f"unknown tool call ids {unknown}" if unknown else None


def content_present(request: StrictRequest, issued: Issued) -> str | None:
    """Every message says something, or makes calls."""
    del issued
    for message in messages(request):
        if not message.get("content") and not message.get("tool_calls"):
            return "Assistant message must have either content or tool_calls, but not none."
    return None


def message_fields(*more: str) -> Rule:
    """Messages hold nothing but what the protocol and this provider name."""
    allowed = {"role", "content", "tool_calls", "tool_call_id", *more}

    def known_message_fields(request: StrictRequest, issued: Issued) -> str | None:
        del issued
        unknown = sorted({name for message in messages(request) for name in message} - allowed)
        return f"Extra inputs are not permitted: {unknown}" if unknown else None

    return known_message_fields


def call_fields(*more: str) -> Rule:
    """Calls hold nothing but what the protocol and this provider name."""
    allowed = {"id", "type", "function", *more}

    def known_call_fields(request: StrictRequest, issued: Issued) -> str | None:
        del issued
        unknown = sorted({name for call in called(request) for name in call} - allowed)
        return f"Extra inputs are not permitted in tool_calls: {unknown}" if unknown else None

    return known_call_fields


def refuses(*names: str) -> Rule:
    """These fields are not supported."""

    def without_fields(request: StrictRequest, issued: Issued) -> str | None:
        del issued
        found = [name for name in names if name in request.body]
        return f"Unsupported parameter: {found} is not supported with this model." if found else None

    return without_fields


def wants(name: str) -> Rule:
    """This field is required; the tests set a limit of an answer."""

    def with_field(request: StrictRequest, issued: Issued) -> str | None:
        del issued
        return None if name in request.body else f"Missing required parameter: {name}"

    return with_field


def ids_match(pattern: str) -> Rule:
    """The ids of calls have this form, in calls and answers."""

    def id_form(request: StrictRequest, issued: Issued) -> str | None:
        del issued
        answered = [message["tool_call_id"] for message in messages(request) if message["role"] == "tool"]
        odd = [
            each for each in (*answered, *(call["id"] for call in called(request))) if not re.fullmatch(pattern, each)
        ]
        return f"Tool call id has to be defined as {pattern}: {odd}" if odd else None

    return id_form


def content_beside_calls(*kinds: str) -> Rule:
    """An answer with calls and no text has content of one of these kinds: `null`, `empty`, `absent`."""

    def empty_content(request: StrictRequest, issued: Issued) -> str | None:
        del issued
        for message in asking(request):
            kind = "absent"
            if "content" in message:
                kind = {None: "null", "": "empty"}.get(message["content"], "text")
            if kind not in (*kinds, "text"):
                return f"content beside tool_calls may not be {kind}"
        return None

    return empty_content


def comes_back(name: str) -> Rule:
    """A field of an answer with calls comes back as it was given."""

    def field_echoed(request: StrictRequest, issued: Issued) -> str | None:
        for place, message in enumerate(asking(request)):
            given = issued.states[message["tool_calls"][0]["id"]]
            if given and message.get(name) != given:
                return f"{name} is missing or changed in assistant tool call message {place}: {message.get(name)!r}"
        return None

    return field_echoed


def signatures_come_back(request: StrictRequest, issued: Issued) -> str | None:
    """Gemini: each call that came with a thought signature brings it back."""
    for call in called(request):
        given = issued.states[call["id"]]
        sent = ((call.get("extra_content") or {}).get("google") or {}).get("thought_signature")
        if given and sent != given:
            return f"Function call is missing a thought_signature in functionCall parts: {call['function']['name']}"
    return None


CHAT_RULES: tuple[Rule, ...] = (well_formed, tools_named, calls_answered, content_present)
"""What every chat completions server wants."""


@dataclass(frozen=True)
class Accent:
    """How a server writes its answers. `call_id` makes an id of the call's number and name."""

    call_id: Callable[[int, str], str] = lambda number, _name: f"call_{number:08x}"
    reasoning: str = ""
    """The field that reasoning streams in; empty: it is not shown. `reasoning_details` streams both."""
    signed: bool = False
    """Calls come with a thought signature, whole, with CRLF between the lines."""


def chat_answer(request: StrictRequest, issued: Issued, accent: Accent) -> Iterator[bytes]:
    """The next step of the turn as a stream."""
    sent = messages(request)
    last = max(place for place, message in enumerate(sent) if message["role"] == "user")
    step = step_after(len([message for message in sent[last:] if message["role"] == "tool"]))
    end = "\r\n" if accent.signed else "\n"
    for fields in _chunks(step, issued, accent):
        chunk = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": request.body["model"], **fields}
        yield f"data: {json.dumps(chunk)}{end}{end}".encode()
    yield f"data: [DONE]{end}{end}".encode()


def _chunks(step: Step, issued: Issued, accent: Accent) -> Iterator[Fields]:
    details: list[Fields] = []
    if step.reasoning and accent.reasoning:
        for delta in _thoughts(step.reasoning, accent.reasoning):
            details += delta.get("reasoning_details", [])
            yield _chunk(delta)
    if step.text:
        yield _chunk({"role": "assistant", "content": step.text})
    given: Any = step.reasoning if accent.reasoning else ""
    if accent.reasoning == "reasoning_details":
        given = joined_details(details) if details else ""
    for place, (name, arguments) in enumerate(step.calls):
        number = issued.next_call()
        identifier = accent.call_id(number, name)
        signature = f"signature-{number}" if accent.signed and place == 0 else ""
        issued.states[identifier] = signature if accent.signed else given
        yield from _call(place, identifier, (name, json.dumps(arguments)), signature if accent.signed else None)
    yield _chunk({}, "tool_calls" if step.calls else "stop")
    yield {"choices": [], "usage": {"prompt_tokens": 20, "completion_tokens": 5, "total_tokens": 25}}


def _thoughts(text: str, field: str) -> Iterator[Fields]:
    half = len(text) // 2
    for part in (text[:half], text[half:]):
        if field == "reasoning_details":
            detail = {"type": "reasoning.text", "text": part, "format": "anthropic-claude-v1", "index": 0}
            yield {"reasoning": part, "reasoning_details": [detail]}
        else:
            yield {field: part}
    if field == "reasoning_details":
        detail = {"type": "reasoning.text", "signature": "sig-ü", "format": "anthropic-claude-v1", "index": 0}
        yield {"reasoning_details": [detail]}
        yield {"reasoning_details": [{"type": "reasoning.encrypted", "data": "gAAA", "id": "rs_1", "index": 1}]}


def joined_details(details: list[Fields]) -> list[Fields]:
    """Fragments of one entry as one, as they have to come back."""
    entries: dict[int, Fields] = {}
    for detail in details:
        entry = entries.setdefault(detail["index"], {})
        text = entry.get("text", "") + detail.get("text", "")
        entry.update(detail)
        if text:
            entry["text"] = text
    return [entries[index] for index in sorted(entries)]


def _call(place: int, identifier: str, function: tuple[str, str], signature: str | None) -> Iterator[Fields]:
    """In fragments, or whole where the server signs."""
    name, arguments = function
    opening: Fields = {"index": place, "id": identifier, "type": "function"}
    if signature is not None:
        opening["function"] = {"name": name, "arguments": arguments}
        if signature:
            opening["extra_content"] = {"google": {"thought_signature": signature}}
        yield _chunk({"tool_calls": [opening]})
        return
    yield _chunk({"tool_calls": [opening | {"function": {"name": name, "arguments": ""}}]})
    for part in (arguments[:5], arguments[5:]):
        yield _chunk({"tool_calls": [{"index": place, "function": {"arguments": part}}]})


def _chunk(delta: Fields, finish: str | None = None) -> Fields:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}
