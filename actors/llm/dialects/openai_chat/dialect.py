"""The dialect of OpenAI's streaming chat completions, which most servers speak with an accent.

Found by its name from `dialect_named`. It writes each transcript message down once and joins bytes afterwards, and
reads what servers really send: calls in fragments or whole, with or without index and id, usage on any event, errors in
the middle, a plain JSON body instead of a stream. Where a provider departs from the others, its quirks say how.
Reasoning is shown; it goes back only as the state that its own provider and model wants. No I/O.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from actors.llm.dialect import Headers, HttpRequest
from actors.llm.dialects.openai_chat.messages import EncodedMessages
from actors.llm.dialects.openai_chat.opaque_state import Fields, StateOwner
from actors.llm.dialects.openai_chat.reply import ReplyDecoder
from actors.llm.dialects.openai_chat.wire_ids import WireTarget
from actors.llm.port import ModelCall
from actors.llm.wire_words import encoded
from actors.transcript import TranscriptMessage
from config.models.provider_access import SCRIPTED, ProviderAccess
from config.quirks import Quirks
from tools.tool import ToolDefinition

PATH = "/chat/completions"
HEADERS: Headers = (("Content-Type", "application/json"), ("Accept", "text/event-stream"))
COMPLETION_LIMIT = re.compile(r"(?:^|/)(?:o\d|gpt-(?:[5-9]|\d\d))", re.IGNORECASE)
"""Models that take `max_completion_tokens` and refuse `max_tokens`."""
OURS = ("messages", "stream")
"""Fields of the body that no quirk replaces."""


def create(access: ProviderAccess) -> OpenAIChat:
    """A new instance for one session with this provider."""
    return OpenAIChat(access)


class OpenAIChat:
    """One session's requests. Not safe for several threads: its carrier takes turns."""

    def __init__(self, access: ProviderAccess = SCRIPTED) -> None:
        self._provider = access.name
        self._quirks = access.quirks
        self._model = access.model
        self._messages = self._fresh()
        self._count = 0
        self._last: TranscriptMessage | None = None
        self._call_ids: set[str] = set()
        self._opening: tuple[tuple[ToolDefinition, ...], str, str, int | None] | None = None
        self._head = b""

    def request(self, call: ModelCall) -> HttpRequest:
        """The call as a POST of JSON."""
        messages = call.transcript.messages
        if call.model != self._model or self._is_other(messages):
            self._model = call.model
            self._messages = self._fresh()
            self._count = 0
        for message in messages[self._count :]:
            self._messages.append(message)
        self._count = len(messages)
        self._last = messages[-1] if messages else None
        self._call_ids |= self._messages.call_ids
        body = b"".join((self._request_head(call), self._messages.data, self._messages.unanswered(), b"]}"))
        return HttpRequest(self._quirks.path or PATH, HEADERS, body)

    def authorization(self, key: str) -> Headers:
        """The header that the provider reads the key from."""
        header = self._quirks.auth_header
        return (("Authorization", f"Bearer {key}"),) if header == "bearer" else ((header, key),)

    def decoder(self) -> ReplyDecoder:
        """A decoder that gives no call an id which this session has used."""
        return ReplyDecoder(self._call_ids, StateOwner(self._provider, self._model))

    def _is_other(self, messages: Sequence[TranscriptMessage]) -> bool:
        """Another transcript: compacted, rewound or cleared."""
        if self._count > len(messages):
            return True
        return self._count > 0 and messages[self._count - 1] is not self._last

    def _fresh(self) -> EncodedMessages:
        target = WireTarget(self._provider, self._model, self._quirks.call_ids)
        return EncodedMessages(target, self._quirks.empty_content)

    def _request_head(self, call: ModelCall) -> bytes:
        """Everything before the conversation; encoded again only when it changes."""
        opening = (call.tools, call.system, call.model, call.max_tokens)
        if opening != self._opening:
            self._opening = opening
            self._head = _head(call, self._quirks)
        return self._head


def _head(call: ModelCall, quirks: Quirks) -> bytes:
    fields: Fields = {"model": call.model, "stream": True}
    if quirks.stream_options:
        fields["stream_options"] = {"include_usage": True}
    if call.max_tokens is not None:
        by_name = "max_completion_tokens" if COMPLETION_LIMIT.search(call.model) else "max_tokens"
        fields[quirks.token_field or by_name] = call.max_tokens
    if quirks.temperature is not None:
        fields["temperature"] = quirks.temperature
    if quirks.reasoning_effort:
        fields["reasoning_effort"] = quirks.reasoning_effort
    if call.tools:
        fields["tools"] = [_tool(tool) for tool in call.tools]
    fields |= {name: value for name, value in quirks.extra_body.items() if name not in OURS}
    system = encoded({"role": "system", "content": call.system})
    return encoded(fields)[:-1] + b',"messages":[' + system


def _tool(tool: ToolDefinition) -> Fields:
    function = {
        "name": tool.name,
        "description": tool.description,
        "parameters": msgspec.json.decode(tool.parameters),
    }
    return {"type": "function", "function": function}
