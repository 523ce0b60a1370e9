"""The scripted model: the dialect of its servers, and a port without threads for the simulation.

The port goes through the same dialect and decoder as a real one; time is what `schedule` makes of it. A failure is
signalled as `HttpModel` would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from actors.llm.dialect import Decoder, dialect_named
from actors.llm.failures import status_failure
from actors.llm.port import Failed, Listener, ModelCall, ModelSignal
from actors.llm.scripted.response import Disconnect, ResponseData, ResponseHead, ResponsePart, Silence, answered
from actors.llm.scripted.script import ScriptedAnswer
from config.providers import SCRIPTED, ProviderAccess

Schedule: TypeAlias = Callable[[float, Callable[[], None]], None]
"""Runs the function after so many seconds; what is scheduled for one moment runs in that order."""

BROKEN_OFF = Failed("cut", "The connection broke off in the middle of the answer.", retryable=True)
STALLED = Failed("stalled", "The model server went silent.", retryable=True)
CANCELLED = Failed("cancelled", "The request was cancelled.")
OK = 200


class ScriptedPort:
    """A `ModelPort` that decides nothing about time: every signal is scheduled. `access` names the dialect."""

    def __init__(
        self,
        answer: ScriptedAnswer,
        schedule: Schedule,
        stall_limit: float = 120.0,
        access: ProviderAccess = SCRIPTED,
    ) -> None:
        self._answer = answer
        self._schedule = schedule
        self._stall_limit = stall_limit
        self._dialect = dialect_named(access)
        self._plays: dict[str, ResponsePlayback] = {}

    def start(self, request: str, call: ModelCall, listener: Listener) -> None:
        """Begin the request; its first signal comes with the next turn of the schedule.

        Raises:
            ValueError: a request of this id is in flight.
        """
        if request in self._plays:
            raise ValueError(f"request {request} is in flight")
        asked = self._dialect.request(call)
        parts = answered(asked.path, asked.body, self._answer)
        play = ResponsePlayback(parts, self._dialect.decoder(), listener, lambda: self._plays.pop(request, None))
        self._plays[request] = play
        self._schedule(0.0, lambda: self._step(play))

    def cancel(self, request: str) -> None:
        """End the request; `Failed("cancelled")` follows with the next turn of the schedule."""
        play = self._plays.get(request)
        if play is not None and not play.cancelled:
            play.cancelled = True
            self._schedule(0.0, lambda: play.end(CANCELLED))

    def close(self) -> None:
        """End everything that is in flight."""
        for request in tuple(self._plays):
            self.cancel(request)

    def _step(self, play: ResponsePlayback) -> None:
        if play.cancelled:
            return
        pause = play.step(self._stall_limit)
        if pause is not None:
            self._schedule(pause, lambda: self._step(play))


class ResponsePlayback:
    """One request that is being answered."""

    def __init__(
        self, parts: Iterator[ResponsePart], decoder: Decoder, listener: Listener, on_end: Callable[[], object]
    ) -> None:
        self.cancelled = False
        self._parts = parts
        self._decoder = decoder
        self._listener = listener
        self._on_end = on_end
        self._head = ResponseHead(OK, {})
        self._silent = False

    def step(self, stall_limit: float) -> float | None:
        """Play one part; the seconds until the next one, or None where that was the last."""
        if self._silent:
            self.end(STALLED)
            return None
        match next(self._parts, None):
            case ResponseHead() as head:
                self._head = head
                return 0.0
            case ResponseData(data):
                return self._take(data)
            case Silence(seconds):
                self._silent = seconds > stall_limit
                return min(seconds, stall_limit)
            case Disconnect():
                self.end(self._decoder.close() if self._decoder.complete else BROKEN_OFF)
            case None:
                self.end(self._refusal(b"") if self._head.status != OK else self._decoder.close())
        return None

    def end(self, signal: ModelSignal) -> None:
        """The final signal, unless there was one."""
        if self._on_end() is not None:
            self._listener(signal)

    def _take(self, data: bytes) -> float | None:
        if self._head.status != OK:
            self.end(self._refusal(data))
            return None
        for piece in self._decoder.feed(data):
            self._listener(piece)
        if not self._decoder.done:
            return 0.0
        self.end(self._decoder.close())
        return None

    def _refusal(self, body: bytes) -> Failed:
        headers = {name.lower(): value for name, value in self._head.headers.items()}
        return status_failure(self._head.status, headers, body, 0.0)
