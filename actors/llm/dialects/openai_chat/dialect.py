"""The dialect of OpenAI's streaming chat completions, which most servers speak with an accent.

Found by its name from `dialect_named`. It writes each transcript message down once and joins bytes afterwards, and
reads what servers really send: calls in fragments or whole, with or without index and id, usage on any event, errors in
the middle, a plain JSON body instead of a stream. Reasoning is shown and never sent back. No I/O.
"""

from __future__ import annotations

import json
import re

import msgspec

from actors.blocks import ToolCall
from actors.ids import CallId
from actors.llm.dialect import Headers, HttpRequest
from actors.llm.dialects.openai_chat.reply import ReplyDecoder
from actors.llm.port import ModelCall
from actors.transcript import AssistantMessage, ToolMessage, TranscriptMessage, UserMessage
from config.providers import ProviderAccess
from tools.tool import ToolDefinition

HEADERS: Headers = (("Content-Type", "application/json"), ("Accept", "text/event-stream"))
COMPLETION_LIMIT = re.compile(r"(?:^|/)(?:o\d|gpt-(?:[5-9]|\d\d))")
"""Models that take `max_completion_tokens` and refuse `max_tokens`."""

UNANSWERED = "[error] This call was never run: the session was interrupted before."
INTERRUPTED = "[interrupted]"
NOTHING = "(no output)"


def create(access: ProviderAccess) -> OpenAIChat:
    """A new instance for one session with this provider."""
    del access
    return OpenAIChat()


class OpenAIChat:
    """One session's requests. Not safe for several threads: its carrier takes turns."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._count = 0
        self._last: TranscriptMessage | None = None
        self._open: dict[CallId, ToolCall] = {}
        self._call_ids: set[str] = set()
        self._opening: tuple[tuple[ToolDefinition, ...], str, str, int | None] | None = None
        self._head = b""

    def request(self, call: ModelCall) -> HttpRequest:
        """The call as a POST of JSON."""
        messages = call.transcript.messages
        if self._count > len(messages) or (self._count and messages[self._count - 1] is not self._last):
            self._forget()
        for message in messages[self._count :]:
            self._append(message)
        self._count = len(messages)
        self._last = messages[-1] if messages else None
        open_calls = b"".join(b"," + _tool_answer(identifier, UNANSWERED) for identifier in self._open)
        body = b"".join((self._request_head(call), self._kept, open_calls, b"]}"))
        return HttpRequest("/chat/completions", HEADERS, body)

    def authorization(self, key: str) -> Headers:
        """A bearer token."""
        return (("Authorization", f"Bearer {key}"),)

    def decoder(self) -> ReplyDecoder:
        """A decoder that gives no call an id which this session has used."""
        return ReplyDecoder(self._call_ids)

    def _forget(self) -> None:
        """Another transcript: compacted, rewound or cleared."""
        self._kept.clear()
        self._count = 0
        self._open.clear()

    def _append(self, message: TranscriptMessage) -> None:
        if isinstance(message, ToolMessage):
            if self._open.pop(message.call, None) is None:  # a server refuses an answer without its call
                self._kept += b"," + _encode({"role": "user", "content": f"[{message.name}] {_tool_text(message)}"})
            else:
                self._kept += b"," + _tool_answer(message.call, _tool_text(message))
            return
        for identifier in self._open:  # and a call without its answer
            self._kept += b"," + _tool_answer(identifier, UNANSWERED)
        self._open.clear()
        if isinstance(message, UserMessage):
            self._kept += b"," + _encode({"role": "user", "content": message.text})
            return
        self._open = {call.id: call for call in message.calls}
        self._call_ids.update(self._open)
        self._kept += b"," + _encode(_assistant(message))

    def _request_head(self, call: ModelCall) -> bytes:
        """Everything before the conversation; encoded again only when it changes."""
        opening = (call.tools, call.system, call.model, call.max_tokens)
        if opening != self._opening:
            self._opening = opening
            self._head = _head(call)
        return self._head


def _head(call: ModelCall) -> bytes:
    fields: dict[str, object] = {
        "model": call.model,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if call.max_tokens is not None:
        limit = "max_completion_tokens" if COMPLETION_LIMIT.search(call.model) else "max_tokens"
        fields[limit] = call.max_tokens
    if call.tools:
        fields["tools"] = [
            {
                "type": "function",
                "function": {
                    "name": tool.name,
                    "description": tool.description,
                    "parameters": msgspec.json.decode(tool.parameters),
                },
            }
            for tool in call.tools
        ]
    system = _encode({"role": "system", "content": call.system})
    return _encode(fields)[:-1] + b',"messages":[' + system


def _assistant(message: AssistantMessage) -> dict[str, object]:
    text = message.text
    if message.interrupted:
        text = f"{text}\n\n{INTERRUPTED}" if text else INTERRUPTED
    asked = message.calls
    if not asked:
        return {"role": "assistant", "content": text or NOTHING}
    calls = [
        {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": _arguments(call.arguments)}}
        for call in {call.id: call for call in asked}.values()
    ]
    return {"role": "assistant", "content": text, "tool_calls": calls}


def _arguments(text: str) -> str:
    """Arguments as the model wrote them; where they are no JSON object, wrapped in one: some servers parse them."""
    try:
        msgspec.json.decode(text or "{}", type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeEncodeError):
        return _encode({"invalid_json": text}).decode()
    return text or "{}"


def _tool_text(message: ToolMessage) -> str:
    """The wire has no field for the outcome, so a call that failed says so in its first word."""
    result = message.result
    return (result.text or NOTHING) if result.outcome == "ok" else f"[{result.outcome}] {result.text}"


def _tool_answer(identifier: str, text: str) -> bytes:
    return _encode({"role": "tool", "tool_call_id": identifier, "content": text})


def _encode(value: dict[str, object]) -> bytes:
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:  # half a surrogate pair, from a file name or a broken paste
        return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
