"""The program on pipes against a model that fails: exit codes, reasons, who is asked, and what is never a success."""

from __future__ import annotations

import json

import pytest

from tests.journeys.model_server import calls, exchange, says
from tests.journeys.scene import Scene

QUICK = {"CALLBOARD_MODEL__BACKOFF": "0.05"}
TOO_LONG = '{"error": {"message": "prompt is too long: 9 tokens > 8 maximum"}}'
HOUR = {"status": 429, "headers": {"Retry-After": "3600"}, "body": "{}"}
NAMELESS = (
    'data: {"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0}]}, "finish_reason": "tool_calls"}]}\n\n'
)


@pytest.mark.parametrize(
    ("steps", "code", "asked", "said"),
    [
        ([{"finish": "stop"}], 75, 2, "an empty answer"),
        ([{"reasoning": "hm"}], 75, 2, "nothing but reasoning"),
        ([{"delta": "Let me look."}, {"finish": "tool_calls"}], 75, 2, "named none"),
        ([{"raw": NAMELESS}], 75, 2, "named none"),
        ([{"delta": "<think>hm"}], 75, 2, "nothing but reasoning"),
        ([{"delta": "half"}, {"finish": "MAX_TOKENS"}], 3, 1, "cut short"),
        ([{"delta": "half"}, {"finish": "content_filter"}], 1, 1, "content_filter"),
        ([{"status": 400, "body": TOO_LONG}], 3, 1, "longer than the model takes"),
        ([{"status": 413, "body": ""}], 3, 1, "longer than the model takes"),
        ([HOUR], 75, 1, "It asks to wait 1 h"),
    ],
)
def test_what_is_no_answer_has_its_code_and_its_reason(
    scene: Scene, steps: list[dict[str, object]], code: int, asked: int, said: str
) -> None:
    server = scene.model_server(exchange(*steps, times="any"))
    done = scene.run("-p", "go", **QUICK)
    assert (done.returncode, len(server.events())) == (code, asked), done.stderr
    assert said in done.stderr


def test_an_empty_answer_is_asked_for_once_more_and_the_second_counts(scene: Scene) -> None:
    scene.model_server(exchange({"finish": "stop"}), exchange(says("whole")))
    done = scene.run("-p", "go", **QUICK)
    assert (done.returncode, done.stdout) == (0, "whole\n"), done.stderr


def test_reasoning_between_tags_is_no_part_of_the_answer(scene: Scene) -> None:
    scene.model_server(exchange(*map(says, ("<thi", "nk>hm</th", "ink>\n\nSo <think> ", "it is."))))
    done = scene.run("-p", "go")
    assert (done.returncode, done.stdout) == (0, "So <think> it is.\n"), done.stderr


def test_a_wait_of_a_few_seconds_is_said_on_stderr(scene: Scene) -> None:
    scene.model_server(exchange({"status": 429, "headers": {"Retry-After": "3"}, "body": "{}"}), exchange(says("ok")))
    done = scene.run("-p", "go")
    assert (done.returncode, done.stdout) == (0, "ok\n"), done.stderr
    assert "attempt 2 begins in 3 s" in done.stderr


def test_a_call_with_doubly_encoded_arguments_and_a_namespace_runs(scene: Scene) -> None:
    arguments = json.dumps(json.dumps({"command": "echo done > marker"}))
    call = {"call": {"name": "functions.run_command", "arguments": arguments}}
    scene.model_server(exchange(call), exchange(says("ok")))
    done = scene.run("-p", "go", "-y")
    assert done.returncode == 0, done.stderr
    assert (scene.folder / "marker").read_text() == "done\n"


@pytest.mark.parametrize("output", ["text", "stream-json"])
def test_the_fallback_model_goes_on_aloud(scene: Scene, output: str) -> None:
    server = scene.model_server(
        exchange(calls("run_command", command="echo x >> marker")),
        exchange({"status": 500}, times=2),
        exchange(says("done")),
    )
    second = json.dumps(["openai/second-model"])
    done = scene.run(
        "-p", "go", "-y", "--output-format", output,
        CALLBOARD_MODEL__FALLBACKS=second, CALLBOARD_MODEL__ATTEMPTS="2", **QUICK,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Going on with second-model" in done.stderr
    assert len(server.events()) == 4
    assert (scene.folder / "marker").read_text() == "x\n"
    if output == "stream-json":
        assert any("second-model" in line for line in done.stdout.splitlines() if '"api_retry"' in line)
