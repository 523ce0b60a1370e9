"""The three timers, on a loop whose time is made by the test."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count

from msgspec.structs import replace

from tests.ui.dialogue import CALL, TURN, Dialogue
from ui.chat.pacing import GRACE, TICK, Pacer, PacerCallbacks
from ui.screen.messages import Key, Tick
from ui.screen.model import Ask, ScreenModel
from ui.screen.prompting import TWICE
from ui.screen.update import update


class MadeTimer:
    """A callback whose time will come."""

    def __init__(self, callback: Callable[[], object]) -> None:
        self.callback: Callable[[], object] | None = callback

    def cancel(self) -> None:
        self.callback = None


class MadeTime:
    """A loop of timers only; time passes when it is told to."""

    def __init__(self) -> None:
        self.at = 0.0
        self.fired = 0
        self._order = count()
        self._heap: list[tuple[float, int, MadeTimer]] = []

    def time(self) -> float:
        return self.at

    def call_at(self, when: float, callback: Callable[[], object], /) -> MadeTimer:
        timer = MadeTimer(callback)
        heapq.heappush(self._heap, (when, next(self._order), timer))
        return timer

    def call_later(self, delay: float, callback: Callable[[], object], /) -> MadeTimer:
        return self.call_at(self.at + delay, callback)

    def call_soon(self, callback: Callable[[], object], /) -> MadeTimer:
        return self.call_at(self.at, callback)

    def pass_time(self, seconds: float) -> None:
        until = self.at + seconds
        while self._heap and self._heap[0][0] <= until:
            when, _, timer = heapq.heappop(self._heap)
            self.at = max(self.at, when)
            if timer.callback is not None:
                self.fired += 1
                timer.callback()
        self.at = until


class Beaten:
    """A pacer and what it did."""

    def __init__(self, frames: int = 30) -> None:
        self.loop = MadeTime()
        self.drawn: list[float] = []
        self.ticks: list[float] = []
        self.opened = 0
        self.answered: list[float] = []
        self.is_behind = False
        self.view = Dialogue().view
        callbacks = PacerCallbacks(self._draw, self._tick, self._open, self._answer, lambda: self.is_behind)
        self.pacer = Pacer(frames, callbacks)
        self.pacer.attach(self.loop)

    def _answer(self) -> None:
        self.answered.append(self.loop.at)

    def _draw(self) -> None:
        self.drawn.append(self.loop.at)
        self.pacer.drew(self.view)

    def _tick(self, now: float) -> None:
        self.ticks.append(now)
        self.view = update(self.view, Tick(now)).view
        self.pacer.changed(self.view)

    def _open(self) -> None:
        self.opened += 1
        self.view = replace(self.view, asks=())


def busy() -> ScreenModel:
    dialogue = Dialogue()
    dialogue.begin_turn()
    return dialogue.view


def test_a_flood_of_changes_is_drawn_at_the_frame_rate() -> None:
    """S0-3: capped."""
    beaten = Beaten(frames=30)
    for _ in range(1_000):
        beaten.pacer.changed(beaten.view)
        beaten.loop.pass_time(0.001)
    assert 28 <= len(beaten.drawn) <= 31


def test_the_first_change_is_drawn_at_once() -> None:
    beaten = Beaten()
    beaten.loop.pass_time(5.0)
    beaten.pacer.changed(beaten.view)
    beaten.loop.pass_time(0.0)
    assert beaten.drawn == [5.0]


def test_four_ticks_a_second_while_something_runs_and_none_otherwise() -> None:
    """S0-2, S0-6."""
    beaten = Beaten()
    beaten.view = busy()
    beaten.pacer.changed(beaten.view)
    beaten.loop.pass_time(2.0)
    assert len(beaten.ticks) >= 2.0 / TICK
    beaten.view = Dialogue().view
    beaten.loop.pass_time(TICK * 2)
    fired = beaten.loop.fired
    beaten.loop.pass_time(60.0)
    assert beaten.loop.fired == fired


def test_a_question_opens_a_moment_after_it_was_drawn() -> None:
    """Pain 6."""
    beaten = Beaten()
    beaten.view = replace(beaten.view, asks=(Ask(TURN, CALL),))
    beaten.pacer.changed(beaten.view)
    beaten.loop.pass_time(GRACE * 0.9)
    assert beaten.opened == 0
    beaten.loop.pass_time(GRACE * 0.2)
    assert beaten.opened == 1


def test_nothing_is_armed_for_a_question_that_the_terminal_is_too_small_for() -> None:
    """S0-6."""
    beaten = Beaten()
    beaten.view = replace(beaten.view, asks=(Ask(TURN, CALL),), room=1)
    beaten.pacer.changed(beaten.view)
    beaten.loop.pass_time(GRACE * 2)
    fired = beaten.loop.fired
    beaten.loop.pass_time(60.0)
    assert (beaten.loop.fired, beaten.opened) == (fired, 0)


def test_keys_that_come_meanwhile_or_wait_unread_keep_it_closed() -> None:
    """Pain 6."""
    beaten = Beaten()
    beaten.view = replace(beaten.view, asks=(Ask(TURN, CALL),))
    beaten.pacer.changed(beaten.view)
    for _ in range(10):
        beaten.loop.pass_time(GRACE / 2)
        beaten.pacer.key()
    beaten.is_behind = True
    beaten.loop.pass_time(GRACE * 10)
    assert beaten.opened == 0
    beaten.is_behind = False
    beaten.loop.pass_time(GRACE * 2)
    assert beaten.opened == 1


def test_after_the_end_nothing_fires() -> None:
    """S3-15: nothing is drawn after it."""
    beaten = Beaten()
    beaten.view = busy()
    beaten.pacer.changed(beaten.view)
    beaten.pacer.detach()
    beaten.loop.pass_time(10.0)
    assert (beaten.drawn, beaten.ticks) == ([], [])


def test_after_a_lone_ctrl_c_the_ticks_go_on_for_its_second_and_no_longer() -> None:
    """S0-3: idle again."""
    beaten = Beaten()
    beaten.view = update(beaten.view, Key("c-c", 0.0)).view
    beaten.pacer.changed(beaten.view)
    beaten.loop.pass_time(60.0)
    assert len(beaten.ticks) == int(TWICE / TICK) + 1


def test_a_held_key_answers_after_a_moment_unless_it_is_let_go() -> None:
    paced = Beaten()
    paced.pacer.held("1")
    paced.loop.pass_time(GRACE / 2)
    paced.pacer.held("1")
    paced.loop.pass_time(GRACE * 0.75)
    assert paced.answered == []
    paced.loop.pass_time(GRACE)
    assert paced.answered == [GRACE * 1.5]
    paced.pacer.held("1")
    paced.pacer.held("")
    paced.loop.pass_time(1.0)
    assert len(paced.answered) == 1
