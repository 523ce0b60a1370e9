"""A command line held against rules: each of its commands, as its shell reads it."""

from __future__ import annotations

import pytest

from config.permissions.call_subject import CallPlace
from config.permissions.command_subject import CommandSubject
from config.settings import Policy


def subject(line: str) -> CommandSubject:
    return CommandSubject("run_command", "commands", (line,), CallPlace("bash"))


@pytest.mark.parametrize(
    ("line", "used"),
    [
        ("git status", "run_command(git *)"),
        ("git status && ls -l", "run_command(git *), run_command(ls *)"),
        ("git status && rm x", ""),
        ("git $(rm x)", ""),
        ("eval git status", ""),
    ],
)
def test_rules_allow_a_line_together_or_not_at_all(line: str, used: str) -> None:
    assert subject(line).permit(("run_command(git *)", "run_command(ls *)"), Policy()) == used


def test_no_rule_allows_a_line_that_names_a_file_which_may_not_be_read() -> None:
    policy = Policy(deny=("read_file(.env)",))
    assert subject("cat .env").permit(("run_command(cat *)",), policy) == ""
    assert subject("cat a").permit(("run_command(cat *)",), policy) == "run_command(cat *)"


def test_a_line_that_cannot_be_followed_may_be_what_any_rule_against_it_means() -> None:
    for line, opaque in (("eval $X", True), ("rm x", False)):
        assert subject(line).is_opaque() is opaque
        assert subject(line).first_against(("run_command(rm *)",)) == "run_command(rm *)"


@pytest.mark.parametrize(
    ("line", "rule"), [("git status -s", "git status *"), ("rm x", "rm x"), ("ls; rm x", "ls; rm x")]
)
def test_always_is_offered_for_a_harmless_family_and_else_for_the_very_line(line: str, rule: str) -> None:
    assert subject(line).suggestion().partition(" without ")[0] == f"run_command({rule})"
