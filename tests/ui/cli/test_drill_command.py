"""`callboard drill` as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.errors import ConfigError
from config.places import Places
from ui.arguments import parse
from ui.cli.drill_command import main

REGRESSIONS = Path(__file__).parents[2] / "drills" / "regressions"
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
about = "too much"
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
    shown = capsys.readouterr().out
    assert shown.startswith("BROKEN  impossible: seed 0 of 'answer', once more\n\nplan:     impossible (too much)\nI7")


def test_a_failure_that_is_mended_is_said_to_be_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (regression, *_) = sorted(REGRESSIONS.glob("*.json"))
    assert drill(tmp_path, "--replay", str(regression)) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("kept  ")
    assert shown.endswith("every promise was kept\n")


def test_a_failure_is_told_even_if_its_file_cannot_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "state").write_text("")
    assert drill(tmp_path, written(tmp_path, IMPOSSIBLE)) == 1
    shown = capsys.readouterr().out
    assert "BROKEN  impossible" in shown
    assert "could not be written: Not a directory" in shown


def test_a_folder_that_cannot_be_written_is_noticed_before_the_first_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = written(tmp_path, IMPOSSIBLE)
    for folder in (f"{plan}/out", "/proc/none"):
        with pytest.raises(ConfigError, match=r"--output-dir .*: cannot be written: "):
            drill(tmp_path, plan, "--output-dir", folder)
    assert capsys.readouterr() == ("", "")


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
        (("unpaired-cals",), r"no such file\. Did you mean unpaired-calls\?"),
        (("",), "the name of a plan is empty"),
        (("no-orphans-of-daemons",), r"it runs at: threads, process\..* Add: --level threads"),
        (("crash-anyone", "--level", "process"), "does not run at the level process"),
        (("--scenario", "nothing"), "there is no 'nothing'"),
        (("--replay", "/"), "it is a folder"),
        (("--replay", "nowhere.json"), "nowhere.json: there is no such file"),
    ],
)
def test_what_cannot_be_run_is_refused(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        drill(tmp_path, *words)
