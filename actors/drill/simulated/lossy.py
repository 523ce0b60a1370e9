"""Wrappers around a model's and the terminals' port that drop a piece or repeat a signal.

Only what a stream can lose is lost (a piece of text, some output); what ends a stream always arrives, at times twice.
They wrap simulated and real ports alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from actors.llm.port import Piece
from tools.job import JobOutput

if TYPE_CHECKING:
    from collections.abc import Callable

    from actors.drill.plan.faults import Injector
    from actors.llm.port import Listener, ModelCall, ModelPort, ModelSignal
    from actors.ports import TerminalPort
    from tools.job import JobEvent, JobRequest

KINDS = ("drop", "duplicate")


class LossyModel:
    """A `ModelPort` around another."""

    def __init__(self, port: ModelPort, injector: Injector) -> None:
        self._port = port
        self._injector = injector

    def start(self, request: str, call: ModelCall, listener: Listener) -> None:
        """Implement `ModelPort`."""

        def lossy(signal: ModelSignal) -> None:
            for _ in range(times(self._injector, "llm_streamer", "SignalArrived", isinstance(signal, Piece))):
                listener(signal)

        self._port.start(request, call, lossy)

    def cancel(self, request: str) -> None:
        """Implement `ModelPort`."""
        self._port.cancel(request)

    def close(self) -> None:
        """Implement `ModelPort`."""
        self._port.close()


class LossyTerminals:
    """A `TerminalPort` around another."""

    def __init__(self, port: TerminalPort, injector: Injector) -> None:
        self._port = port
        self._injector = injector

    def listen(self, listener: Callable[[JobEvent], None]) -> None:
        """Implement `TerminalPort`."""

        def lossy(event: JobEvent) -> None:
            for _ in range(times(self._injector, "pty_manager", "JobSignalled", isinstance(event, JobOutput))):
                listener(event)

        self._port.listen(lossy)

    def start(self, job: str, request: JobRequest) -> None:
        """Implement `TerminalPort`."""
        self._port.start(job, request)

    def write(self, job: str, text: str) -> None:
        """Implement `TerminalPort`."""
        self._port.write(job, text)

    def resize(self, rows: int, columns: int) -> None:
        """Implement `TerminalPort`."""
        self._port.resize(rows, columns)

    def end(self, job: str, *, expired: bool = False) -> None:
        """Implement `TerminalPort`."""
        self._port.end(job, expired=expired)

    def jobs(self) -> tuple[str, ...]:
        """Implement `TerminalPort`."""
        return self._port.jobs()


def times(injector: Injector, at: str, on: str, can_be_lost: bool) -> int:  # noqa: FBT001 - the one thing that differs
    """How often a signal arrives."""
    kinds = KINDS if can_be_lost else ("duplicate",)
    struck = {fault.kind for fault in injector.strikes(at, on, kinds)}
    if "drop" in struck:
        return 0
    return 2 if "duplicate" in struck else 1
