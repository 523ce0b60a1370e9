"""Edges that lose pieces or say things twice, and never lose what ends a stream."""

from __future__ import annotations

from actors.drill.plan.faults import InjectedFault, Injector
from actors.drill.simulated.lossy import LossyModel, LossyTerminals
from actors.llm.port import Finished, Listener, ModelCall, ModelSignal, Piece
from actors.runtime.simulated.scheduler import chance
from actors.transcript import EMPTY, AssistantMessage, Usage
from tools.job import JobEnded, JobEvent, JobOutput, JobReport, JobRequest, OutputSlice

REPORT = JobReport("exited", 0, OutputSlice("text"), OutputSlice(), 0.0)
END = Finished(AssistantMessage.of("ab"), Usage(1, 1))


class Model:
    """Says three things at once, whatever it is asked."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def start(self, request: str, call: ModelCall, listener: Listener) -> None:
        del call
        self.told.append(f"start {request}")
        for signal in (Piece("a"), Piece("b"), END):
            listener(signal)

    def cancel(self, request: str) -> None:
        self.told.append(f"cancel {request}")

    def close(self) -> None:
        self.told.append("close")


class Terminals:
    """Prints once and ends."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def listen(self, listener: object) -> None:
        self.listener = listener

    def start(self, job: str, request: JobRequest) -> None:
        del request
        assert callable(self.listener)
        self.listener(JobOutput(job, "output", "text"))
        self.listener(JobEnded(job, REPORT))

    def write(self, job: str, text: str) -> None:
        self.told.append((job, text))

    def resize(self, rows: int, columns: int) -> None:
        self.told.append((rows, columns))

    def end(self, job: str, *, expired: bool = False) -> None:
        self.told.append((job, expired))

    def jobs(self) -> tuple[str, ...]:
        return ("j",)


def heard(*faults: InjectedFault) -> list[ModelSignal]:
    signals: list[ModelSignal] = []
    port = LossyModel(Model(), Injector(faults, chance(1)))
    port.start("r", ModelCall("m", "", EMPTY, ()), signals.append)
    return signals


def test_without_a_fault_everything_arrives_once() -> None:
    assert heard() == [Piece("a"), Piece("b"), END]


def test_a_piece_can_be_lost_and_the_end_cannot() -> None:
    assert heard(InjectedFault("llm_streamer", "drop", most=9)) == [END]


def test_anything_can_arrive_twice() -> None:
    twice = heard(InjectedFault("llm_streamer", "duplicate", most=9))
    assert twice == [Piece("a"), Piece("a"), Piece("b"), Piece("b"), END, END]


def test_output_can_be_lost_and_the_end_of_a_job_cannot() -> None:
    events: list[JobEvent] = []
    port = LossyTerminals(Terminals(), Injector((InjectedFault("pty_manager", "drop", most=9),), chance(1)))
    port.listen(events.append)
    port.start("j", JobRequest(("true",), "/"))
    assert events == [JobEnded("j", REPORT)]


def test_everything_else_is_passed_on() -> None:
    model, terminals = Model(), Terminals()
    lossy_model, lossy = LossyModel(model, Injector((), chance(1))), LossyTerminals(terminals, Injector((), chance(1)))
    lossy_model.cancel("r")
    lossy_model.close()
    lossy.write("j", "text")
    lossy.resize(24, 80)
    lossy.end("j", expired=True)
    assert model.told == ["cancel r", "close"]
    assert terminals.told == [("j", "text"), (24, 80), ("j", True)]
    assert lossy.jobs() == ("j",)
