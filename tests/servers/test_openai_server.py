"""The loopback server as tests and benchmarks use it: in another process, over real sockets."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from actors.llm.http.model import HttpModel
from config.providers import ProviderAccess
from tests.actors.llm.hearing import PATIENCE, Hearing, call

SERVER = Path(__file__).with_name("openai_server.py")


@contextmanager
def served(*options: str) -> Generator[str]:
    command = [sys.executable, str(SERVER), *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield process.stdout.readline().strip()
        process.stdin.close()
        assert process.wait(PATIENCE) == 0


def asked(model: HttpModel, prompt: str = "hello") -> Hearing:
    hearing = Hearing()
    model.start("r", call(prompt), hearing)
    hearing.final()
    return hearing


def lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


SCRIPT = """
[[exchanges]]
expect = "two calls"
steps = [
    {delta = "Grüße "}, {delta = "word ", repeat = 50},
    {call = {name = "read_file", arguments = {path = "a"}, id = "c1"}},
    {call = {name = "read_file", arguments = {path = "b"}, id = "c2"}},
    {usage = {input = 12, output = 34}},
]
[[exchanges]]
steps = [{status = 429, headers = {Retry-After = "0"}, body = '{"error": {"message": "slow down"}}'}]
[[exchanges]]
steps = [{delta = "half"}, {cut = "end"}]
[[exchanges]]
steps = [{delta = "half"}, {cut = "reset"}]
[[exchanges]]
steps = [{delta = "wait"}, {stall = 600}]
[[exchanges]]
steps = [{delta = "done"}]
"""


def test_a_script_is_played_over_sockets_and_logged(tmp_path: Path) -> None:
    """Issue 2: two parallel calls, a 429 with Retry-After, a cut stream that is no success, one connection."""
    script, log = tmp_path / "script.toml", tmp_path / "log.jsonl"
    script.write_text(SCRIPT, encoding="utf-8")
    with served("--script", str(script), "--log", str(log)) as url:
        model = HttpModel(ProviderAccess("test", url, "m"))
        first = asked(model, "make two calls")
        assert [(c.id, c.name) for c in first.finished().message.calls] == [("c1", "read_file"), ("c2", "read_file")]
        assert first.text() == "Grüße " + "word " * 50
        assert first.finished().usage.input_tokens == 12
        busy = asked(model).failed()
        assert (busy.kind, busy.retry_after) == ("overloaded", 0.0)
        assert [asked(model).failed().kind for _ in range(2)] == ["cut", "cut"]
        stalled = Hearing()
        model.start("s", call(), stalled)
        stalled.piece()
        model.cancel("s")
        assert stalled.failed().kind == "cancelled"
        assert asked(model).text() == "done"
        assert "used up" in asked(model).failed().text
        model.close()
    noted = [line for line in lines(log) if line["event"] == "request"]
    assert [line["request"] for line in noted] == [1, 2, 3, 4, 5, 6, 7]
    assert [line["connection"] for line in noted[:3]] == [0, 0, 0]
    assert noted[0]["messages"][-1] == ["user", "make two calls"]
    assert any(line["event"] == "broken" and line["request"] == 5 for line in lines(log))


def test_the_offline_model_can_be_served() -> None:
    with served("--model", "offline") as url:
        model = HttpModel(ProviderAccess("test", url, "m"))
        assert [c.name for c in asked(model, "list the files").finished().message.calls] == ["list_files"]
        model.close()


def test_models_are_listed() -> None:
    with served("--model", "offline") as url:
        answer = requests.get(f"{url}/models", timeout=PATIENCE)
        assert answer.json()["data"][0]["id"] == "scripted"
        answer.close()
