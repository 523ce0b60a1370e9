"""The PTY manager: each job that was started, or should have been, has its one end."""

from __future__ import annotations

from collections.abc import Callable

from actors.ids import NO_TURN, JobId, TurnId
from actors.messages import EndJob, JobFinished, JobStreamed, ResizeJobs, StartJob, WriteToJob
from actors.phase_messages import EndAllJobs, JobsEnded
from actors.ports import TerminalPort
from actors.pty_manager import CheckJobs, JobSignalled, KnownJobs, PtyManager, Received, without_output
from actors.runtime.message import Message
from tests.actors.staged_context import StagedContext
from tools.job import JobEnded, JobEvent, JobOutput, JobReport, JobRequest, JobStarted, OutputSlice

T1, J1, J2 = TurnId("t1"), JobId("j1"), JobId("j2")
REQUEST = JobRequest(("/bin/true",), "/")
REPORT = JobReport("exited", 0, OutputSlice("out"), OutputSlice(), 1.0)


class HandTerminals(TerminalPort):
    """Terminals whose events the test sends itself."""

    def __init__(self) -> None:
        self.running: dict[str, JobRequest] = {}
        self.ended: list[tuple[str, bool]] = []
        self.typed: list[tuple[str, str]] = []
        self.size = (0, 0)
        self.listener: Callable[[JobEvent], None] = lambda _: None

    def listen(self, listener: Callable[[JobEvent], None]) -> None:
        self.listener = listener

    def start(self, job: str, request: JobRequest) -> None:
        self.running[job] = request

    def write(self, job: str, text: str) -> None:
        self.typed.append((job, text))

    def resize(self, rows: int, columns: int) -> None:
        self.size = (rows, columns)

    def end(self, job: str, *, expired: bool = False) -> None:
        self.ended.append((job, expired))

    def jobs(self) -> tuple[str, ...]:
        return tuple(self.running)


class Managing:
    """A manager with terminals and a context of the test's own; `fail` replaces it as a supervisor would."""

    def __init__(self) -> None:
        self.terminals = HandTerminals()
        self.known = KnownJobs()
        self.jobs = self.known.running
        self.fail()

    def fail(self, message: Received | None = None) -> list[Message]:
        self.context = StagedContext()
        self.manager = PtyManager(self.context, self.terminals, self.known)
        self.manager.started()
        if message is not None:
            self.manager.failed_on(message)
        return self.context.taken()

    def tell(self, message: Received) -> list[Message]:
        self.manager.handle(message)
        return self.context.taken()

    def hear(self, event: JobEvent) -> list[Message]:
        """An event on its way through the listener and the mailbox."""
        if isinstance(event, JobEnded):
            self.terminals.running.pop(event.job, None)
        self.terminals.listener(event)
        (arrived,) = self.context.taken()
        assert isinstance(arrived, JobSignalled)
        assert arrived == JobSignalled(event)
        return self.tell(arrived)


def test_a_job_streams_and_ends_with_its_report() -> None:
    """S1-1, S1-9."""
    managing = Managing()
    assert managing.tell(StartJob(T1, J1, REQUEST)) == []
    assert managing.terminals.running == {"j1": REQUEST}
    assert managing.hear(JobStarted("j1", 7)) == []
    assert managing.hear(JobOutput("j1", "errors", "oh")) == [JobStreamed(T1, J1, "errors", "oh")]
    assert managing.hear(JobEnded("j1", REPORT)) == [JobFinished(T1, J1, REPORT)]
    assert managing.jobs == {}


def test_what_a_person_types_and_their_window_go_to_the_terminals() -> None:
    managing = Managing()
    managing.tell(WriteToJob(J1, "y\n"))
    managing.tell(ResizeJobs(30, 90))
    assert managing.terminals.typed == [("j1", "y\n")]
    assert managing.terminals.size == (30, 90)


def test_an_end_says_why() -> None:
    managing = Managing()
    managing.tell(StartJob(T1, J1, REQUEST))
    managing.tell(EndJob(J1))
    managing.tell(EndJob(J1, expired=True))
    assert managing.terminals.ended == [("j1", False), ("j1", True)]


