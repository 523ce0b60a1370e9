"""Commands that print something secret: no shell, bounds, and what goes wrong."""

from __future__ import annotations

import os
import select
import sys
from pathlib import Path

import pytest

from config.errors import ConfigError
from ui.startup.secret_command import printed_by

PYTHON = (sys.executable, "-c")


def test_words_reach_the_program_as_they_are_without_a_shell(tmp_path: Path) -> None:
    words = (*PYTHON, "import sys; print(sys.argv[1:])", "$HOME", "a b", f";touch {tmp_path}/x")
    assert printed_by(words, "k").strip() == repr(["$HOME", "a b", f";touch {tmp_path}/x"])
    assert not list(tmp_path.iterdir())


def test_it_runs_in_the_home_folder_and_never_in_the_workspace() -> None:
    assert printed_by((*PYTHON, "import os; print(os.getcwd())"), "k").strip() == os.path.realpath(Path.home())


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), "names no program"),
        (("",), "names no program"),
        (("./get-key",), "is no whole path"),
        (("bin/get-key",), "is no whole path"),
        (("no-such-program-4711",), "no program no-such-program-4711 on PATH"),
        (("/no/such/program",), "cannot be run"),
        ((*PYTHON, "import sys; sys.exit('locked\\nunlock it first')"), "ended with 1: unlock it first"),
        ((*PYTHON, "raise SystemExit(3)"), "ended with 3; try it in a terminal"),
        ((*PYTHON, "import sys; sys.exit('key sk-abcdefgh1234')"), r"\[hidden\]"),
        ((*PYTHON, "print('x' * 100000)"), "more than 65536 bytes"),
        ((*PYTHON, "import os; os.write(1, b'\\xff')"), "no UTF-8 text"),
    ],
)
def test_what_goes_wrong_is_said_with_the_setting(words: tuple[str, ...], expected: str) -> None:
    with pytest.raises(ConfigError, match=expected) as caught:
        printed_by(words, "providers.x.api_key_command")
    assert str(caught.value).startswith("providers.x.api_key_command: ")


def test_a_command_that_never_ends_is_ended_with_its_children(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    with pytest.raises(ConfigError, match="did not end within 3 s"):
        printed_by(("/bin/sh", "-c", f"sleep 600 & echo $! > {mark}; wait"), "k", limit=3.0)
    try:
        descriptor = os.pidfd_open(int(mark.read_text()))
    except ProcessLookupError:
        return
    try:
        assert select.select([descriptor], [], [], 20.0)[0], "the child of the command lives on"
    finally:
        os.close(descriptor)


def test_a_helper_that_stays_behind_does_not_hold_the_key_back() -> None:
    """As gpg-agent does: it inherits the pipe and lives on."""
    script = "import subprocess; subprocess.Popen(['sleep', '600']); print('key-1234')"
    assert printed_by((*PYTHON, script), "k", limit=30.0).strip() == "key-1234"
