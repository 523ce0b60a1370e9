"""A hung handler of each actor: it is replaced, nothing is lost, and the prompt has its outcome."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from actors.records import TurnFinished
from actors.runtime.behaviour import Child
from actors.runtime.signals import ActorFailed
from config.settings import Runtime
from tests.actors.stage import BOUND, Options, Stage, decorate, is_balanced

HANGS = (
    ("turn_loop", "ReceiveReply", 1),
    ("turn_loop", "SubmitPrompt", 1),
    ("journal", "Commit", 2),
    ("journal", "Commit", 4),
    ("llm_streamer", "SignalArrived", 1),
    ("tool_runner", "ExecuteCall", 1),
    ("pty_manager", "JobSignalled", 1),
    ("ui", "ReplyStreamed", 1),
)
HANG_LIMIT = 1.0
"""Seconds; enough for what no handler needs a tenth of on a busy machine, a slow disk included."""


class Hang:
    """An actor hangs once, until `come_back`."""

    def __init__(self, actor: str, message: str, number: int) -> None:
        self._actor, self._message, self._number = actor, message, number
        self.began, self.go = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def around(self, child: Child) -> Child:
        """For `Options.dressed`."""
        return decorate(child, self._stay) if child.name == self._actor else child

    def come_back(self) -> None:
        """Let the handler go on, and wait until it and its thread have ended."""
        self.go.set()
        assert self._thread is not None
        self._thread.join(BOUND)
        assert not self._thread.is_alive()

    def _stay(self, handled: object) -> None:
        if type(handled).__name__ != self._message:
            return
        self._number -= 1
        if self._number == 0:
            self._thread = threading.current_thread()
            self.began.set()
            self.go.wait(BOUND)


@pytest.mark.parametrize(("actor", "message", "number"), HANGS)
def test_an_actor_that_hangs_is_replaced_and_nothing_is_lost(
    tmp_path: Path, actor: str, message: str, number: int
) -> None:
    """S2-7, S2-15, S0-12: as after a crash; what the hung one still does when it comes back goes nowhere."""
    hang = Hang(actor, message, number)
    with Stage(tmp_path, Options(decorate=hang.around, runtime=Runtime(hang_limit=HANG_LIMIT))) as stage:
        stage.tell("one")
        assert hang.began.wait(BOUND)
        stage.outcome("one")
        stage.tell("two")
        second = stage.outcome("two")
        assert isinstance(second, TurnFinished)
        assert second.outcome == "done"
        hang.come_back()
        assert len(stage.outcomes("one")) == 1
        assert len(set(stage.lines())) == len(stage.lines())
        assert is_balanced(stage.live().transcript)
        assert stage.written() == stage.live()
        failed = stage.probe.wait_for(ActorFailed)
        assert failed.actor == actor
        assert "go.wait" in failed.problem
        report = stage.leave()
    assert report.late == ()
    assert stage.written() == stage.live()
