"""The simulated workers, terminals and journal keep the promises of the real ones."""

from __future__ import annotations

import pytest

from actors.drill.plan.faults import InjectedFault
from actors.drill.plan.scenario import Program, Stubbornness
from actors.drill.simulated.ports import GIVEN_UP, GRACE, WORKERS
from tests.actors.drill.simulated_ports import Ground
from tools.job import JobEnded, JobOutput, JobReport, JobStarted

MAKE = {"make": Program(((1.0, "one\n"), (2.0, "two\n")), 3)}
SERVER = {"server": Program(((0.0, "up\n"),), ends=False)}


def report(ground: Ground) -> JobReport:
    """The one report of the one job."""
    reports = [event.report for _, event in ground.events if isinstance(event, JobEnded)]
    assert len(reports) == 1
    return reports[0]


def test_a_command_starts_prints_and_ends() -> None:
    ground = Ground(programs=MAKE)
    ground.run("make")
    ground.play()
    assert [(at, type(event)) for at, event in ground.events] == [
        (0.0, JobStarted),
        (1.0, JobOutput),
        (3.0, JobOutput),
        (3.0, JobEnded),
    ]
    assert report(ground).exit_code == 3
    assert report(ground).output.head == "one\ntwo\n"
    assert ground.world.acts == ["make"]
    assert not ground.world.alive()
    assert not ground.terminals.jobs()


@pytest.mark.parametrize(
    ("stubborn", "seconds", "exit_code"),
    [(0, 0.0, -2), (1, GRACE, -15), (2, 2 * GRACE, -9)],
    ids=["INT", "TERM", "KILL"],
)
def test_a_job_ends_with_the_signal_that_it_minds(stubborn: Stubbornness, seconds: float, exit_code: int) -> None:
    ground = Ground(programs={"server": Program((), stubborn=stubborn, ends=False)})
    ground.run("server")
    ground.scheduler.clock.call_later(1.0, lambda: ground.terminals.end("j"))
    ground.play()
    assert ground.events[-1][0] == pytest.approx(1.0 + seconds)
    assert (report(ground).end, report(ground).exit_code) == ("cancelled", exit_code)


def test_a_process_that_survives_everything_is_named() -> None:
    ground = Ground(programs={"server": Program((), stubborn=3, ends=False)})
    ground.run("server")
    ground.terminals.end("j")
    ground.play()
    assert ground.scheduler.clock.now() == 2 * GRACE + GIVEN_UP
    assert report(ground).survivors == (1_000,)
    assert ground.terminals.close() == ("process 1000",)


def test_a_job_ends_at_its_time_limit() -> None:
    ground = Ground(programs=SERVER)
    ground.run("server", time_limit=5.0)
    ground.play()
    assert ground.scheduler.clock.now() == 5.0
    assert report(ground).end == "timeout"


def test_a_job_is_ended_once_and_reported_once() -> None:
    ground = Ground(programs=SERVER)
    ground.run("server", time_limit=1.0)
    for _ in range(3):
        ground.terminals.end("j")
    ground.terminals.end("unknown")
    ground.play()
    assert report(ground).end == "cancelled"


def test_what_is_typed_is_echoed_and_closing_ends_everything() -> None:
    ground = Ground(programs=SERVER)
    ground.run("server")
    ground.terminals.write("j", "hello")
    ground.terminals.write("unknown", "hello")
    ground.terminals.resize(24, 80)
    ground.scheduler.clock.call_later(1.0, ground.terminals.close)
    ground.play()
    assert [event.text for _, event in ground.events if isinstance(event, JobOutput)] == ["up\n", "hello"]
    assert not ground.world.alive()


@pytest.mark.parametrize(
    ("kind", "end", "seconds"),
    [
        ("not_started", "failed", 0.0),
        ("exit_at_once", "exited", 0.0),
        ("silent", "timeout", 9.0),
        ("flood", "exited", 3.0),
    ],
)
def test_a_fault_changes_how_a_program_behaves(kind: str, end: str, seconds: float) -> None:
    ground = Ground(programs=MAKE, faults=(InjectedFault("terminals", kind, nth=1, size=20),))
    ground.run("make", time_limit=9.0)
    ground.play()
    assert report(ground).end == end
    ended = next(at for at, event in ground.events if isinstance(event, JobEnded))
    assert ended == seconds
    flood = sum(event.text == "flood\n" for _, event in ground.events if isinstance(event, JobOutput))
    assert flood == (20 if kind == "flood" else 0)


def test_stubborn_programs_can_be_made_by_a_fault() -> None:
    for kind, survivors in (("stubborn", ()), ("unkillable", (1_000,))):
        ground = Ground(programs=SERVER, faults=(InjectedFault("terminals", kind, nth=1),))
        ground.run("server")
        ground.terminals.end("j")
        ground.play()
        assert report(ground).survivors == survivors


def test_workers_work_at_the_same_time_and_no_more_than_there_are() -> None:
    ground = Ground()
    order: list[int] = []
    for number in range(WORKERS + 3):
        ground.workers.run(lambda number=number: order.append(number))  # type: ignore[misc]
    assert len(ground.scheduler.ready) == WORKERS
    ground.play()
    assert sorted(order) == list(range(WORKERS + 3))
    ground.workers.close()
    ground.workers.run(lambda: order.append(99))
    assert 99 not in order


def test_the_journal_keeps_what_is_written_and_knows_what_is_safe() -> None:
    ground = Ground()
    ground.journal.append(b"one\n")
    ground.journal.sync()
    ground.journal.append(b"two\n")
    assert ground.journal.read() == b"one\ntwo\n"
    assert ground.world.synced == 4
    assert [written.line for written in ground.world.written] == [b"one\n", b"two\n"]


def test_a_full_disk_takes_nothing_or_a_part() -> None:
    for kind, left in (("disk_full", b""), ("torn", b"record")):
        ground = Ground(faults=(InjectedFault("journal_file", kind, nth=1),))
        with pytest.raises(OSError, match="No space left"):
            ground.journal.append(b"record and more")
        assert ground.journal.read()[:6] == left
        ground.journal.append(b"next\n")
    ground = Ground(faults=(InjectedFault("journal_file", "sync_failure", nth=1),))
    with pytest.raises(OSError, match="Input/output"):
        ground.journal.sync()
