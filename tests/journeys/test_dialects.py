"""One script, the whole program, every dialect: what a model does means the same however it is spoken."""

from __future__ import annotations

import json

import pytest

from tests.journeys.model_server import calls, exchange, says
from tests.journeys.scene import Scene

DIALECTS = ("openai_chat", "anthropic", "openai_responses")
BROKEN_OFF = [
    (says("half an ans"), {"cut": "end"}),
    (says("half an ans"), {"cut": "reset"}),
    (says("half an ans"), {"finish": "none"}),
    (says("half an ans"), {"raw": "data: {not json\n\n"}),
    ({"status": 529, "body": '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}'},),
    ({"status": 500},),
]
BROKEN_NAMES = ["cut", "reset", "no end", "malformed", "overloaded", "out of order"]


def speak(scene: Scene, dialect: str, url: str) -> None:
    """Configure a provider of this dialect as the only one."""
    scene.configure(
        f'[providers.played]\ndialect = "{dialect}"\nbase_url = "{url}"\nmodel = "m-1"\n'
        "[model]\nbackoff = 0.01\nbackoff_most = 0.02\n"
    )


@pytest.mark.parametrize("dialect", DIALECTS)
def test_thoughts_text_parallel_calls_and_results_go_round(scene: Scene, dialect: str) -> None:
    scene.write("b.txt", "good bye\n")
    server = scene.model_server(
        exchange(
            {"reasoning": "Let me look."},
            says("I read both. "),
            calls("read_file", path="a.txt"),
            calls("read_file", path="b.txt"),
            {"usage": {"input": 100, "output": 20, "cached": 60}},
            expect="read them",
        ),
        exchange(
            {"reasoning": "Both are short."},
            calls("run_command", command="cat a.txt b.txt"),
            {"usage": {"input": 150, "output": 10}},
            expect_results=["hello there", "good bye"],
        ),
        exchange(says("They greet."), {"usage": {"input": 200, "output": 5}}, expect_results=["good bye"]),
        exchange(says("As I said."), expect="again"),
    )
    speak(scene, dialect, server.url)
    done = scene.run("-p", "read them", "-y", "-m", "played", "--output-format", "json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["result"] == "They greet."
    assert (told["usage"]["input_tokens"], told["usage"]["output_tokens"]) == (450, 35)
    again = scene.run("-p", "again", "-y", "-m", "played", "--continue")
    assert (again.returncode, again.stdout) == (0, "As I said.\n"), again.stderr
    asked = server.events()
    assert len(asked) == 4
    assert {line["connection"] for line in asked[:3]} == {0}, "one connection for one run"


@pytest.mark.parametrize("steps", BROKEN_OFF, ids=BROKEN_NAMES)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_breaks_off_is_asked_again_and_never_an_answer(
    scene: Scene, dialect: str, steps: tuple[dict[str, object], ...]
) -> None:
    """Pain 17."""
    server = scene.model_server(exchange(*steps), exchange(*steps), exchange(says("whole")))
    speak(scene, dialect, server.url)
    done = scene.run("-p", "go", "-m", "played")
    assert (done.returncode, done.stdout) == (0, "whole\n"), done.stderr
    assert len(server.events()) == 3


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_web_page_is_no_answer_and_said_to_be_one(scene: Scene, dialect: str) -> None:
    page = {"status": 200, "headers": {"Content-Type": "text/html"}, "body": "<html><title>Sign in</title></html>"}
    speak(scene, dialect, scene.model_server(exchange(page)).url)
    done = scene.run("-p", "go", "-m", "played")
    assert done.returncode != 0
    assert "web page" in done.stderr
    assert "Sign in" in done.stderr


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_script_needs_no_server_to_be_played_in_a_dialect(scene: Scene, dialect: str) -> None:
    script = scene.write("play.toml", 'seed = 5\n[[exchanges]]\nexpect = "go"\nsteps = [{delta = "from a file"}]\n')
    speak(scene, dialect, f"script://{script}")
    done = scene.run("-p", "go", "-m", "played")
    assert (done.returncode, done.stdout) == (0, "from a file\n"), done.stderr


def test_the_offline_model_speaks_messages_too(scene: Scene) -> None:
    speak(scene, "anthropic", "offline://model")
    done = scene.run("-p", "list the files", "-y", "-m", "played")
    assert done.returncode == 0, done.stderr
    assert "a.txt" in done.stdout


def test_a_paused_answer_goes_on(scene: Scene) -> None:
    """Anthropic's `pause_turn`: ask again with what was said so far."""
    server = scene.model_server(
        exchange(says("I look it up. "), {"finish": "pause_turn"}),
        exchange(says("It rains."), expect="the weather"),
    )
    speak(scene, "anthropic", server.url)
    done = scene.run("-p", "the weather?", "-m", "played")
    assert (done.returncode, done.stdout) == (0, "I look it up. It rains.\n"), done.stderr
    assert server.events()[1]["messages"][-1] == ["assistant", "I look it up."]


def test_calls_of_an_answer_that_paused_are_run(scene: Scene) -> None:
    server = scene.model_server(
        exchange(says("First. "), calls("read_file", path="a.txt"), {"finish": "pause_turn"}),
        exchange(says("Read."), expect_results=["hello there"]),
    )
    speak(scene, "anthropic", server.url)
    done = scene.run("-p", "go", "-m", "played")
    assert (done.returncode, done.stdout) == (0, "Read.\n"), done.stderr


def test_a_server_that_only_pauses_is_left_and_called_unavailable(scene: Scene) -> None:
    pauses = exchange({"finish": "pause_turn"}, times="any")
    speak(scene, "anthropic", scene.model_server(pauses).url)
    done = scene.run("-p", "go", "-m", "played")
    assert done.returncode == 75
    assert "paused" in done.stderr
