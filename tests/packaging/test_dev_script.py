"""The script of the two commands, with an environment that is already there: nothing is downloaded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.version import VERSION
from tests.packaging.source_files import ROOT

DEV = ROOT / "dev"


def dev(*arguments: str, folder: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(DEV), *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """A chat environment that counts as made from the present lock: this Python behind the right stamp."""
    folder = tmp_path / "environment-chat"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    (folder / "bin" / "python").chmod(0o755)
    with (ROOT / "requirements" / "runtime.txt").open("rb") as lock:
        checksum = subprocess.run(["cksum"], stdin=lock, capture_output=True, text=True, check=True).stdout.strip()
    (folder / "callboard.marker").touch()
    (folder / "callboard.stamp").write_text(f"{checksum} {ROOT}\n", encoding="utf-8")
    return tmp_path / "environment"


def test_a_ready_environment_is_used_at_once_from_any_folder(environment: Path, tmp_path: Path) -> None:
    done = dev("chat", "--version", folder=tmp_path, CALLBOARD_VENV=str(environment))
    assert (done.returncode, done.stdout, done.stderr) == (0, f"callboard {VERSION}\n", "")


def test_the_environment_may_be_named_from_the_current_folder(environment: Path, tmp_path: Path) -> None:
    done = dev("chat", "--version", folder=tmp_path, CALLBOARD_VENV=environment.name)
    assert (done.returncode, done.stdout) == (0, f"callboard {VERSION}\n")


def test_what_is_meant_for_the_script_is_no_setting_of_the_program(environment: Path, tmp_path: Path) -> None:
    done = dev("chat", "config", "show", folder=tmp_path, CALLBOARD_VENV=str(environment), CALLBOARD_PYTHON="python3")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_script_finds_its_checkout_through_links(environment: Path, tmp_path: Path) -> None:
    (tmp_path / "first").symlink_to(DEV)
    (tmp_path / "second").symlink_to("first")
    done = subprocess.run(
        [str(tmp_path / "second"), "chat", "--version"],
        env={**os.environ, "CALLBOARD_VENV": str(environment)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, f"callboard {VERSION}\n")


def test_a_folder_that_is_not_ours_is_never_removed(tmp_path: Path) -> None:
    precious = tmp_path / "precious-chat"
    precious.mkdir()
    (precious / "thesis.txt").write_text("years of work", encoding="utf-8")
    done = dev("chat", CALLBOARD_VENV=str(tmp_path / "precious"))
    assert done.returncode == 2
    assert "is not ours" in done.stderr
    assert [path.name for path in precious.iterdir()] == ["thesis.txt"]
    assert not (tmp_path / "precious.turn").exists()


def test_without_a_new_enough_python_it_says_what_is_missing(tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "cat", "cksum", "dirname", "ls", "mkdir", "mv", "readlink", "rm", "sleep"):
        (tools / name).symlink_to(
            next(path for path in (Path("/bin") / name, Path("/usr/bin") / name) if path.exists())
        )
    done = dev("chat", CALLBOARD_VENV=str(tmp_path / "environment"), PATH=str(tools))
    assert done.returncode == 2
    assert "no Python 3.11 or newer was found" in done.stderr
    assert not (tmp_path / "environment-chat").exists()


def test_an_unknown_command_is_told_what_there_is() -> None:
    done = dev("tset")
    assert done.returncode == 2
    assert 'there is no command "tset"' in done.stderr
    assert "usage:" in done.stderr


def test_help_is_no_error() -> None:
    assert dev().stdout == dev("help").stdout != ""


def test_continuous_integration_runs_the_test_command_and_nothing_else() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert lines[-1] == "exec ./dev test </dev/null"
    assert "./dev test" in (ROOT / "README.md").read_text(encoding="utf-8")
