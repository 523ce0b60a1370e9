"""The dialect of Anthropic's Messages, which gateways and other vendors speak too.

Found by its name from `dialect_named`. Nothing is kept at the provider: each request holds the whole conversation, in
bytes that go on from those of the request before, so that the provider reads what it knows from its cache. Thoughts go
back as they came, signature and all, to the provider and model that had them. No I/O.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from actors.llm.dialect import Headers, HttpRequest
from actors.llm.dialects.anthropic.history import CACHE_MARK, History
from actors.llm.dialects.anthropic.reply import MessagesDecoder
from actors.llm.dialects.anthropic.thinking import is_budgeted, is_thinking, thinking_fields
from actors.llm.tagged_reasoning import TaggedDecoder
from actors.llm.wire_words import encoded

if TYPE_CHECKING:
    from actors.blocks import ProviderState
    from actors.llm.port import ModelCall
    from actors.transcript import TranscriptMessage
    from config.providers import ProviderAccess
    from tools.tool import ToolDefinition

PATH = "/v1/messages"
HEADERS: Headers = (
    ("Content-Type", "application/json"),
    ("Accept", "text/event-stream"),
    ("anthropic-version", "2023-06-01"),
)
USUAL_LIMIT = 8_192
"""Tokens of an answer, where neither the settings nor the facts of the model say more: the provider wants a number."""


def create(access: ProviderAccess) -> AnthropicMessages:
    """A new instance for one session with this provider."""
    return AnthropicMessages(access)


class AnthropicMessages:
    """One session's requests. Not safe for several threads: its carrier takes turns."""

    def __init__(self, access: ProviderAccess) -> None:
        self._access = access
        self._model = access.model
        self._history = self._new_history()
        self._count = 0
        self._last: TranscriptMessage | None = None
        self._call_ids: set[str] = set()
        self._opening: tuple[tuple[ToolDefinition, ...], str, str, int | None, bool] | None = None
        self._head = b""

    def request(self, call: ModelCall) -> HttpRequest:
        """The call as a POST of JSON."""
        messages = call.transcript.messages
        changed = self._count > len(messages) or (self._count and messages[self._count - 1] is not self._last)
        if changed or call.model != self._model:  # compacted, rewound, cleared; or another model
            self._model = call.model
            self._history = self._new_history()
            self._count = 0
        for message in messages[self._count :]:
            self._history.append(message)
            self._call_ids.update(block.id for block in getattr(message, "calls", ()))
        self._count = len(messages)
        self._last = messages[-1] if messages else None
        body = self._history.body(self._request_head(call))
        return HttpRequest(self._access.quirks.path or PATH, HEADERS, body)

    def authorization(self, key: str) -> Headers:
        """The key in the header that the provider reads it from."""
        header = self._access.quirks.auth_header
        return (("Authorization", f"Bearer {key}"),) if header == "bearer" else ((header, key),)

    def decoder(self) -> TaggedDecoder:
        """A decoder that gives no call an id which this session has used."""
        return TaggedDecoder(MessagesDecoder(self._call_ids, self._access.name, self._model))

    def _new_history(self) -> History:
        return History(self._owns, own_ids=self._access.quirks.call_ids == "own")

    def _owns(self, state: ProviderState) -> bool:
        return state.belongs_to(self._access.name, self._model)

    def _request_head(self, call: ModelCall) -> bytes:
        """Everything before the conversation; encoded again only when it changes."""
        opening = (call.tools, call.system, call.model, call.max_tokens, self._history.thoughtless)
        if opening != self._opening:
            self._opening = opening
            fields = request_fields(call, self._access, thoughtless=self._history.thoughtless)
            self._head = encoded(fields)[:-1] + b',"messages":['
        return self._head


def request_fields(call: ModelCall, access: ProviderAccess, *, thoughtless: bool = False) -> dict[str, object]:
    """The fields of a request but for the conversation. `extra_body` is laid over them; a null takes one out.

    `thoughtless`: the answer that the model is in the middle of began without a thought. Models that are given a number
    of tokens for thinking refuse to begin with it then.
    """
    quirks = access.quirks
    given = quirks.extra_body.get("max_tokens")
    limit = given if isinstance(given, int) else call.max_tokens or access.facts.longest_answer(USUAL_LIMIT)
    fields: dict[str, object] = {"model": call.model, "max_tokens": limit, "stream": True}
    fields |= thinking_fields(call.model, quirks.reasoning_effort, limit)
    if call.tools:
        fields["tools"] = [_tool(tool) for tool in call.tools]
    if call.system.strip():
        fields["system"] = _marked([encoded({"type": "text", "text": call.system})])
    elif call.tools:
        fields["tools"] = _marked([encoded(_tool(tool)) for tool in call.tools])
    fields |= quirks.extra_body
    fields.pop("messages", None)
    if thoughtless and is_budgeted(fields):
        del fields["thinking"]
    if quirks.temperature is not None and not is_thinking(fields):
        fields.setdefault("temperature", quirks.temperature)
    return {name: value for name, value in fields.items() if value is not None}


def _marked(parts: list[bytes]) -> list[msgspec.Raw]:
    """The parts, cached up to the end of the last one."""
    last = parts[-1]
    return [msgspec.Raw(part) for part in (*parts[:-1], last[:-1] + CACHE_MARK + b"}")]


def _tool(tool: ToolDefinition) -> dict[str, object]:
    return {"name": tool.name, "description": tool.description, "input_schema": msgspec.json.decode(tool.parameters)}
