"""A chat completions request as its receiver reads it: what the scripted and the offline model answer to.

Shared by every carrier of theirs, so that a simulation, the program itself and a server in another process see the same
thing. Pure.
"""

from __future__ import annotations

import msgspec


class RequestFunction(msgspec.Struct, frozen=True):
    """A function and its arguments, as JSON text."""

    name: str = ""
    arguments: str = ""


class RequestCall(msgspec.Struct, frozen=True):
    """A call that the model made earlier."""

    id: str = ""
    function: RequestFunction = RequestFunction()


class RequestMessage(msgspec.Struct, frozen=True):
    """One message of the conversation."""

    role: str
    content: str | None = None
    tool_calls: tuple[RequestCall, ...] = ()
    tool_call_id: str = ""


class RequestTool(msgspec.Struct, frozen=True):
    """A tool that is on offer."""

    function: RequestFunction = RequestFunction()


class ChatRequest(msgspec.Struct, frozen=True):
    """The request."""

    messages: tuple[RequestMessage, ...] = ()
    model: str = ""
    tools: tuple[RequestTool, ...] = ()

    def prompt(self) -> str:
        """The last user message."""
        return next((message.content or "" for message in reversed(self.messages) if message.role == "user"), "")

    def since_prompt(self) -> tuple[RequestMessage, ...]:
        """What followed the last user message: calls and their results."""
        last = max((place for place, message in enumerate(self.messages) if message.role == "user"), default=-1)
        return self.messages[last + 1 :]

    def results(self) -> tuple[str, ...]:
        """The tool results since the model spoke last, in call order."""
        results: list[str] = []
        for message in reversed(self.messages):
            if message.role != "tool":
                break
            results.append(message.content or "")
        return tuple(reversed(results))

    def is_first(self) -> bool:
        """The model has not spoken yet."""
        return all(message.role != "assistant" for message in self.messages)


class ContentParts(msgspec.Struct, frozen=True):
    """A part of content, where a client sends a list in place of a text."""

    text: str = ""


class PartedMessage(msgspec.Struct, frozen=True):
    """A message whose content may be a list of parts."""

    role: str
    content: str | tuple[ContentParts, ...] | None = None
    tool_calls: tuple[RequestCall, ...] | None = None
    tool_call_id: str = ""

    def plain(self) -> RequestMessage:
        """The same with one text."""
        content = self.content
        text = "".join(part.text for part in content) if isinstance(content, tuple) else content
        return RequestMessage(self.role, text, self.tool_calls or (), self.tool_call_id)


class PartedRequest(msgspec.Struct, frozen=True):
    """A request with such messages."""

    messages: tuple[PartedMessage, ...] = ()
    model: str = ""
    tools: tuple[RequestTool, ...] | None = None


_decoder = msgspec.json.Decoder(ChatRequest)
_parted_decoder = msgspec.json.Decoder(PartedRequest)


def read_request(body: bytes) -> ChatRequest:
    """The request in this body; gateways send content as a list of parts.

    Raises:
        ValueError: it is none.
    """
    try:
        return _decoder.decode(body)
    except msgspec.ValidationError:
        parted = _parted_decoder.decode(body)
    messages = tuple(message.plain() for message in parted.messages)
    return ChatRequest(messages, parted.model, parted.tools or ())
