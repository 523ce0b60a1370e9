"""What a program is started with."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.tools.job_stage import Stage
from tools.job import JobKind, JobRequest
from tools.terminal.launch import LaunchError, prepare

KINDS: tuple[JobKind, ...] = ("pipe", "pty")


def environment(kind: JobKind = "pipe", *own: tuple[str, str]) -> dict[str, str]:
    return prepare(JobRequest(("env", "-0"), "/", kind, environment=own), "run-7", "job-7").environment


def test_the_tags_are_always_there() -> None:
    given = environment("pipe", ("CALLBOARD_RUN_ID", "forged"), ("CALLBOARD_JOB", "forged"))
    assert (given["CALLBOARD_RUN_ID"], given["CALLBOARD_JOB"]) == ("run-7", "job-7")


def test_nothing_asks_and_nothing_pages() -> None:
    """Pain 10."""
    given = environment()
    assert (given["PAGER"], given["GIT_PAGER"], given["GIT_TERMINAL_PROMPT"]) == ("cat", "cat", "0")
    assert given["TERM"] == "dumb"


def test_what_the_request_says_wins() -> None:
    assert environment("pipe", ("PAGER", "more"), ("NEW", "value"))["PAGER"] == "more"
    assert environment("pipe", ("PAGER", "more"), ("NEW", "value"))["NEW"] == "value"


def test_a_terminal_has_a_name_and_its_own_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("LINES", "5")
    monkeypatch.setenv("COLUMNS", "5")
    given = environment("pty")
    assert given["TERM"] == "xterm-256color"
    assert not {"LINES", "COLUMNS"} & set(given)
    monkeypatch.setenv("TERM", "screen")
    assert environment("pty")["TERM"] == "screen"


@pytest.mark.parametrize("editor", ["EDITOR", "VISUAL", "GIT_EDITOR", "GIT_SEQUENCE_EDITOR"])
def test_an_editor_fails_clearly(tmp_path: Path, editor: str) -> None:
    """Pain 10."""
    with Stage(tmp_path) as stage:
        report = stage.run(f'/bin/sh -c "${editor} file"')
    assert report.exit_code == 1
    assert "git commit -m TEXT" in report.errors.head


def test_git_neither_pages_nor_waits_for_an_editor(tmp_path: Path) -> None:
    """Pain 10."""
    with Stage(tmp_path) as stage:
        report = stage.run(
            "git init -q . && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m one && git log --oneline "
            "&& git -c user.name=a -c user.email=a@b commit --allow-empty",
            kind="pty",
        )
    assert "one" in report.output.head
    assert "There is no editor here" in report.output.head
    assert report.exit_code


@pytest.mark.parametrize("kind", KINDS)
def test_the_program_runs_in_its_folder_whatever_its_name(tmp_path: Path, kind: JobKind) -> None:
    folder = tmp_path / "-a 'strange' $name\nof é"
    folder.mkdir()
    with Stage(tmp_path) as stage:
        report = stage.heard.report(stage.request(JobRequest(("/bin/sh", "-c", 'pwd; echo "$PWD"'), str(folder), kind)))
    assert report.output.head == f"{folder}\n{folder}\n"


@pytest.mark.parametrize("kind", KINDS)
def test_arguments_arrive_as_they_are(tmp_path: Path, kind: JobKind) -> None:
    arguments = ("", "two words", "$HOME `id` \"'\\", "*", "-n", "new\nline", "é\udcff")
    with Stage(tmp_path) as stage:
        report = stage.heard.report(stage.request(JobRequest(("printf", "<%s>", *arguments), "/", kind)))
    expected = "".join(f"<{argument}>" for argument in arguments)
    assert report.output.head.encode() == os.fsencode(expected).replace(b"\xff", "\ufffd".encode())


@pytest.mark.parametrize("folder", [".", "", "sub", "../up"])
def test_a_folder_that_is_not_named_from_the_root_on_is_refused(folder: str) -> None:
    """The folder of the process is nobody's: each session has its own."""
    with pytest.raises(LaunchError, match="is no absolute path"):
        prepare(JobRequest(("true",), folder), "run", "job")


def test_a_relative_program_is_looked_for_in_the_folder_of_the_job(tmp_path: Path) -> None:
    program = tmp_path / "mine"
    program.write_text("#!/bin/sh\necho mine\n")
    program.chmod(0o755)
    with Stage(tmp_path) as stage:
        by_path = stage.heard.report(stage.request(JobRequest(("./mine",), str(tmp_path))))
        own_path = JobRequest(("mine",), str(tmp_path), environment=(("PATH", str(tmp_path)),))
        by_search = stage.heard.report(stage.request(own_path))
    assert by_path.output.head == by_search.output.head == "mine\n"


def test_signals_that_we_ignore_are_not_ignored_by_the_child(tmp_path: Path) -> None:
    """Python ignores SIGPIPE."""
    assert signal.getsignal(signal.SIGPIPE) is signal.SIG_IGN
    with Stage(tmp_path) as stage:
        assert stage.run("kill -PIPE $$; echo still here").exit_code == -signal.SIGPIPE


def test_standard_input_of_a_piped_job_is_empty_and_it_has_no_terminal(tmp_path: Path) -> None:
    """Pain 10."""
    with Stage(tmp_path) as stage:
        report = stage.run("cat; (exec 3</dev/tty) 2>/dev/null && echo has one || echo has none")
    assert report.output.head == "has none\n"


@pytest.mark.parametrize("kind", KINDS)
def test_no_descriptor_of_ours_reaches_the_child(tmp_path: Path, kind: JobKind) -> None:
    inherited = os.open(os.devnull, os.O_RDONLY)
    os.set_inheritable(inherited, True)  # noqa: FBT003 -- positional only
    with Stage(tmp_path) as stage:
        report = stage.run("exec ls /proc/self/fd", kind=kind)
    os.close(inherited)
    assert report.output.head.split() == ["0", "1", "2", "3"], "the fourth is the listing's own"


def test_an_environment_that_is_none_is_refused_with_a_reason() -> None:
    with pytest.raises(LaunchError, match="no such program"):
        prepare(JobRequest(("nul\0inside",), "/"), "run", "job")
    with pytest.raises(LaunchError, match="folder"):
        prepare(JobRequest(("true",), "nul\0inside"), "run", "job")


def test_a_withheld_variable_is_not_passed_on_unless_the_request_says_so() -> None:
    request = JobRequest(("/bin/sh", "-c", "true"), "/")
    assert "HOME" not in prepare(request, "run", "job", {"HOME"}).environment
    asked = JobRequest(("/bin/sh", "-c", "true"), "/", environment=(("HOME", "/x"),))
    assert prepare(asked, "run", "job", {"HOME"}).environment["HOME"] == "/x"


@pytest.mark.parametrize("search_path", [".:/bin", ":/bin", "/bin:", "bin:/bin"])
def test_a_program_is_never_found_in_the_folder_it_runs_in(tmp_path: Path, search_path: str) -> None:
    for folder in (tmp_path, tmp_path / "bin"):
        folder.mkdir(exist_ok=True)
        (folder / "ours").write_text("#!/bin/sh\n")
        (folder / "ours").chmod(0o755)
    request = JobRequest(("ours",), str(tmp_path), environment=(("PATH", search_path),))
    with pytest.raises(LaunchError, match="no such program"):
        prepare(request, "run", "job")
