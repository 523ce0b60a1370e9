"""Looking for a broken promise: many courses through a scenario, until one of them breaks one.

A failure is written down as a course of its own that needs no chance any more: the schedule as it was taken, each fault
at the very moment at which it struck. `actors.drill.shrinking` makes it small, `actors.drill.report` tells of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from actors.drill.invariants import check
from actors.drill.props import Props
from actors.drill.run import Course, Kill, run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from actors.drill.evidence import Violation
    from actors.drill.faults import Fault
    from actors.drill.run import Run
    from actors.drill.scenario import Scenario

SEALED_EVERY = 16
"""One run in so many also watches whether a message is changed after it was sent; it costs as much again."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A course that breaks a promise. `digest` pins the run; `course.seed` is what found it."""

    scenario: Scenario
    course: Course
    violations: tuple[Violation, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a search came to: how many runs, and the first failure if there was one."""

    runs: int
    failure: Failure | None


def explore(scenario: Scenario, courses: Iterable[Course], props: Props | None = None) -> Outcome:
    """Run the courses one after the other, up to the first that breaks a promise."""
    props = props or Props()
    runs = 0
    for runs, course in enumerate(courses, 1):
        done = run(scenario, course, props, sealed=runs % SEALED_EVERY == 0)
        violations = check(done)
        if violations:
            return Outcome(runs, failure_of(scenario, course, done, violations))
    return Outcome(runs, None)


def seeds(first: int, number: int, faults: tuple[Fault, ...] = ()) -> Iterator[Course]:
    """A course for each seed."""
    return (Course(seed, faults) for seed in range(first, first + number))


def boundaries(scenario: Scenario, seed: int, *, stride: int = 1, cut: int = 0) -> Iterator[Course]:
    """Kill -9 after each step of this seed's course (or after every `stride`-th), `cut` bytes of the journal lost."""
    undisturbed = Course(seed)
    steps = run(scenario, undisturbed).lives[0].steps
    for step in range(1, steps + 1, stride):
        yield replace(undisturbed, kills=(Kill(step, cut),))


def second_kills(courses: Iterable[Course], steps: Iterable[int], *, cut: int = 0) -> Iterator[Course]:
    """Each course once more for each of these steps of its last life, at which the program is killed again."""
    moments = tuple(steps)
    for course in courses:
        for step in moments:
            yield replace(course, kills=(*course.kills, Kill(step, cut)))


def failure_of(scenario: Scenario, course: Course, done: Run, violations: list[Violation]) -> Failure:
    """The failure as a course without chance; the run that it gives is the run that failed."""
    always = tuple(fault for fault in course.faults if fault.kind == "overflow")
    exact = replace(course, faults=(*always, *done.struck), schedule=tuple(done.departures))
    return Failure(scenario, exact, tuple(violations), done.digest())
