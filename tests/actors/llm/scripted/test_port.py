"""The port of the simulation: no threads, no time but the schedule's."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count

import pytest

from actors.llm.port import Failed, Finished, ModelPort, Piece
from actors.llm.scripted.port import ScriptedPort
from actors.llm.scripted.script import CallStep, Script, ScriptedExchange, ScriptedStep, ScriptPlayer
from tests.actors.llm.hearing import Hearing, call


class Timeline:
    """Virtual time."""

    def __init__(self) -> None:
        self.now = 0.0
        self._order = count()
        self._waiting: list[tuple[float, int, Callable[[], None]]] = []

    def schedule(self, seconds: float, function: Callable[[], None]) -> None:
        heapq.heappush(self._waiting, (self.now + seconds, next(self._order), function))

    def run(self, until: float = 1_000.0) -> None:
        while self._waiting and self._waiting[0][0] <= until:
            self.now, _, function = heapq.heappop(self._waiting)
            function()


def played(*steps: ScriptedStep, stall_limit: float = 60.0) -> tuple[Timeline, ModelPort, Hearing]:
    timeline, hearing = Timeline(), Hearing()
    player = ScriptPlayer(Script((ScriptedExchange(steps),)))
    port = ScriptedPort(player, timeline.schedule, stall_limit)
    port.start("r1", call(), hearing)
    return timeline, port, hearing


def test_nothing_happens_before_the_schedule_runs() -> None:
    _, _, hearing = played(ScriptedStep(delta="a"))
    assert hearing.signals == []


def test_an_answer_comes_piece_by_piece_in_its_time() -> None:
    timeline, _, hearing = played(
        ScriptedStep(delta="a"), ScriptedStep(stall=5.0), ScriptedStep(delta="b"), ScriptedStep(call=CallStep("f"))
    )
    timeline.run(until=4.0)
    assert hearing.signals == [Piece("a")]
    timeline.run()
    final = hearing.signals[-1]
    assert isinstance(final, Finished)
    assert final.message.text == "ab"
    assert final.message.calls[0].name == "f"
    assert timeline.now == 5.0


@pytest.mark.parametrize(
    ("steps", "kind"),
    [
        ((ScriptedStep(delta="a"), ScriptedStep(cut="reset")), "cut"),
        ((ScriptedStep(delta="a"), ScriptedStep(finish="none")), "cut"),
        ((ScriptedStep(delta="a"), ScriptedStep(stall=61.0)), "stalled"),
        ((ScriptedStep(status=500, body="oh"),), "overloaded"),
        ((ScriptedStep(status=500),), "overloaded"),
        ((ScriptedStep(status=404, body="no such model"),), "rejected"),
        ((ScriptedStep(status=200, body="<html>"),), "malformed"),
    ],
)
def test_failures_are_those_of_a_real_model(steps: tuple[ScriptedStep, ...], kind: str) -> None:
    timeline, _, hearing = played(*steps)
    timeline.run()
    assert [signal.kind for signal in hearing.signals if isinstance(signal, Failed)] == [kind]
    assert len(hearing.finals()) == 1


def test_retry_after_is_passed_on() -> None:
    timeline, _, hearing = played(ScriptedStep(status=429, headers={"Retry-After": "9"}))
    timeline.run()
    assert hearing.failed().retry_after == 9.0


def test_after_a_cancel_only_its_own_signal_comes() -> None:
    timeline, port, hearing = played(ScriptedStep(delta="a"), ScriptedStep(stall=5.0), ScriptedStep(delta="b"))
    timeline.run(until=1.0)
    port.cancel("r1")
    port.cancel("r1")
    port.cancel("unknown")
    timeline.run()
    assert hearing.signals[0] == Piece("a")
    assert [hearing.failed().kind, len(hearing.signals)] == ["cancelled", 2]


def test_close_cancels_everything() -> None:
    timeline, port, hearing = played(ScriptedStep(stall=5.0))
    port.close()
    timeline.run()
    assert hearing.failed().kind == "cancelled"


def test_an_id_in_flight_is_refused_and_free_afterwards() -> None:
    timeline, port, hearing = played(ScriptedStep(delta="a"))
    with pytest.raises(ValueError, match="in flight"):
        port.start("r1", call(), hearing)
    timeline.run()
    port.start("r1", call(), hearing)
    timeline.run()
    assert "used up" in str(hearing.signals[-1])
