"""What the model is told of a command: what it printed, and how it ended."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.builtin.conftest import Call
from tests.tools.job_stage import Stage
from tools.builtin.run_command import TOOL, RunCommand, RunCommandArguments
from tools.job import JobEnd, JobReport, JobRequest, OutputSlice
from tools.terminal.command_shell import CommandShell, choose_shell
from tools.text.bounded_text import TEXT_LIMIT, size
from tools.tool import ToolError, ToolResult
from tools.workspace import Workspace

EXAMPLE_CALL = '{"command": "echo hello"}'
"""For tests/tools/test_tool_audit.py."""

SLEEP = RunCommandArguments("sleep 60")


def concluded(end: JobEnd = "exited", exit_code: int | None = 0, output: str = "", errors: str = "") -> ToolResult:
    slices = OutputSlice(output, "", len(output)), OutputSlice(errors, "", len(errors))
    return TOOL.conclude(SLEEP, JobReport(end, exit_code, *slices, 1.25, problem="no shell" if end == "failed" else ""))


def test_the_command_goes_to_the_shell_in_the_workspace(root: Path, workspace: Workspace) -> None:
    (root / "src").mkdir()
    plain = RunCommand(CommandShell("/bin/sh", "sh"))
    assert plain.execute(RunCommandArguments("ls | wc"), workspace) == JobRequest(
        ("/bin/sh", "-c", "ls | wc"), str(root)
    )
    request = plain.execute(RunCommandArguments("ls", "src", 5.0, terminal=True), workspace)
    assert request == JobRequest(("/bin/sh", "-c", "ls"), str(root / "src"), "pty", 5.0)


def test_the_description_names_the_shell_and_promises_only_what_it_has() -> None:
    bash, plain = RunCommand(CommandShell("/bin/bash", "bash")), RunCommand(CommandShell("/bin/sh", "sh"))
    assert "The shell is bash, with pipefail set" in bash.description
    assert "The shell is /bin/sh" in plain.description
    assert "pipefail" not in plain.description


@pytest.mark.skipif(choose_shell().language != "bash", reason="there is no bash here")
@pytest.mark.parametrize(
    ("command", "printed"),
    [
        ("mkdir -p src/{a,b} && ls src", "a\nb"),
        ("{ sleep 0; echo built; } &> log && cat log", "built"),
        ("[[ a == a* ]] && echo yes", "yes"),
        ("echo -e 'a\\tb'", "a\tb"),
        ("echo 'x=1' > f; source f; echo $x", "1"),
        ("cat <(echo a) <(echo b)", "a\nb"),
        ("a=(1 2 3); echo ${#a[@]}", "3"),
        ("false | true || echo failed", "failed"),
    ],
)
def test_bash_is_what_people_write_for(command: str, printed: str, call: Call) -> None:
    """mini-swe-agent#829."""
    result = call("run_command", command=command)
    assert result.text.startswith(f"{printed}\n[exit code 0, ")


@pytest.mark.parametrize("command", ["seq 1 200000", "seq 1 200000 >&2", "seq 1 100000; seq 1 100000 >&2"])
def test_the_lines_of_a_long_output_are_counted_to_the_last_one(call: Call, command: str) -> None:
    result = call("run_command", command=command)
    kept = [text for text in result.text.split("\n") if text.isdigit() or text.startswith("[…")]
    assert result.lines_cut + len(kept) == 200_000


def test_output_and_exit_code_are_told(call: Call) -> None:
    result = call("run_command", command="echo hello")
    assert result.text.startswith("hello\n[exit code 0, ")
    assert (result.outcome, result.exit_code, result.more) == ("ok", 0, False)


def test_standard_error_is_told_apart(call: Call) -> None:
    """S2-6."""
    result = call("run_command", command="echo out; echo bad >&2; exit 3")
    assert result.text.startswith("out\n[standard error:]\nbad\n[exit code 3, ")
    assert (result.outcome, result.exit_code) == ("error", 3)


def test_silence_is_said(call: Call) -> None:
    assert call("run_command", command="true").text.endswith("[it printed nothing]")


def test_every_end_has_its_outcome() -> None:
    """S0-23, S1-5: outcomes ok, error, timeout, cancelled."""
    exits = [concluded("exited", code).outcome for code in (0, 1, -9)]
    assert [*exits, concluded("failed", None).outcome] == ["ok", "error", "error", "error"]
    assert [concluded("timeout", -15).outcome, concluded("cancelled", -2).outcome] == ["timeout", "cancelled"]


