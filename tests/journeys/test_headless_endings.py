"""Headless: every exit code of the published table by a real run, and nobody left behind."""

from __future__ import annotations

import json
import signal
from collections.abc import Mapping

import pytest

from actors.records import CallFinished, TurnFinished
from tests.journeys.model_server import calls, exchange, says
from tests.journeys.scene import BOUND, Scene

OFFLINE: dict[str, tuple[tuple[str, ...], int]] = {
    "done": (("-p", "show a.txt"), 0),
    "a tool that fails is an answer": (("-p", "run false", "-y"), 0),
    "turns are limited": (("-p", "show a.txt", "--max-turns", "1"), 3),
    "time is limited": (("-p", "run sleep 60", "-y", "--time-limit", "0.3"), 3),
    "nobody to ask": (("-p", "create b.txt with hi"), 4),
    "a deny rule is an answer": (("-p", "create b.txt with hi", "-y", "--disallowed-tools", "write_file"), 0),
    "plan mode is an answer": (("-p", "create b.txt with hi", "--permission-mode", "plan"), 0),
    "no such flag": (("-p", "hi", "--yollo"), 2),
    "no such command": (("dance",), 2),
    "an empty prompt": (("-p", " "), 2),
    "no earlier session": (("-p", "hi", "-c"), 2),
    "no such session": (("-p", "hi", "-r", "nobody"), 2),
    "no such model": (("-p", "hi", "-m", "nobody/nothing"), 2),
    "no such script": (("-p", "hi", "-m", "script:nowhere.toml"), 2),
    "no such folder": (("-C", "nowhere", "-p", "hi"), 2),
    "no such settings": (("-p", "hi", "--settings", "nowhere.toml"), 2),
    "a number that is none": (("-p", "hi", "--max-turns", "many"), 2),
    "a number that is too small": (("-p", "hi", "--max-turns", "0"), 2),
    "flags that do not fit": (("-p", "hi", "--include-partial-messages"), 2),
}


@pytest.mark.parametrize("name", OFFLINE)
def test_the_exit_code_says_how_it_ended(scene: Scene, name: str) -> None:
    arguments, code = OFFLINE[name]
    done = scene.run(*arguments)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    if code:
        assert done.stderr.startswith("callboard: ")
    scene.wait_until_nobody_is_left()


SERVED: dict[str, tuple[Mapping[str, object], int]] = {
    "an answer": (says("fine"), 0),
    "a request that is refused": ({"status": 400, "body": '{"error":{"message":"no"}}'}, 1),
    "no credit": ({"status": 429, "body": '{"error":{"message":"pay","code":"insufficient_quota"}}'}, 1),
    "a server that is out of order": ({"status": 503, "headers": {"Retry-After": "0"}}, 75),
    "a page instead of a stream": ({"status": 200, "body": "<html><title>Log in</title></html>"}, 75),
    "nonsense in the stream": ({"raw": "data: {broken\n\n"}, 75),
    "nothing at all": ({"cut": "reset"}, 75),
}


@pytest.mark.parametrize("name", SERVED)
def test_the_exit_code_says_what_the_server_did(scene: Scene, name: str) -> None:
    step, code = SERVED[name]
    scene.model_server(exchange(step, times="any"))
    done = scene.run("-p", "go", CALLBOARD_MODEL__ATTEMPTS="2", CALLBOARD_MODEL__BACKOFF="0.05")
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr


def test_an_answer_that_its_limit_of_tokens_cut_short_is_printed_said_and_no_success(scene: Scene) -> None:
    scene.model_server({"steps": [says("half an ans"), {"finish": "length"}]})
    done = scene.run("-p", "go")
    assert (done.returncode, done.stdout) == (3, "half an ans\n"), done.stderr
    assert "warning: The answer is cut short" in done.stderr


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_takes_every_child_with_it(scene: Scene, number: signal.Signals, code: int) -> None:
    """S1-8, S0-13: also those that ignore it, and those that left the session."""
    stubborn = "trap '' INT TERM HUP; sleep 60 & setsid sleep 60 & (sleep 60 &) ; echo there > ready; sleep 60"
    process = scene.start("-p", f"run `{stubborn}`", "-y", "--output-format", "json")
    scene.wait_for((scene.folder / "ready").exists, "file that says so")
    process.send_signal(number)
    said, told = process.communicate(timeout=BOUND)
    assert process.returncode == code, told
    assert scene.wait_until_nobody_is_left() < BOUND
    assert json.loads(said)["is_error"] is True
    (call,) = scene.records(CallFinished)
    assert isinstance(call, CallFinished)
    assert call.result.outcome == "cancelled"
    (finished,) = scene.records(TurnFinished)
    assert isinstance(finished, TurnFinished)
    assert finished.outcome == "cancelled"


def test_a_command_that_is_too_slow_is_ended_and_what_it_printed_is_kept(scene: Scene) -> None:
    """S0-23, S1-3: 30 s by default, a little here."""
    scene.model_server(
        exchange(calls("run_command", command="echo early; sleep 60")),
        exchange(says("noted"), expect_results=["early"]),
    )
    done = scene.run("-p", "go", "-y", CALLBOARD_TOOLS__TIME_LIMIT="0.5")
    assert (done.returncode, done.stdout) == (0, "noted\n"), done.stderr
    scene.wait_until_nobody_is_left()
    (call,) = scene.records(CallFinished)
    assert isinstance(call, CallFinished)
    assert call.result.outcome == "timeout"
