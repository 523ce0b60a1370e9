"""`callboard config` and `callboard doctor`, as a person runs them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = (sys.executable, str(Path(__file__).parents[3] / "callboard.py"))
BOUND = 60.0


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".callboard").mkdir()
    (tmp_path / ".callboard" / "config.toml").write_text('[policy]\nallow = ["run_command"]\n[tools]\nhead = 7\n')
    return tmp_path


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


def test_show_names_every_value_and_where_it_came_from(project: Path) -> None:
    shown = call(project, "config", "show", "-m", "local", CALLBOARD_TOOLS__TAIL="9").stdout
    rows = dict(row.split(" = ", 1) for row in shown.splitlines() if " = " in row)
    assert rows["tools.head"].split("  # ")[1] == f"project file {project}/.callboard/config.toml"
    assert rows["tools.tail"].startswith("9 ")
    assert rows["tools.tail"].endswith("# environment CALLBOARD_TOOLS__TAIL")
    assert rows["model.name"].endswith("# flag --model")
    assert rows["limits.max_turns"].startswith("unset")
    assert "policy.allow" in shown.splitlines()[-1]


def test_show_never_shows_a_headers_value(project: Path) -> None:
    user = Path(os.environ["XDG_CONFIG_HOME"], "callboard", "config.toml")
    user.parent.mkdir(parents=True)
    user.write_text('[providers.x]\nbase_url = "http://h/v1"\nheaders = { Authorization = "hunter2000" }\n')
    shown = call(project, "config").stdout
    assert "Authorization" in shown
    assert "hunter2000" not in shown


def test_show_hides_passwords_keys_and_what_lets_in_and_shows_what_is_set(project: Path) -> None:
    user = Path(os.environ["XDG_CONFIG_HOME"], "callboard", "config.toml")
    user.parent.mkdir(parents=True)
    user.write_text(
        '[providers.x]\nbase_url = "https://me:s3cret@h/v1?code=c-4711"\nquery = { api-key = "q-4711", v = "2025" }\n'
        'extra_body = { api_token = "e-4711", top_p = 0.9 }\napi_key_command = ["get", "--token=sk-abcdefgh4711"]\n'
    )
    done = call(project, "config", GEMINI_API_KEY="gem-4711-key", CALLBOARD_MODEL="gem-4711-key")
    assert done.returncode == 0, done.stderr
    for secret in ("s3cret", "c-4711", "q-4711", "e-4711", "sk-abc", "gem-4711"):
        assert secret not in done.stdout
    assert 'providers.x.base_url = "https://me:[hidden]@h/v1?code=[hidden]"' in done.stdout
    assert 'providers.x.query.v = "2025"' in done.stdout
    assert "providers.x.extra_body.top_p = 0.9" in done.stdout
    assert "providers.x.temperature" not in done.stdout


def test_an_error_in_a_file_never_repeats_a_password(project: Path) -> None:
    user = Path(os.environ["XDG_CONFIG_HOME"], "callboard", "config.toml")
    user.parent.mkdir(parents=True)
    for written in ('base_url = ["https://me:s3cret@h/v1"]', 'temperature = "https://me:s3cret@h/v1"'):
        user.write_text(f"[providers.x]\n{written}\n")
        done = call(project, "config")
        assert done.returncode == 2
        assert "s3cret" not in done.stdout + done.stderr


def test_trust_is_given_and_taken_back(project: Path) -> None:
    (project / "deep").mkdir()
    assert "is trusted" in call(project / "deep", "config", "trust").stdout
    assert 'policy.allow = ["run_command"]' in call(project, "config").stdout
    assert "not trusted any more" in call(project, "config", "distrust").stdout
    assert "policy.allow = []" in call(project, "config").stdout


def test_path_says_which_files_count(project: Path) -> None:
    shown = call(project, "config", "path").stdout
    assert f"project   {project}/.callboard/config.toml" in shown
    assert "(not there)" in shown


def test_the_doctor_is_content_and_names_the_embedded_model(project: Path) -> None:
    done = call(project, "doctor")
    assert done.returncode == 0
    assert {line.split()[1] for line in done.stdout.splitlines()} == {
        *("callboard", "python", "terminal", "search", "shell", "config", "provider", "state"),
    }
    assert "no LLM" in done.stdout
    assert "commands run in " in done.stdout


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"OPENAI_BASE_URL": "nonsense"}, "is no address"),
        ({"CALLBOARD_TOOLS__HEAD": "x"}, "tools.head: must be a whole number"),
        ({"XDG_STATE_HOME": "/proc/none"}, "set XDG_STATE_HOME"),
    ],
)
def test_the_doctor_finds_what_is_wrong_and_says_what_to_do(
    project: Path,
    environ: dict[str, str],
    expected: str,
) -> None:
    done = call(project, "doctor", **environ)
    assert done.returncode == 1
    assert expected in done.stdout


def test_the_doctor_never_shows_a_key(project: Path) -> None:
    done = call(project, "doctor", OPENAI_API_KEY="hunter2000")
    assert "openai: " in done.stdout
    assert "with a key" in done.stdout
    assert "hunter2000" not in done.stdout


EVIL = "\x1b]0;owned\x07\x1b[31m\u202e"


@pytest.mark.parametrize("arguments", [("config",), ("config", "trust"), ("doctor",), ("-p", "hi")])
@pytest.mark.parametrize(
    "configuration",
    [
        '[profiles."{0}"]\n[model]\nname = "{0}"\n',
        '"{0}" = 1\n',
        '[tools]\n"{0}" = 1\n',
        '[tools]\nhead = "{0}"\n',
        '[policy]\nmode = "{0}"\n',
        '[policy]\ndeny = ["{0}"]\n',
        '[policy]\ndeny = ["read_file({0})"]\n',
        '[profiles."{0}"]\nx = 1\n',
        '[tools]\nshell = "{0}"\n',
        "{1} = not toml",
    ],
)
def test_no_escape_sequence_of_a_repository_reaches_the_terminal(
    arguments: tuple[str, ...], configuration: str, tmp_path: Path
) -> None:
    folder = tmp_path / f"a{EVIL}b"
    (folder / ".git").mkdir(parents=True)
    (folder / ".callboard").mkdir()
    escaped = "".join(f"\\u{ord(character):04x}" for character in EVIL)
    (folder / ".callboard" / "config.toml").write_text(configuration.format(escaped, EVIL), encoding="utf-8")
    done = call(folder, *arguments, HOME=str(tmp_path / "home"), XDG_STATE_HOME="", XDG_CONFIG_HOME="")
    for text in (done.stdout, done.stderr):
        assert not any(mark in text for mark in "\x1b\x07\u202e")


def test_an_unknown_profile_and_a_folder_are_named_without_their_escapes(project: Path) -> None:
    for arguments in (("--profile", EVIL, "-p", "x"), ("-C", EVIL, "-p", "x"), ("--settings", EVIL, "-p", "x")):
        done = call(project, *arguments)
        assert done.returncode == 2
        assert "\x1b" not in done.stderr


def test_a_repository_that_is_not_trusted_does_not_choose_the_model(project: Path) -> None:
    (project / ".callboard" / "config.toml").write_text('[model]\nname = "ollama/x"\n')
    before = call(project, "config")
    assert 'model.name = ""' in before.stdout
    assert "ignored because the folder is not trusted: model.name" in before.stdout
    call(project, "config", "trust")
    assert 'model.name = "ollama/x"' in call(project, "config").stdout
    (project / ".callboard" / "config.toml").write_text('[model]\nname = "openrouter/x"\n')
    after = call(project, "config").stdout
    assert 'model.name = ""' in after
    assert "it has changed since it was trusted: model.name" in after


def test_a_shell_that_the_policy_cannot_read_is_an_error(project: Path) -> None:
    done = call(project, "-p", "x", CALLBOARD_TOOLS__SHELL="zsh")
    assert done.returncode == 2
    assert "Name bash, sh, or a path to one" in done.stderr
