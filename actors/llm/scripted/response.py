"""What a scripted server puts on the wire: steps become the parts of a response, in order.

Used by every carrier of the scripted and the offline model. The endpoint of the request's path reads the request and
writes the stream; what is not of a dialect (status, silence, bytes by hand, the end of the connection) is here. Pure;
carriers do the waiting, sending and breaking off.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from msgspec import Struct

from actors.llm.scripted.endpoint import StreamWriter, endpoint_at, unknown_path
from actors.llm.scripted.script import ScriptedAnswer, ScriptedStep, UsageStep

STREAM_HEADERS = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache"}
OK = 200
NOTHING_COUNTED = UsageStep()


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


def answered(path: str, body: bytes, answer: ScriptedAnswer) -> Iterator[ResponsePart]:
    """The response to a request: the answer is asked for at once, its parts come as they are taken.

    Raises:
        ValueError: the body is no request of the path's dialect.
    """
    endpoint = endpoint_at(path)
    if endpoint is None:
        return _whole(unknown_path(path))
    asked = endpoint.read_request(body)
    return response_parts(answer(asked), endpoint.stream_writer(asked))


def response_parts(steps: Sequence[ScriptedStep], writer: StreamWriter) -> Iterator[ResponsePart]:
    """The response that these steps describe."""
    head = next((step for step in steps if step.status is not None), None)
    if head is not None and (head.body or head.status != OK):
        yield from _whole(head)
        return
    yield ResponseHead(OK, STREAM_HEADERS | (head.headers if head else {}))
    yield from _Playback(writer, steps).parts()


def _whole(step: ScriptedStep) -> Iterator[ResponsePart]:
    """A status with its body, in place of a stream."""
    status = step.status or OK
    headers = STREAM_HEADERS if status == OK else {"Content-Type": "application/json"}
    yield ResponseHead(status, headers | step.headers)
    yield ResponseData(step.body.encode())


class _Playback:
    """Plays the steps of one stream."""

    def __init__(self, writer: StreamWriter, steps: Sequence[ScriptedStep]) -> None:
        self._writer = writer
        self._steps = steps
        self._usage = next((step.usage for step in reversed(steps) if step.usage is not None), None)
        self._opened = False
        self._calls = False
        self._finish: str | None = None
        self._by_hand = False

    def parts(self) -> Iterator[ResponsePart]:
        """The body."""
        for step in self._steps:
            for number in range(step.repeat):
                if step.every and number:
                    yield Silence(step.every)
                yield from self._step(step)
            if step.cut is not None:
                yield Disconnect(reset=step.cut == "reset")
                return
        if self._finish == "none" or (self._by_hand and self._finish is None):
            return
        finish = self._finish or ("tool_calls" if self._calls else "stop")
        yield from self._events(self._writer.ending(finish, self._usage))

    def _step(self, step: ScriptedStep) -> Iterator[ResponsePart]:
        if step.delta is not None:
            yield from self._events(self._writer.text(step.delta))
        elif step.reasoning is not None:
            yield from self._events(self._writer.reasoning(step.reasoning))
        elif step.call is not None:
            self._calls = True
            yield from self._events(self._writer.call(step.call))
        elif step.stall is not None:
            yield Silence(step.stall)
        elif step.raw is not None:
            self._by_hand = True
            yield ResponseData(step.raw.encode())
        elif step.finish is not None:
            self._finish = step.finish

    def _events(self, events: Iterable[bytes]) -> Iterator[ResponsePart]:
        if not self._opened:
            self._opened = True
            for event in self._writer.opening(self._usage or NOTHING_COUNTED):
                yield ResponseData(event)
        for event in events:
            yield ResponseData(event)
