"""The dialect of OpenAI's Responses, which a growing number of servers speaks beside chat completions.

Found by its name from `dialect_named`. Nothing is kept at the provider: each request holds the whole conversation,
reasoning as encrypted items that only their provider and model can read. Each transcript message is written down once
and the bytes are joined afterwards, so that a request begins as the one before it. No I/O.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from actors.llm.dialect import Headers, HttpRequest
from actors.llm.dialects.openai_responses.input_items import (
    answer_item,
    assistant_items,
    user_item,
)
from actors.llm.dialects.openai_responses.reply import ResponsesDecoder
from actors.llm.tagged_reasoning import TaggedDecoder
from actors.llm.wire_words import UNANSWERED, encoded, result_text
from actors.transcript import AssistantMessage, ToolMessage, TranscriptMessage, UserMessage

if TYPE_CHECKING:
    from actors.ids import CallId
    from actors.llm.port import ModelCall
    from config.providers import ProviderAccess
    from config.quirks import Quirks
    from tools.tool import ToolDefinition

PATH = "/responses"
HEADERS: Headers = (("Content-Type", "application/json"), ("Accept", "text/event-stream"))
WITHOUT_REASONING = re.compile(r"(?:^|/)(?:gpt-[34]|chatgpt-|gpt-5[\d.]*-chat)")
"""OpenAI's models that refuse a request for encrypted reasoning."""

LONGEST_CALL_ID = 64
"""Characters of a call's id that providers take."""


def create(access: ProviderAccess) -> OpenAIResponses:
    """A new instance for one session with this provider."""
    return OpenAIResponses(access)


class OpenAIResponses:
    """One session's requests. Not safe for several threads: its carrier takes turns."""

    def __init__(self, access: ProviderAccess) -> None:
        self._provider = access.name
        self._quirks = access.quirks
        self._model = access.model
        self._most: int | None = None
        self._kept = bytearray()
        self._count = 0
        self._last: TranscriptMessage | None = None
        self._open: dict[CallId, str] = {}
        """Calls without an answer so far, with their ids on the wire."""
        self._wire_ids: set[str] = set()
        self._call_ids: set[str] = set()
        self._opening: tuple[tuple[ToolDefinition, ...], str, str, int | None] | None = None
        self._head = b""

    def request(self, call: ModelCall) -> HttpRequest:
        """The call as a POST of JSON."""
        messages = call.transcript.messages
        changed = self._count > len(messages) or (self._count and messages[self._count - 1] is not self._last)
        if changed or call.model != self._model:
            self._forget(call.model)
        self._most = call.max_tokens
        for message in messages[self._count :]:
            self._append(message)
        self._count = len(messages)
        self._last = messages[-1] if messages else None
        unanswered = b"".join(b"," + answer_item(identifier, UNANSWERED) for identifier in self._open.values())
        items = memoryview(self._kept)[1:] if self._kept else b""
        body = b"".join((self._request_head(call), items, unanswered, b"]}"))
        return HttpRequest(self._quirks.path or PATH, HEADERS, body)

    def authorization(self, key: str) -> Headers:
        """The key in the header that the provider reads it from."""
        header = self._quirks.auth_header
        return (("Authorization", f"Bearer {key}"),) if header == "bearer" else ((header, key),)

    def decoder(self) -> TaggedDecoder:
        """A decoder that gives no call an id which this session has used."""
        return TaggedDecoder(ResponsesDecoder(self._call_ids, self._provider, self._model, self._most))

    def _forget(self, model: str) -> None:
        """Another transcript (compacted, rewound or cleared), or another model, which gets none of the state."""
        self._model = model
        self._kept = bytearray()
        self._count = 0
        self._open.clear()
        self._wire_ids.clear()

    def _append(self, message: TranscriptMessage) -> None:
        if isinstance(message, ToolMessage):
            identifier = self._open.pop(message.call, None)
            if identifier is None:  # a server refuses an answer without its call
                self._write(user_item(f"[{message.name}] {result_text(message)}"))
            else:
                self._write(answer_item(identifier, result_text(message)))
            return
        for identifier in self._open.values():  # and a call without its answer
            self._write(answer_item(identifier, UNANSWERED))
        self._open.clear()
        if isinstance(message, UserMessage):
            self._write(user_item(message.text))
            return
        self._append_answer(message)

    def _append_answer(self, message: AssistantMessage) -> None:
        for call in message.calls:
            if call.id not in self._open:
                self._open[call.id] = self._wire_id(call.id, call.provider_id)
        self._call_ids.update(self._open)
        for item in assistant_items(message, lambda state: state.belongs_to(self._provider, self._model), self._open):
            self._write(item)

    def _wire_id(self, own: str, theirs: str) -> str:
        """The provider's id of a call; ours where it gave none, one given before, or one too long."""
        usable = theirs and len(theirs) <= LONGEST_CALL_ID and theirs not in self._wire_ids
        identifier = theirs if usable and self._quirks.call_ids != "own" else own
        self._wire_ids.add(identifier)
        return identifier

    def _write(self, item: bytes) -> None:
        self._kept += b","
        self._kept += item

    def _request_head(self, call: ModelCall) -> bytes:
        """Everything before the conversation; encoded again only when it changes."""
        opening = (call.tools, call.system, call.model, call.max_tokens)
        if opening != self._opening:
            self._opening = opening
            self._head = encoded(request_fields(call, self._quirks))[:-1] + b',"input":['
        return self._head


def request_fields(call: ModelCall, quirks: Quirks) -> dict[str, object]:
    """The fields of a request but for the conversation. `extra_body` is laid over them; a null takes one out."""
    fields: dict[str, object] = {"model": call.model, "stream": True, "store": False}
    if not WITHOUT_REASONING.search(call.model):
        fields["include"] = ["reasoning.encrypted_content"]
    if call.max_tokens is not None:
        fields["max_output_tokens"] = call.max_tokens
    if quirks.temperature is not None:
        fields["temperature"] = quirks.temperature
    if quirks.reasoning_effort:
        fields["reasoning"] = {"effort": quirks.reasoning_effort}
    if call.system:
        fields["instructions"] = call.system
    if call.tools:
        fields["tools"] = [_tool(tool) for tool in call.tools]
    fields |= quirks.extra_body
    fields.pop("input", None)
    return {name: value for name, value in fields.items() if value is not None}


def _tool(tool: ToolDefinition) -> dict[str, object]:
    """A function. Without `strict` a server would rewrite the schema so that every argument is required."""
    return {
        "type": "function",
        "name": tool.name,
        "description": tool.description,
        "parameters": msgspec.json.decode(tool.parameters),
        "strict": False,
    }
