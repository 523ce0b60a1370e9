"""OpenAI's Responses, as a scripted server reads and writes them.

Reasoning gets encrypted content and every item an id, as the real ones do, so that a client which loses either is found
out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from actors.llm.scripted.chat_request import ChatRequest, RequestCall, RequestFunction, RequestMessage, RequestTool
from actors.llm.scripted.endpoint import fragments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from actors.llm.scripted.script import CallStep, UsageStep

PATH = "/responses"
INCOMPLETE = {"length": "max_output_tokens", "content_filter": "content_filter"}
"""The finish reasons of scripts that make an answer incomplete, in OpenAI's words."""


class InputPart(msgspec.Struct):
    """A part of the content of a message."""

    text: str = ""


class InputItem(msgspec.Struct):
    """An item of the input, as far as a scripted model looks at it."""

    type: str = "message"
    role: str = ""
    content: str | list[InputPart] | None = None
    call_id: str = ""
    name: str = ""
    arguments: str = ""
    output: str | list[InputPart] = ""


class OfferedTool(msgspec.Struct):
    """A tool that is on offer."""

    name: str = ""


class ResponsesRequest(msgspec.Struct):
    """The body of a request."""

    input: str | list[InputItem]
    model: str = ""
    instructions: str = ""
    tools: list[OfferedTool] = []


_decoder = msgspec.json.Decoder(ResponsesRequest)


def read_request(body: bytes) -> ChatRequest:
    """Implement `Endpoint` for this dialect."""
    sent = _decoder.decode(body)
    messages = [RequestMessage("system", sent.instructions)] if sent.instructions else []
    items = [InputItem(role="user", content=sent.input)] if isinstance(sent.input, str) else sent.input
    for item in items:
        _add(messages, item)
    tools = tuple(RequestTool(RequestFunction(tool.name)) for tool in sent.tools)
    return ChatRequest(tuple(messages), sent.model, tools)


def stream_writer(asked: ChatRequest) -> ResponsesWriter:
    """A writer for the answer to this request."""
    used = sum(len(message.tool_calls) for message in asked.messages)
    return ResponsesWriter(asked.model, used)


def _add(messages: list[RequestMessage], item: InputItem) -> None:
    """One item; what the model said in one answer is one message."""
    if item.type == "function_call_output":
        messages.append(RequestMessage("tool", _words(item.output), tool_call_id=item.call_id))
    elif item.type == "message" and item.role != "assistant":
        messages.append(RequestMessage(item.role, _words(item.content)))
    elif item.type in ("message", "function_call"):
        last = messages.pop() if messages and messages[-1].role == "assistant" else RequestMessage("assistant", "")
        calls = last.tool_calls
        if item.type == "function_call":
            calls = (*calls, RequestCall(item.call_id, RequestFunction(item.name, item.arguments)))
        messages.append(RequestMessage("assistant", (last.content or "") + _words(item.content), calls))


def _words(content: str | list[InputPart] | None) -> str:
    return content if isinstance(content, str) else "".join(part.text for part in content or ())


