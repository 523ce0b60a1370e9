"""Ways through a run: what departs from the plainest order is noted, and can be taken again."""

from __future__ import annotations

from actors.drill.simulated.strategies import (
    HELD_BACK,
    NEVER,
    Departure,
    PlainStrategy,
    PriorityStrategy,
    RandomWalk,
    ReplayStrategy,
)
from actors.runtime.simulated.scheduler import Scheduler, SimThread, chance


def lanes(*names: str) -> list[SimThread]:
    return [SimThread(name) for name in names]


def with_mail(count: int) -> SimThread:
    lane = SimThread("speaker")
    lane.outbox.extend([None] * count)  # type: ignore[list-item] # pyright: ignore[reportArgumentType]
    return lane


def test_the_plain_way_notes_nothing_and_is_asked_little() -> None:
    plain = PlainStrategy()
    plain.follow(Scheduler(plain))
    assert plain.pick(1, lanes("a", "b")) == 0
    assert plain.part(1, with_mail(3)) == 3
    assert not plain.hurry(1)
    assert plain.hurry_at == plain.split_at == NEVER
    assert not plain.departures


def test_a_walk_goes_everywhere_and_notes_where_it_departed() -> None:
    walk = RandomWalk(chance(1))
    ready = lanes("a", "b", "c")
    picked = {walk.pick(step, ready) for step in range(100)}
    assert picked == {0, 1, 2}
    assert {departure.lane for departure in walk.departures} == {"b", "c"}


def test_a_walk_splits_and_hurries_now_and_then() -> None:
    walk = RandomWalk(chance(1))
    asked = [step for step in range(1, 2_000) if step >= walk.split_at and walk.part(step, with_mail(4)) < 4]
    assert 100 < len(asked) < 400
    hurried = [step for step in range(1, 5_000) if step >= walk.hurry_at and walk.hurry(step)]
    assert 20 < len(hurried) < 120


def test_by_priorities_the_highest_acts_until_it_becomes_the_lowest() -> None:
    way = PriorityStrategy(chance(3), changes=1, expected_steps=1)
    ready = lanes("a", "b")
    before = PriorityStrategy(chance(3), changes=0).pick(1, ready)
    del before
    changed = way.pick(1, ready)
    for step in range(2, 20):
        assert way.pick(step, ready) == changed, "only one change was planned"


def test_at_a_change_a_lane_is_stopped_before_it_has_sent_anything() -> None:
    way = PriorityStrategy(chance(3), changes=1, expected_steps=1)
    assert way.part(1, with_mail(2)) == 0
    assert way.part(2, with_mail(2)) == 2


def test_a_replay_takes_the_departures_that_fit_and_passes_over_the_others() -> None:
    replayed = ReplayStrategy([Departure(2, "b"), Departure(3, "gone"), Departure(4), Departure(5, "speaker", 1)])
    ready = lanes("a", "b")
    assert [replayed.pick(step, ready) for step in (1, 2, 3)] == [0, 1, 0]
    assert [replayed.hurry(step) for step in (3, 4)] == [False, True]
    assert [replayed.part(step, with_mail(3)) for step in (4, 5, 6)] == [3, 1, 3]
    assert replayed.departures == [Departure(2, "b"), Departure(4), Departure(5, "speaker", 1)]
    assert (replayed.hurry_at, replayed.split_at) == (4, 5)


def test_a_lane_that_is_held_back_acts_only_when_nobody_else_can() -> None:
    held = Departure(3, "a", HELD_BACK)
    replayed = ReplayStrategy([held, Departure(6, "a")])
    ready = lanes("a", "b")
    assert [replayed.pick(step, ready) for step in range(1, 7)] == [0, 0, 1, 1, 1, 0]
    assert replayed.pick(7, lanes("a")) == 0
    assert replayed.departures == [held], "and is noted once"