def test_a_time_limit_keeps_the_output_and_says_how_to_get_more_time() -> None:
    """S1-3."""
    text = concluded("timeout", -15, "partial\n").text
    assert text.startswith("partial\n[ended at its time limit after 1.2 s; what it printed until then is kept.")
    assert "higher time_limit" in text


def test_signals_have_names_and_failures_reasons() -> None:
    assert "ended by signal SIGKILL" in concluded("exited", -9).text
    assert "ended by signal 99" in concluded("exited", -99).text
    assert concluded("failed", None).text == "The command could not be started: no shell"
    assert "cancelled after" in concluded("cancelled", -2).text


def test_escape_sequences_are_left_out() -> None:
    assert concluded(output="\x1b[31mred\x1b[0m\x1b]0;title\x07\n").text.startswith("red\n[exit")


def test_a_long_output_is_told_by_its_ends_and_its_file() -> None:
    """S1-9: what is kept is stated."""
    output = OutputSlice("begin\n" * 2_000, "end\n" * 12_000, 10_000_000, 9_940_000)
    report = JobReport("exited", 0, output, OutputSlice(), 2.0, spill="/session/job.log")
    result = TOOL.conclude(SLEEP, report)
    assert size(result.text) <= TEXT_LIMIT
    assert result.text.startswith("begin\n")
    assert "bytes left out …]\nend\n" in result.text
    assert "[the whole output is in /session/job.log]" in result.text
    assert (result.more, result.spill) == (True, "/session/job.log")


def test_two_long_outputs_share_the_room() -> None:
    long = OutputSlice("☎ out\n" * 10_000, "", 80_000)
    errors = OutputSlice("✗ err\n" * 10_000, "", 80_000)
    result = TOOL.conclude(SLEEP, JobReport("exited", 1, long, errors, 2.0))
    assert size(result.text) <= TEXT_LIMIT
    output, _, problems = result.text.partition("[standard error:]")
    assert output.startswith("☎ out\n")
    assert problems.count("✗ err") > 1_000


@pytest.mark.parametrize(
    "complaint", ["tty: not a tty", "the input device is not a TTY", "Inappropriate ioctl for device"]
)
def test_a_program_that_misses_its_terminal_gets_a_hint(complaint: str) -> None:
    assert "try again with terminal=true" in concluded("exited", 1, errors=complaint).text
    report = JobReport("exited", 1, OutputSlice(complaint, "", len(complaint)), OutputSlice(), 1.0)
    assert "terminal=true" not in TOOL.conclude(RunCommandArguments("x", terminal=True), report).text


def test_survivors_and_problems_are_told() -> None:
    report = JobReport("cancelled", -9, OutputSlice(), OutputSlice(), 1.0, problem="disk full", survivors=(7, 8))
    text = TOOL.conclude(SLEEP, report).text
    assert "[disk full]" in text
    assert "still alive, the kernel would not end them: 7, 8" in text


@pytest.mark.parametrize("command", ["  ", "a\0b"])
def test_what_is_no_command_is_refused(workspace: Workspace, command: str) -> None:
    with pytest.raises(ToolError, match="The command is empty or holds a NUL"):
        TOOL.execute(RunCommandArguments(command), workspace)


def test_the_directory_must_be_one_of_the_workspace(root: Path, workspace: Workspace) -> None:
    (root / "file").touch()
    for directory, words in (("missing", "does not exist"), ("file", "is no folder"), ("..", "outside")):
        with pytest.raises(ToolError, match=words):
            TOOL.execute(RunCommandArguments("ls", directory), workspace)


def test_policy_and_person_see_the_command_itself(root: Path, workspace: Workspace) -> None:
    (root / "src").mkdir()
    assert TOOL.subject(RunCommandArguments("git push", "src"), workspace) == "git push"
    assert TOOL.preview(RunCommandArguments("git push", "src"), workspace) == "git push\n(in src)"
    assert TOOL.preview(RunCommandArguments("git push"), workspace) == "git push"


@pytest.mark.parametrize(("count", "said"), [(1, "1 background process was"), (2, "2 background processes were")])
def test_background_processes_that_were_ended_are_counted(count: int, said: str) -> None:
    nothing = OutputSlice()
    result = TOOL.conclude(SLEEP, JobReport("exited", 0, nothing, nothing, 1.0, background=count))
    assert f"[{said} ended with the command]" in result.text
    assert "background" not in concluded().text


def test_a_command_says_how_many_it_left_in_the_background(tmp_path: Path) -> None:
    with Stage(tmp_path) as stage:
        report = stage.run("sleep 600 & setsid env -i sleep 600 & echo done")
    result = TOOL.conclude(SLEEP, report)
    assert result.text.startswith("done\n")
    assert "2 background processes were ended with the command" in result.text
