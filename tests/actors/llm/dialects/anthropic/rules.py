"""What Anthropic refuses of a request, as rules: a strict server is one that asks them.

Written from the documentation of the Messages API and from refusals that users report. Used by the property tests, and
by the strict server of the journeys.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

IDENTIFIER = re.compile(r"[a-zA-Z0-9_-]+")
NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")
MOST_MARKS = 4
LEAST_BUDGET = 1024
TOP = {
    "model", "max_tokens", "messages", "system", "tools", "stream", "temperature", "thinking", "output_config",
    "metadata", "tool_choice",
}  # fmt: skip
USER = {"text", "tool_result", "image"}
ASSISTANT = {"text", "tool_use", "thinking", "redacted_thinking", "server_tool_use", "web_search_tool_result"}

Block = dict[str, Any]


def broken_rules(body: bytes, signed: set[str] | None = None) -> list[str]:
    """Why the request is refused: nothing if it is not. `signed` are the signatures that this server gave out."""
    request = json.loads(body)
    return [*_top(request), *_marks(request), *_messages(request["messages"], signed)]


def _top(request: dict[str, Any]) -> Iterator[str]:
    yield from (f"{name}: extra inputs are not permitted" for name in request.keys() - TOP)
    if not isinstance(request.get("max_tokens"), int) or request["max_tokens"] < 1:
        yield "max_tokens: field required"
    for block in request.get("system", ()):
        if not block["text"].strip():
            yield "system: text content blocks must be non-empty"
    for tool in request.get("tools", ()):
        if not NAME.fullmatch(tool["name"]) or not isinstance(tool.get("input_schema"), dict):
            yield "tools: invalid"
    thinking = request.get("thinking")
    if thinking and thinking["type"] != "disabled" and "temperature" in request:
        yield "temperature: may only be set to 1 when thinking is enabled"
    if thinking and thinking["type"] == "enabled":
        if not LEAST_BUDGET <= thinking["budget_tokens"] < request["max_tokens"]:
            yield "thinking: max_tokens must be greater than thinking.budget_tokens"
        yield from _begins_with_thought(request["messages"])


def _begins_with_thought(messages: list[dict[str, Any]]) -> Iterator[str]:
    """In the middle of a round of tools, the answers since the prompt must have begun with a thought."""
    if not any(block["type"] == "tool_result" for block in messages[-1]["content"]):
        return
    prompts = [
        place
        for place, message in enumerate(messages)
        if message["role"] == "user" and message["content"][-1]["type"] == "text"
    ]
    first = messages[(prompts[-1] if prompts else -1) + 1]
    if first["content"][0]["type"] not in ("thinking", "redacted_thinking"):
        yield "messages: expected thinking or redacted_thinking, but found something else"


def _marks(request: dict[str, Any]) -> Iterator[str]:
    blocks = [*request.get("tools", ()), *request.get("system", ())]
    for message in request["messages"]:
        blocks += message["content"]
    marked = [block for block in blocks if "cache_control" in block]
    if len(marked) > MOST_MARKS:
        yield f"a maximum of {MOST_MARKS} blocks with cache_control may be provided"
    if any(block.get("type") in ("thinking", "redacted_thinking") for block in marked):
        yield "thinking: cache_control: extra inputs are not permitted"


def _messages(messages: list[dict[str, Any]], signed: set[str] | None) -> Iterator[str]:
    if not messages or messages[0]["role"] != "user":
        yield "messages: first message must use the user role"
    if any(one["role"] == following["role"] for one, following in pairwise(messages)):
        yield "messages: roles must alternate between user and assistant"
    for message in messages:
        yield from _content(message, signed)
    yield from _pairs(messages)
    last = messages[-1]
    if last["role"] == "assistant" and last["content"][-1].get("text", "x")[-1:].isspace():
        yield "messages: final assistant content cannot end with trailing whitespace"


def _content(message: dict[str, Any], signed: set[str] | None) -> Iterator[str]:
    content: list[Block] = message["content"]
    if not content:
        yield "messages: content must not be empty"
    allowed = ASSISTANT if message["role"] == "assistant" else USER
    yield from (f"messages: {block['type']} is not allowed" for block in content if block["type"] not in allowed)
    for block in content:
        yield from _block(block, signed)


def _pairs(messages: list[dict[str, Any]]) -> Iterator[str]:
    """Calls and their results."""
    asked: list[str] = []
    seen: set[str] = set()
    for message in messages:
        content: list[Block] = message["content"]
        if message["role"] == "user":
            yield from _results(content, asked)
        elif asked:
            yield "messages: tool_use ids were found without tool_result blocks"
        asked = [block["id"] for block in content if block["type"] == "tool_use"]
        if len(set(asked)) != len(asked) or seen & set(asked):
            yield "messages: tool_use ids must be unique"
        seen.update(asked)
    if asked:
        yield "messages: tool_use ids were found without tool_result blocks"


def _results(content: list[Block], asked: list[str]) -> Iterator[str]:
    found = [block["tool_use_id"] for block in content if block["type"] == "tool_result"]
    kinds = [block["type"] for block in content]
    if kinds != sorted(kinds, key=lambda kind: kind != "tool_result"):
        yield "messages: tool_result blocks must come first"
    if found != asked:
        yield f"messages: unexpected tool_use_id or missing tool_result: asked {asked}, found {found}"


def _block(block: Block, signed: set[str] | None) -> Iterator[str]:
    match block["type"]:
        case "text" if not block["text"].strip():
            yield "messages: text content blocks must contain non-whitespace text"
        case "tool_use":
            if not IDENTIFIER.fullmatch(block["id"]) or not NAME.fullmatch(block["name"]):
                yield f"messages: tool_use: id or name should match the pattern: {block}"
            if not isinstance(block["input"], dict):
                yield "messages: tool_use: input should be a valid dictionary"
        case "tool_result" if block["content"] == "":
            yield "messages: tool_result: content must not be empty"
        case "thinking" if signed is not None and block.get("signature") not in signed:
            yield "messages: thinking: invalid `signature` in `thinking` block"
        case _:
            pass
