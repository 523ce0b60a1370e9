"""The report: what broke, under which plan, in which order, and the command that shows it again."""

from __future__ import annotations

import pytest

from actors.drill.exploration.explore import Failure
from actors.drill.exploration.report import departure_text, diagram, fault_text, ordinal, report
from actors.drill.judging.evidence import Violation
from actors.drill.plan.faults import InjectedFault
from actors.drill.plan.scenarios import ANSWER
from actors.drill.simulated.run import Kill, RunSpec, run
from actors.drill.simulated.strategies import HELD_BACK, Departure


def test_a_report_tells_the_whole_story() -> None:
    run_spec = RunSpec(
        7, (InjectedFault("journal", "crash_after", on="Commit", nth=2),), (Kill(60, 3),), ((Departure(2, "ui"),), ())
    )
    done = run(ANSWER, run_spec)
    failure = Failure(ANSWER, run_spec, (Violation("I7", "prompt p1 never ended", 0, 30),), done.digest())
    text = report(failure, done, "failure.json")
    for part in (
        "prompt p1 never ended",
        "scenario: answer",
        "seed:     7",
        "journal: crash_after on Commit, the 2nd time",
        "kill -9 after step 60, 3 bytes lost",
        "sequenceDiagram",
        "person->>turn_loop: SubmitPrompt",
        "callboard drill --replay failure.json",
    ):
        assert part in text


def test_the_diagram_ends_a_little_after_the_failure() -> None:
    incarnation = run(ANSWER, RunSpec(schedule=())).incarnations[0]
    whole, part = diagram(incarnation, 0), diagram(incarnation, 20)
    assert "DrainScreen" in whole
    assert "DrainScreen" not in part
    assert len(part) < len(whole)


def test_every_departure_and_every_fault_has_its_words() -> None:
    assert departure_text(Departure(3)) == "step 3: time passed although a thread could act"
    assert departure_text(Departure(3, "ui")) == "step 3: ui acted before those that were ready earlier"
    assert departure_text(Departure(3, "ui", 0)) == "step 3: 0 of the messages of ui left, the rest waited"
    held = departure_text(Departure(3, "ui", HELD_BACK))
    assert held == "from step 3 on: ui acted only when no other could"
    assert fault_text(InjectedFault("model", "cut", probability=0.25)) == "model: cut, with probability 0.25"


@pytest.mark.parametrize(
    ("number", "text"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (21, "21st"), (112, "112th")]
)
def test_ordinals(number: int, text: str) -> None:
    assert ordinal(number) == text