class ResponsesWriter:
    """Writes one stream of events. `used` counts the calls of the conversation so far; each id is given once."""

    def __init__(self, model: str, used: int) -> None:
        self._model = model
        self._used = used
        self._sequence = 0
        self._output: list[dict[str, object]] = []  # whole items
        self._open = ""
        """The type of the item that is open."""
        self._text: list[str] = []

    def opening(self, usage: UsageStep) -> tuple[bytes, ...]:
        """The response without output."""
        del usage
        response = self._response("in_progress")
        return (
            self._event("response.created", response=response),
            self._event("response.in_progress", response=response),
        )

    def text(self, text: str) -> Iterator[bytes]:
        """Some more of the answer."""
        yield from self._within("message")
        self._text.append(text)
        yield self._delta("output_text", text, content_index=0)

    def reasoning(self, text: str) -> Iterator[bytes]:
        """Some more of the thoughts."""
        yield from self._within("reasoning")
        self._text.append(text)
        yield self._delta("reasoning_summary_text", text, summary_index=0)

    def call(self, call: CallStep) -> Iterator[bytes]:
        """An item with the name, then the arguments in fragments, then the whole."""
        yield from self._close()
        self._used += 1
        place, identifier = len(self._output), f"fc_{self._used}"
        item: dict[str, object] = {
            "id": identifier,
            "type": "function_call",
            "status": "in_progress",
            "call_id": call.id or f"call_{self._used}",
            "name": call.name,
            "arguments": "",
        }
        yield self._event("response.output_item.added", output_index=place, item=item)
        parts = fragments(call)
        named = {"output_index": place, "item_id": identifier}
        for part in parts:
            yield self._event("response.function_call_arguments.delta", **named, delta=part)
        item = {**item, "status": "completed", "arguments": "".join(parts)}
        yield self._event("response.function_call_arguments.done", **named, arguments=item["arguments"])
        yield self._done(item)

    def ending(self, finish: str, usage: UsageStep | None) -> Iterator[bytes]:
        """The whole response. A finish reason of `failed` ends it with an error."""
        yield from self._close()
        counts: dict[str, object] | None = None
        if usage is not None:
            counts = {
                "input_tokens": usage.input,
                "input_tokens_details": {"cached_tokens": usage.cached},
                "output_tokens": usage.output,
                "output_tokens_details": {"reasoning_tokens": 0},
                "total_tokens": usage.input + usage.output,
            }
        if finish == "failed":
            error = {"code": "server_error", "message": "The scripted model failed."}
            yield self._event("response.failed", response=self._response("failed", error=error))
            return
        whole: dict[str, object] = {"output": self._output, "usage": counts}
        if finish in INCOMPLETE:
            whole["incomplete_details"] = {"reason": INCOMPLETE[finish]}
        status = "incomplete" if finish in INCOMPLETE else "completed"
        yield self._event(f"response.{status}", response=self._response(status, **whole))

    def _within(self, kind: str) -> Iterator[bytes]:
        """Begin an item of this type, unless one is open."""
        if self._open == kind:
            return
        yield from self._close()
        self._open = kind
        yield self._event("response.output_item.added", output_index=len(self._output), item=self._item(""))

    def _close(self) -> Iterator[bytes]:
        """End the item that is open, if any."""
        if self._open:
            item = self._item("".join(self._text))
            self._open = ""
            self._text.clear()
            yield self._done(item)

    def _identifier(self) -> str:
        return f"{'rs' if self._open == 'reasoning' else 'msg'}_{self._used}_{len(self._output)}"

    def _item(self, text: str) -> dict[str, object]:
        """The open item with this text; an empty one has only begun."""
        item: dict[str, object] = {"id": self._identifier(), "type": self._open}
        if self._open == "reasoning":
            summary = [{"type": "summary_text", "text": text}] if text else []
            return item | {"summary": summary, "encrypted_content": f"encrypted-{item['id']}" if text else ""}
        part: dict[str, object] = {"type": "output_text", "text": text, "annotations": []}
        content = [part] if text else []
        return item | {"role": "assistant", "status": "completed" if text else "in_progress", "content": content}

    def _done(self, item: dict[str, object]) -> bytes:
        place = len(self._output)
        self._output.append(item)
        return self._event("response.output_item.done", output_index=place, item=item)

    def _delta(self, kind: str, text: str, **index: int) -> bytes:
        named: dict[str, object] = {"output_index": len(self._output), "item_id": self._identifier(), **index}
        return self._event(f"response.{kind}.delta", **named, delta=text)

    def _response(self, status: str, **fields: object) -> dict[str, object]:
        opening = {"id": "resp_scripted", "object": "response", "model": self._model, "status": status}
        return {**opening, "error": None, "incomplete_details": None, "output": [], "usage": None, **fields}

    def _event(self, kind: str, **fields: object) -> bytes:
        number, self._sequence = self._sequence, self._sequence + 1
        data = msgspec.json.encode({"type": kind, "sequence_number": number, **fields})
        return b"event: %b\ndata: %b\n\n" % (kind.encode(), data)