def test_an_end_that_overtakes_its_start_still_holds() -> None:
    """`EndJob` is urgent."""
    managing = Managing()
    managing.tell(EndJob(J1))
    assert managing.tell(StartJob(T1, J1, REQUEST)) == [
        JobFinished(T1, J1, without_output("cancelled", "Ended before it began."))
    ]
    assert managing.terminals.running == {}


def test_an_end_that_overtakes_its_start_holds_over_a_failure() -> None:
    """Whether the manager failed on the end itself, or on something after it."""
    for lost in (EndJob(J1), WriteToJob(J1, "y")):
        managing = Managing()
        if lost != EndJob(J1):
            managing.tell(EndJob(J1))
        managing.fail(lost)
        (finished,) = managing.tell(StartJob(T1, J1, REQUEST))
        assert isinstance(finished, JobFinished)
        assert finished.report.end == "cancelled"
        assert not managing.terminals.running


def test_at_the_end_every_job_is_ended_and_the_last_one_acknowledges() -> None:
    """S0-13."""
    managing = Managing()
    managing.tell(StartJob(T1, J1, REQUEST))
    managing.tell(StartJob(NO_TURN, J2, REQUEST))
    assert managing.tell(EndAllJobs()) == []
    assert managing.terminals.ended == [("j1", False), ("j2", False)]
    assert managing.hear(JobEnded("j1", REPORT)) == [JobFinished(T1, J1, REPORT)]
    stubborn = JobReport("cancelled", -9, OutputSlice(), OutputSlice(), 1.0, survivors=(77,))
    assert managing.hear(JobEnded("j2", stubborn)) == [JobFinished(NO_TURN, J2, stubborn), JobsEnded((77,))]
    assert [type(message) for message in managing.tell(StartJob(T1, J1, REQUEST))] == [JobFinished], "nothing begins"


def test_without_a_job_the_end_is_acknowledged_at_once() -> None:
    assert Managing().tell(EndAllJobs()) == [JobsEnded()]


def test_a_successor_ends_what_runs_and_reports_it() -> None:
    managing = Managing()
    managing.tell(StartJob(T1, J1, REQUEST))
    assert managing.fail() == [CheckJobs((J1,))]
    assert managing.terminals.ended == [("j1", False)]
    assert managing.tell(CheckJobs((J1,))) == [], "it runs still, its end will come"
    assert managing.hear(JobEnded("j1", REPORT)) == [JobFinished(T1, J1, REPORT)]


def test_an_end_that_nobody_heard_is_told_by_the_successor() -> None:
    managing = Managing()
    managing.tell(StartJob(T1, J1, REQUEST))
    managing.terminals.running.clear()
    assert managing.fail() == [CheckJobs((J1,))]
    (finished,) = managing.tell(CheckJobs((J1,)))
    assert isinstance(finished, JobFinished)
    assert (finished.turn, finished.report.end) == (T1, "failed")
    assert "may have taken effect" in finished.report.problem


def test_an_end_that_was_on_its_way_is_told_once() -> None:
    managing = Managing()
    managing.tell(StartJob(T1, J1, REQUEST))
    managing.terminals.running.clear()
    managing.fail()
    assert managing.tell(JobSignalled(JobEnded("j1", REPORT))) == [JobFinished(T1, J1, REPORT)]
    assert managing.tell(CheckJobs((J1,))) == []
    assert managing.tell(JobSignalled(JobEnded("j1", REPORT))) == []


def test_the_message_that_a_predecessor_failed_on_is_answered() -> None:
    managing = Managing()
    (finished,) = managing.fail(StartJob(T1, J1, REQUEST))
    assert isinstance(finished, JobFinished)
    assert finished.report.end == "failed"
    managing.tell(StartJob(T1, J2, REQUEST))
    managing.terminals.running.clear()
    told = managing.fail(JobSignalled(JobEnded("j2", REPORT)))
    assert told == [CheckJobs((J2,)), JobFinished(T1, J2, REPORT)]
