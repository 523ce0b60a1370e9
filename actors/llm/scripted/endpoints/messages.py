"""Anthropic's Messages, as a scripted server reads and writes them.

Thoughts get a signature and calls an id, as the real ones do, so that a client which loses either is found out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from actors.llm.scripted.chat_request import ChatRequest, RequestCall, RequestFunction, RequestMessage, RequestTool
from actors.llm.scripted.endpoint import fragments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from actors.llm.scripted.script import CallStep, UsageStep

PATH = "/v1/messages"
STOP_WORDS = {"stop": "end_turn", "tool_calls": "tool_use", "length": "max_tokens", "content_filter": "refusal"}
"""The finish reasons of scripts in Anthropic's words; others are sent as they are."""


class RequestBlock(msgspec.Struct):
    """A block of content, as far as a scripted model looks at it."""

    type: str
    text: str = ""
    id: str = ""
    name: str = ""
    input: msgspec.Raw = msgspec.Raw(b"{}")
    tool_use_id: str = ""
    content: str | list[RequestBlock] = ""

    def words(self) -> str:
        """Its text, or that of a result."""
        return _words(self.content) if self.type == "tool_result" else self.text


class RequestTurn(msgspec.Struct):
    """One message."""

    role: str
    content: str | list[RequestBlock]


class MessagesTool(msgspec.Struct):
    """A tool that is on offer."""

    name: str


class MessagesRequest(msgspec.Struct):
    """The body of a request."""

    messages: list[RequestTurn]
    model: str = ""
    system: str | list[RequestBlock] = ""
    tools: list[MessagesTool] = []


_decoder = msgspec.json.Decoder(MessagesRequest)


def read_request(body: bytes) -> ChatRequest:
    """Implement `Endpoint` for this dialect."""
    sent = _decoder.decode(body)
    system = _words(sent.system)
    messages = [RequestMessage("system", system)] if system else []
    for message in sent.messages:
        messages += _spoken(message) if message.role == "assistant" else _heard(message)
    tools = tuple(RequestTool(RequestFunction(tool.name)) for tool in sent.tools)
    return ChatRequest(tuple(messages), sent.model, tools)


def stream_writer(asked: ChatRequest) -> MessagesWriter:
    """A writer for the answer to this request."""
    used = sum(len(message.tool_calls) for message in asked.messages)
    return MessagesWriter(asked.model, used)


def _words(content: str | list[RequestBlock]) -> str:
    return content if isinstance(content, str) else "".join(block.words() for block in content)


def _heard(message: RequestTurn) -> Iterator[RequestMessage]:
    """A user message: its results, and each text as a message of its own."""
    content = message.content
    for block in [RequestBlock("text", content)] if isinstance(content, str) else content:
        if block.type == "tool_result":
            yield RequestMessage("tool", block.words(), tool_call_id=block.tool_use_id)
        elif block.type == "text":
            yield RequestMessage(message.role, block.text)


def _spoken(message: RequestTurn) -> list[RequestMessage]:
    """What the model said earlier."""
    blocks = [] if isinstance(message.content, str) else message.content
    calls = tuple(
        RequestCall(block.id, RequestFunction(block.name, bytes(block.input).decode()))
        for block in blocks
        if block.type == "tool_use"
    )
    return [RequestMessage("assistant", _words(message.content), calls)]


class MessagesWriter:
    """Writes one stream of events. `used` counts the calls of the conversation so far; each id is given once."""

    def __init__(self, model: str, used: int) -> None:
        self._model = model
        self._used = used
        self._index = -1
        self._open = ""
        """The type of the block that is open."""

    def opening(self, usage: UsageStep) -> tuple[bytes, ...]:
        """The message without content, and what its input cost."""
        message: dict[str, object] = {
            "id": "msg_scripted",
            "type": "message",
            "role": "assistant",
            "model": self._model,
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": {
                "input_tokens": usage.input - usage.cached,
                "cache_creation_input_tokens": 0,
                "cache_read_input_tokens": usage.cached,
                "output_tokens": min(1, usage.output),
            },
        }
        return (_event("message_start", message=message), _event("ping"))

    def text(self, text: str) -> Iterator[bytes]:
        """Some more of the answer."""
        yield from self._within("text", text="")
        yield self._delta("text_delta", text=text)

    def reasoning(self, text: str) -> Iterator[bytes]:
        """Some more of the thoughts."""
        yield from self._within("thinking", thinking="", signature="")
        yield self._delta("thinking_delta", thinking=text)

    def call(self, call: CallStep) -> Iterator[bytes]:
        """A block with the name, then the arguments in fragments."""
        self._used += 1
        yield from self._close()
        yield from self._within("tool_use", id=call.id or f"toolu_{self._used}", name=call.name, input={})
        for fragment in fragments(call):
            yield self._delta("input_json_delta", partial_json=fragment)
        yield from self._close()

    def ending(self, finish: str, usage: UsageStep | None) -> Iterator[bytes]:
        """The stop reason with the usage of the whole, and the end of the message."""
        yield from self._close()
        delta = {"stop_reason": STOP_WORDS.get(finish, finish), "stop_sequence": None}
        yield _event("message_delta", delta=delta, usage={"output_tokens": usage.output if usage else 0})
        yield _event("message_stop")

    def _within(self, kind: str, **fields: object) -> Iterator[bytes]:
        """Begin a block of this type, unless one is open."""
        if self._open == kind:
            return
        yield from self._close()
        self._index += 1
        self._open = kind
        yield _event("content_block_start", index=self._index, content_block={"type": kind, **fields})

    def _close(self) -> Iterator[bytes]:
        """End the block that is open, if any; a thought is signed first."""
        if self._open == "thinking":
            yield self._delta("signature_delta", signature=f"signature-{self._used}-{self._index}")
        if self._open:
            yield _event("content_block_stop", index=self._index)
        self._open = ""

    def _delta(self, kind: str, **fields: object) -> bytes:
        return _event("content_block_delta", index=self._index, delta={"type": kind, **fields})


def _event(kind: str, **fields: object) -> bytes:
    return b"event: %b\ndata: %b\n\n" % (kind.encode(), msgspec.json.encode({"type": kind, **fields}))
