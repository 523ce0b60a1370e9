"""`callboard drill` as it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from config.errors import ConfigError
from config.places import Places
from ui.arguments import parse
from ui.drill_command import main

if TYPE_CHECKING:
    from pathlib import Path

MINE = """
name = "mine"
scenario = "answer"
schedules = 30

[[fault]]
at = "journal"
kind = "crash_after"
"""
IMPOSSIBLE = """
name = "impossible"
scenario = "answer"
schedules = 3

[[fault]]
at = "model"
kind = "stall"

[bounds]
prompt = 1.0
"""


def drill(folder: Path, *words: str) -> int:
    return main(parse(["drill", *words]), Places(folder / "config", folder / "state"))


def written(folder: Path, text: str) -> str:
    path = folder / "plan.toml"
    path.write_text(text)
    return str(path)


def test_a_plan_that_holds_says_so_and_ends_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert drill(tmp_path, written(tmp_path, MINE)) == 0
    shown = capsys.readouterr()
    assert "kept  mine: 30 schedules of 'answer'" in shown.out
    assert "every promise was kept" in shown.out
    assert "30 runs" in shown.err


def test_a_broken_promise_ends_with_1_and_its_file_can_be_replayed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert drill(tmp_path, written(tmp_path, IMPOSSIBLE), "--output-dir", str(tmp_path / "out")) == 1
    assert "BROKEN  impossible" in capsys.readouterr().out
    (path,) = (tmp_path / "out").iterdir()
    assert drill(tmp_path, "--replay", str(path)) == 1
    assert "I7" in capsys.readouterr().out


def test_a_plan_that_comes_along_has_a_short_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert drill(tmp_path, "cut-stream", "--seeds", "5") == 0
    assert "5 schedules" in capsys.readouterr().out


def test_the_list_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert drill(tmp_path, "--list") == 0
    assert "crash-anyone" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere.toml",), "no such file"),
        (("crash-anyone", "--level", "process"), "does not run at the level process"),
        (("--scenario", "nothing"), "there is no 'nothing'"),
        (("--replay", "nowhere.json"), "nowhere.json"),
    ],
)
def test_what_cannot_be_run_is_refused(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        drill(tmp_path, *words)
