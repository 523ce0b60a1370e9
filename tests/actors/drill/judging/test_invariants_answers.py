"""How the model is asked and what is taken for its answer, judged on runs that were doctored."""

from __future__ import annotations

from msgspec.structs import replace

from actors.drill.judging.evidence import Evidence
from actors.drill.judging.invariants_answers import i8_nothing_is_no_answer, i9_failing_requests_are_few
from actors.drill.plan.faults import InjectedFault
from actors.drill.plan.scenarios import ANSWER, MANY
from actors.drill.simulated.run import Run, RunSpec, run
from actors.drill.simulated.trace import SentMessage
from actors.messages import RequestStarted
from actors.records import TurnFinished
from tests.actors.drill.doctored import sent, swap

REFUSING = (InjectedFault("model", "rejected", most=1_000),)


def evidence(done: Run) -> Evidence:
    return Evidence(done.incarnations[0], done)


def test_a_turn_that_is_done_without_a_text_is_seen() -> None:
    done = run(ANSWER, RunSpec(seed=1))
    assert not list(i8_nothing_is_no_answer(evidence(done)))
    end = sent(done, TurnFinished)
    assert isinstance(end.message, TurnFinished)
    swap(done, end, replace(end.message, text=" "))
    assert list(i8_nothing_is_no_answer(evidence(done)))


def test_twelve_refusals_are_spread_over_more_than_a_minute() -> None:
    done = run(MANY, RunSpec(seed=1, faults=REFUSING))
    seen = evidence(done)
    starts = [each.at for each in seen.of(RequestStarted)]
    assert len(starts) == 12
    assert starts[-1] - starts[0] >= 60.0
    assert not list(i9_failing_requests_are_few(seen))


def test_requests_that_fail_faster_than_they_may_are_seen() -> None:
    done = run(MANY, RunSpec(seed=1, faults=REFUSING))
    entries = done.incarnations[0].trace.entries
    for place, entry in enumerate(entries):
        if isinstance(entry, SentMessage):
            entries[place] = SentMessage(entry.step, 0.0, entry.envelope, entry.receivers)
    assert list(i9_failing_requests_are_few(evidence(done)))
