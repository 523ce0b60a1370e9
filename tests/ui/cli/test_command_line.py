"""The command line as a value, and what a mistake in it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.load import Flag
from ui.arguments import Arguments, parse
from ui.cli.command_line import split_rules


@pytest.mark.parametrize(
    ("argv", "prompt", "headless"),
    [
        (["-p", "fix it"], "fix it", True),
        (["--print", "fix it"], "fix it", True),
        (["--print=-x"], "-x", True),
        (["-p"], None, True),
        (["-p", "-"], "-", True),
        (["run", "fix", "it"], "fix it", True),
        (["run", "--", "-x"], "-x", True),
        (["run"], None, True),
        (["-m", "x"], None, False),
        (["-p", "---\nX"], "---\nX", True),
        (["-p", "- item"], "- item", True),
        (["-p", "--no-such-option"], "--no-such-option", True),
        (["-p", "--x=y"], "--x=y", True),
        (["-p", ""], "", True),
        (["-p--yolo"], "--yolo", True),
        (["-p", "--", "--yolo"], "--yolo", True),
        (["-m", "x", "-p", "--", "fix", "--this"], "fix --this", True),
        (["run", "fix", "--", "--yolo", "x"], "fix --yolo x", True),
        (["-p", "--output-format", "json"], None, True),
    ],
)
def test_a_prompt_makes_it_headless(argv: list[str], prompt: str | None, headless: bool) -> None:  # noqa: FBT001
    arguments = parse(argv)
    assert (arguments.prompt, arguments.headless) == (prompt, headless)


@pytest.mark.parametrize("command", [[], ["run"]])
def test_every_setting_on_the_command_line_becomes_a_flag(command: list[str]) -> None:
    argv = [*command, "-m", "a/b", "--max-turns", "3", "--max-tokens", "9", "--time-limit", "1.5", "-y"]
    argv += ["--allowed-tools", "write_file, run_command(git a, b)", "--allowed-tools", "fetch", "--add-dir", "/x"]
    argv += ["--disallowed-tools", "run_command(rm *)", "--append-system-prompt", "be kind"]
    assert set(parse(argv).flags) == {
        Flag("model.name", "a/b", "--model"),
        Flag("model.append_system_prompt", "be kind", "--append-system-prompt"),
        Flag("limits.max_turns", 3, "--max-turns"),
        Flag("limits.max_tokens", 9, "--max-tokens"),
        Flag("limits.time", 1.5, "--time-limit"),
        Flag("policy.mode", "yolo", "--yolo"),
        Flag("policy.allow", ("write_file", "run_command(git a, b)", "fetch"), "--allowed-tools"),
        Flag("policy.deny", ("run_command(rm *)",), "--disallowed-tools"),
        Flag("tools.add_dirs", ("/x",), "--add-dir"),
    }


def test_the_other_flags_are_plain_values() -> None:
    argv = ["-p", "x", "--output-format", "stream-json", "--include-partial-messages", "--verbose", "--events", "e"]
    argv += ["--no-session-persistence", "--session-id", "s", "-C", "d", "--profile", "q", "--settings", "f", "--plain"]
    assert parse(argv) == Arguments(
        prompt="x",
        headless=True,
        output_format="stream-json",
        partial=True,
        verbose=True,
        plain=True,
        session="s",
        persist=False,
        events=Path("e"),
        directory=Path("d"),
        profile="q",
        settings_file=Path("f"),
    )


def test_flags_before_and_behind_a_command_both_count() -> None:
    arguments = parse(["-m", "a", "--profile", "q", "run", "--max-turns", "2", "x"])
    assert {flag.key for flag in arguments.flags} == {"model.name", "limits.max_turns"}
    assert arguments.profile == "q"


def test_resume_without_an_id_asks_which() -> None:
    assert parse(["-r"]).resume == ""
    assert parse(["-r", "abc"]).resume == "abc"
    assert parse(["-c"]).go_on
    assert parse([]).resume is None


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (["--modle", "x"], "did you mean --model?"),
        (["--json-schema", "x"], "unrecognized arguments"),
        (["-w"], "unrecognized arguments"),
        (["-y", "--permission-mode", "plan"], "not allowed with"),
        (["-c", "-r"], "not allowed with"),
        (["--permission-mode", "wild"], "invalid choice"),
        (["--max-turns", "many"], "invalid int value"),
        (["--dangerously-skip-permissions"], "did you mean --yolo?"),
        (["run", "x", "--allowedTools", "y"], "did you mean --allowed-tools?"),
        (["-p", "x", "--max_turns", "3"], "did you mean --max-turns?"),
        (["--json"], "did you mean --output-format json?"),
        (["-p", "--modle", "--modle"], "unrecognized arguments: --modle (did you mean --model?)"),
        (["--", "fix", "it"], 'write: callboard -p -- "fix it"'),
        (["-p", "one", "--", "two"], 'write: callboard -p -- "two"'),
        (["fix", "the", "bug"], 'callboard -p "fix the bug"'),
        (["config", "burn"], "invalid choice"),
        (["drill", "--lits"], "did you mean --list?"),
        (["drill", "--seeds", "0"], "argument --seeds: must be a whole number from 1 on, not '0'"),
        (["drill", "--list", "--level", "threads"], "--list shows all that there is; leave out: --level"),
    ],
)
def test_a_mistake_is_one_line_with_advice_and_code_2(
    argv: list[str],
    expected: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(argv)
    assert caught.value.code == 2
    said = capsys.readouterr().err
    assert expected in said
    assert said.startswith("callboard: ")
    assert len(said.splitlines()) == 2


@pytest.mark.parametrize("argv", [["drill", "--bogus"], ["drill", "--seed", "x"], ["drill", "--list", "plan"]])
def test_a_mistake_behind_a_command_leads_to_the_help_of_that_command(
    argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parse(argv)
    assert capsys.readouterr().err.endswith("Try: callboard drill --help\n")


def test_commas_inside_of_a_pattern_do_not_split_rules() -> None:
    assert split_rules("a,b(c, d),e") == ("a", "b(c, d)", "e")


@pytest.mark.parametrize("argv", [["-p", "--yolo"], ["-yp", "--continue"], ["run", "--", "--yolo", "-c"]])
def test_no_text_turns_an_option_on(argv: list[str]) -> None:
    """genie#1720: a script's title was taken for an option."""
    arguments = parse(argv)
    assert not arguments.go_on
    assert {flag.name for flag in arguments.flags} <= ({"--yolo"} if "-yp" in argv else set())


def test_a_prompt_that_is_an_options_name_is_taken_and_remarked_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert parse(["-p", "--verbose"]).prompt == "--verbose"
    assert capsys.readouterr().err == "callboard: the prompt is --verbose, the word behind -p; -p - reads stdin\n"
    assert parse(["-p", "--verbosely", "--verbose"]).verbose
    assert capsys.readouterr().err == ""


def test_old_sessions_are_removed_by_what_the_command_line_says() -> None:
    assert parse(["sessions"]).action == "list"
    arguments = parse(["sessions", "prune", "--dry-run", "--keep-days", "7.5", "--keep-bytes", "100"])
    assert (arguments.command, arguments.action, arguments.dry_run) == ("sessions", "prune", True)
    assert set(arguments.flags) == {
        Flag("sessions.keep_days", 7.5, "--keep-days"),
        Flag("sessions.keep_bytes", 100, "--keep-bytes"),
    }
