"""The command line's entrance: what goes wrong is a line and a code, never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = (sys.executable, str(Path(__file__).parents[3] / "callboard.py"))
BOUND = 60.0


def call(folder: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=BOUND,
        env=os.environ | environ,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "environ", "expected"),
    [
        (("-p",), {}, "the prompt is empty"),
        (("-p", " "), {}, "the prompt is empty"),
        (("-p", "x", "--max-turns", "0"), {}, "flag --max-turns: limits.max_turns"),
        (("-p", "x", "--profile", "none"), {}, "there is no profile none"),
        (("-p", "x", "--settings", "none.toml"), {}, "there is no such file"),
        (("-p", "x", "-C", "none"), {}, "-C none"),
        (("-p", "x", "-m", "nobody/x"), {}, "no provider is configured"),
        (("-p", "x", "-c"), {}, "no earlier session"),
        (("-p", "x", "-r"), {}, "--resume needs an id here"),
        (("-p", "x", "-r", "none"), {}, "no such session"),
        (("-p", "x", "--session-id", "../x"), {}, "--session-id"),
        (("-p", "x", "--events", "none/x"), {}, "--events none/x"),
        (("-p", "x", "--input-format", "stream-json"), {}, "take the prompt away"),
        (("-p", "x", "--include-partial-messages"), {}, "needs --output-format stream-json"),
        (("-p", "x", "--allowed-tools", "a b"), {}, "is no rule"),
        (
            ("-p", "x", "--time-limit", "inf"),
            {},
            "limits.time: must be a number, more than 0, at most 1000000000, not inf",
        ),
        (("-p", "x"), {"CALLBOARD_INTERFACE__THEME": "nope"}, "interface.theme: must be one of default, contrast"),
        (("-p", "x"), {"CALLBOARD_ALLOWED_PROVIDERS": "nope"}, "provider offline is not allowed"),
        (("-p", "x", "--disallowed-tools", "write_fiel"), {}, "there is no tool write_fiel; did you mean write_file?"),
        (("-p", "x", "--add-dir", "broken.toml"), {}, "broken.toml is no folder"),
        (("-p", "x", "-m", "script:none.toml"), {}, "none.toml cannot be used: there is no such file"),
        (("-p", "x", "-m", "script:broken.toml"), {}, "broken.toml cannot be used: "),
        (("-p", "x", "-m", "script:odd.toml"), {}, "odd.toml cannot be used: "),
        (("-p", "x"), {"CALLBOARD_MODLE": "x"}, "did you mean CALLBOARD_MODEL?"),
        (("-p", "x"), {"XDG_STATE_HOME": "/proc/none"}, "--no-session-persistence keeps nothing"),
        (("-p", "x"), {"OPENAI_BASE_URL": "nonsense"}, "is no address"),
    ],
)
def test_a_mistake_of_the_users_is_one_line_and_code_2(
    tmp_path: Path,
    arguments: tuple[str, ...],
    environ: dict[str, str],
    expected: str,
) -> None:
    (tmp_path / "broken.toml").write_text("[[exchanges")
    (tmp_path / "odd.toml").write_text("exchanges = []\nspeed = 3")
    done = call(tmp_path, *arguments, **environ)
    assert done.returncode == 2
    assert expected in done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "how", [("-p", "x"), ("sessions",), ("config", "show"), ("config", "path"), ("config", "trust")]
)
def test_a_folder_that_is_gone_is_said(tmp_path: Path, how: tuple[str, ...]) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    script = f'rmdir "{gone}"; exec "$@"'
    done = subprocess.run(
        ["/bin/sh", "-c", script, "sh", *PROGRAM, *how],
        cwd=gone,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=BOUND,
        check=False,
    )
    assert done.returncode == 2
    assert "the current folder is gone" in done.stderr


def test_a_mistake_of_ours_leaves_a_report_and_no_key_in_it(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(
        "import sys\n"
        f"sys.path.insert(0, {str(Path(PROGRAM[1]).parent)!r})\n"
        "import ui.cli.main\n"
        "ui.cli.main.COMMANDS['doctor'] = 'a_module_that_raises'\n"
        "sys.exit(ui.cli.main.main(['doctor']))\n",
    )
    (tmp_path / "a_module_that_raises.py").write_text("raise RuntimeError('with the key hunter2000')\n")
    done = subprocess.run(
        [sys.executable, "program.py"],
        cwd=tmp_path,
        env=os.environ | {"OPENAI_API_KEY": "hunter2000"},
        capture_output=True,
        text=True,
        timeout=BOUND,
        check=False,
    )
    assert done.returncode == 1
    assert "internal error: RuntimeError" in done.stderr
    assert "Traceback" not in done.stderr
    report = Path(done.stderr.rpartition("The report is in ")[2].strip())
    assert "Traceback" in report.read_text()
    assert "hunter2000" not in report.read_text() + done.stderr
    assert report.stat().st_mode & 0o777 == 0o600


def test_without_a_terminal_and_without_anything_to_do_it_says_how_to_ask(tmp_path: Path) -> None:
    done = call(tmp_path)
    assert done.returncode == 2
    assert "callboard -p" in done.stderr


@pytest.mark.parametrize("how", [("sessions",), ("top",), ("-p", "show a", "-c"), ("-p", "show a", "-r", "x")])
def test_a_state_folder_that_cannot_be_read_is_no_empty_one(tmp_path: Path, how: tuple[str, ...]) -> None:
    (tmp_path / "callboard").mkdir()
    (tmp_path / "callboard" / "sessions").write_text("no folder")
    done = call(tmp_path, *how, XDG_STATE_HOME=str(tmp_path))
    assert (done.returncode, "sessions: cannot be read: Not a directory" in done.stderr) == (2, True), done.stderr
