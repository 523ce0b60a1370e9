"""Models inside the process, reached through the whole HTTP port."""

from __future__ import annotations

from pathlib import Path

import pytest

from actors.llm.http.limits import WaitLimits
from actors.llm.http.model import HttpModel
from config.providers import ProviderAccess
from tests.actors.llm.hearing import Hearing, call


def scripted(tmp_path: Path, text: str, stall_limit: float = 20.0) -> HttpModel:
    path = tmp_path / "script.toml"
    path.write_text(text, encoding="utf-8")
    return HttpModel(
        ProviderAccess("scripted", f"script://{path}", "m", "scripted"), limits=WaitLimits(stall=stall_limit)
    )


def asked(model: HttpModel, prompt: str = "hello") -> Hearing:
    hearing = Hearing()
    model.start("r", call(prompt), hearing)
    hearing.final()
    return hearing


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_a_script_is_the_same_wherever_its_bytes_are_cut(tmp_path: Path, seed: int) -> None:
    model = scripted(tmp_path, f'seed = {seed}\n[[exchanges]]\nsteps = [{{delta = "Grüße 世界 ", repeat = 40}}]')
    hearing = asked(model)
    assert hearing.finished().message.text == hearing.text() == "Grüße 世界 " * 40
    model.close()


def test_a_script_goes_on_with_each_request(tmp_path: Path) -> None:
    model = scripted(tmp_path, '[[exchanges]]\nsteps = [{delta = "1"}]\n[[exchanges]]\nsteps = [{delta = "2"}]')
    assert [asked(model).text(), asked(model).text()] == ["1", "2"]
    assert "used up" in asked(model).failed().text
    model.close()


@pytest.mark.parametrize(
    ("steps", "kind"),
    [
        ('{delta = "a"}, {cut = "end"}', "cut"),
        ('{delta = "a"}, {cut = "reset"}', "cut"),
        ('{delta = "a"}, {stall = 60}', "stalled"),
        ('{status = 503, headers = {Retry-After = "3"}}', "overloaded"),
        ('{status = 200, body = "<html>hi</html>"}', "malformed"),
    ],
)
def test_faults_are_those_of_a_real_server(tmp_path: Path, steps: str, kind: str) -> None:
    model = scripted(tmp_path, f"[[exchanges]]\nsteps = [{steps}]", stall_limit=0.1)
    assert asked(model).failed().kind == kind
    model.close()


def test_a_stall_can_be_cancelled(tmp_path: Path) -> None:
    model = scripted(tmp_path, '[[exchanges]]\nsteps = [{delta = "a"}, {stall = 600}]')
    hearing = Hearing()
    model.start("r", call(), hearing)
    hearing.piece()
    model.cancel("r")
    assert hearing.failed().kind == "cancelled"
    model.close()


def test_a_short_stall_is_waited_for(tmp_path: Path) -> None:
    model = scripted(tmp_path, '[[exchanges]]\nsteps = [{delta = "a"}, {stall = 0.05}, {delta = "b"}]')
    assert asked(model).finished().message.text == "ab"
    model.close()


def test_a_prompt_that_the_script_does_not_expect_fails_with_the_difference(tmp_path: Path) -> None:
    model = scripted(tmp_path, '[[exchanges]]\nexpect = "goodbye"\nsteps = []')
    text = asked(model).failed().text
    assert "- goodbye" in text
    assert "+ hello" in text
    model.close()


def test_a_script_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    model = scripted(tmp_path, "exchanges = 1")
    final = asked(model).failed()
    assert (final.kind, final.retryable) == ("rejected", False)
    assert "script.toml" in final.text
    model.close()


def test_the_offline_model_answers_on_the_same_wire() -> None:
    model = HttpModel(ProviderAccess("offline", "offline://model", "offline"))
    hearing = asked(model, "list the files and show a.txt")
    assert [c.name for c in hearing.finished().message.calls] == ["list_files", "read_file"]
    assert len(hearing.signals) > 2
    model.close()
