"""Keys and headers that commands print."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from config.errors import ConfigError
from config.provider_access import ProviderAccess
from ui.startup.credentials import with_credentials
from ui.startup.secret_command import printed_by

PYTHON = (sys.executable, "-c")


def access(*, key: tuple[str, ...] = (), headers: tuple[str, ...] = ()) -> ProviderAccess:
    return ProviderAccess("x", "http://h/v1", "m", table="x", key_command=key, headers_command=headers)


def test_a_key_is_the_first_line_that_the_command_prints() -> None:
    done = with_credentials(access(key=(*PYTHON, "print('key-1234 \\nuser: me')")))
    assert (done.key.reveal(), done.key_command) == ("key-1234", ())
    assert "key-1234" not in repr(done)
    assert done.secrets() == ("key-1234",)


def test_headers_are_added_to_those_configured() -> None:
    done = with_credentials(access(headers=(*PYTHON, "print('X-A: 1\\n\\nX-B: a: b')")))
    assert done.headers == (("X-A", "1"), ("X-B", "a: b"))


def test_without_commands_nothing_runs() -> None:
    plain = access()
    assert with_credentials(plain) is plain


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
    script = (
        "import pathlib, subprocess, sys, time\n"
        f"child = subprocess.Popen(['sleep', '600']); pathlib.Path({str(mark)!r}).write_text(str(child.pid))\n"
        "time.sleep(600)"
    )
    with pytest.raises(ConfigError, match="did not end within 2 s"):
        printed_by((*PYTHON, script), "k", limit=2.0)
    pid = int(mark.read_text())
    state = Path(f"/proc/{pid}/stat")
    assert not state.exists() or state.read_text().rpartition(")")[2].split()[0] in ("Z", "X")


def test_a_helper_that_stays_behind_does_not_hold_the_key_back() -> None:
    """As gpg-agent does: it inherits the pipe and lives on."""
    script = "import subprocess; subprocess.Popen(['sleep', '600']); print('key-1234')"
    assert printed_by((*PYTHON, script), "k", limit=30.0).strip() == "key-1234"


@pytest.mark.parametrize(
    ("key", "headers", "expected"),
    [
        ("print()", "", "printed nothing"),
        ("print('a\\x1b[2J')", "", "no header may hold"),
        ("print('schlüssel')", "", "no header may hold"),
        ("", "print('no header')", "no header"),
        ("", "print('X Y: 1')", "no header"),
    ],
)
def test_what_cannot_be_sent_is_refused(key: str, headers: str, expected: str) -> None:
    wanted = access(key=(*PYTHON, key) if key else (), headers=(*PYTHON, headers) if headers else ())
    with pytest.raises(ConfigError, match=expected):
        with_credentials(wanted)
