"""What a scripted server puts on the wire: steps become the parts of a chat completions response, in order.

Used by every carrier of the scripted and the offline model. Pure; carriers do the waiting, sending and breaking off.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import msgspec
from msgspec import Struct

from actors.llm.scripted.script import CallStep, ScriptedStep, UsageStep

STREAM_HEADERS = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache"}
END_MARKER = b"data: [DONE]\n\n"


class ResponseHead(Struct, frozen=True):
    """Always first: the status and the headers."""

    status: int
    headers: dict[str, str]


class ResponseData(Struct, frozen=True):
    """Bytes of the body."""

    data: bytes


class Silence(Struct, frozen=True):
    """Nothing for so many seconds."""

    seconds: float


class Disconnect(Struct, frozen=True):
    """The connection ends here, before the body does."""

    reset: bool


ResponsePart: TypeAlias = ResponseHead | ResponseData | Silence | Disconnect


def response_parts(steps: Sequence[ScriptedStep], model: str) -> Iterator[ResponsePart]:
    """The response that these steps describe."""
    head = next((step for step in steps if step.status is not None), None)
    status = 200 if head is None or head.status is None else head.status
    headers = dict(STREAM_HEADERS) if status == 200 else {"Content-Type": "application/json"}  # noqa: PLR2004 - OK
    yield ResponseHead(status, headers | (head.headers if head else {}))
    if head is not None and (head.body or status != 200):  # noqa: PLR2004 - OK
        yield ResponseData(head.body.encode())
        return
    yield from _Writer(model).parts(steps)


class _Writer:
    """Writes one stream."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._calls = 0
        self._usage: UsageStep | None = None
        self._finish: str | None = None
        self._by_hand = False

    def parts(self, steps: Sequence[ScriptedStep]) -> Iterator[ResponsePart]:
        """The body."""
        for step in steps:
            for number in range(step.repeat):
                if step.every and number:
                    yield Silence(step.every)
                yield from self._step(step)
            if step.cut is not None:
                yield Disconnect(reset=step.cut == "reset")
                return
        if self._finish == "none" or (self._by_hand and self._finish is None):
            return
        yield self._chunk({}, self._finish or ("tool_calls" if self._calls else "stop"))
        if self._usage is not None:
            counts = {"prompt_tokens": self._usage.input, "completion_tokens": self._usage.output}
            yield self._event({"choices": [], "usage": counts})
        yield ResponseData(END_MARKER)

    def _step(self, step: ScriptedStep) -> Iterator[ResponsePart]:
        if step.delta is not None:
            yield self._chunk({"content": step.delta})
        elif step.reasoning is not None:
            yield self._chunk({"reasoning_content": step.reasoning})
        elif step.call is not None:
            yield from self._call(step.call)
        elif step.stall is not None:
            yield Silence(step.stall)
        elif step.raw is not None:
            self._by_hand = True
            yield ResponseData(step.raw.encode())
        elif step.usage is not None:
            self._usage = step.usage
        elif step.finish is not None:
            self._finish = step.finish

    def _call(self, call: CallStep) -> Iterator[ResponsePart]:
        """Name first, then the arguments in fragments."""
        index, self._calls = self._calls, self._calls + 1
        arguments = call.arguments
        text = arguments if isinstance(arguments, str) else msgspec.json.encode(arguments).decode()
        opening: dict[str, object] = {
            "index": index,
            "type": "function",
            "function": {"name": call.name, "arguments": ""},
        }
        if call.id:
            opening["id"] = call.id
        yield self._chunk({"tool_calls": [opening]})
        size = max(1, -(-len(text) // call.fragments))
        for start in range(0, len(text), size):
            fragment = {"index": index, "function": {"arguments": text[start : start + size]}}
            yield self._chunk({"tool_calls": [fragment]})

    def _chunk(self, delta: dict[str, object], finish: str | None = None) -> ResponseData:
        return self._event({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})

    def _event(self, fields: dict[str, object]) -> ResponseData:
        opening = {"id": "chatcmpl-scripted", "object": "chat.completion.chunk", "model": self._model}
        return ResponseData(b"data: " + msgspec.json.encode(opening | fields) + b"\n\n")
