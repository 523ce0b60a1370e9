"""The table of programs that run others."""

from __future__ import annotations

import re

import pytest

from config.shell.usage import read_usage
from config.shell.wrappers import EXECUTING_GIT_KEY, FAMILY_OPTIONS, OPAQUE, PLAIN_WRAPPERS, RUNS_ANYTHING, SHELLS

RESTS = ("COMMAND", "MORE", "SCRIPT", "SCRIPTS", "ASSIGNED", "NONE", "ANYWHERE")


@pytest.mark.parametrize("program", PLAIN_WRAPPERS)
def test_each_usage_says_what_is_run(program: str) -> None:
    usage = read_usage(PLAIN_WRAPPERS[program])
    assert usage.rest in RESTS
    assert all(re.fullmatch(r"--?\w[\w-]*", option) for option in usage.options)


def test_no_program_is_in_two_tables() -> None:
    assert not SHELLS & OPAQUE
    assert not (SHELLS | OPAQUE) & set(PLAIN_WRAPPERS)
    assert not set(RUNS_ANYTHING) & set(PLAIN_WRAPPERS)


def test_options_of_families_are_usages_too() -> None:
    assert all(read_usage(usage).options for usage in FAMILY_OPTIONS.values())


@pytest.mark.parametrize("key", ["alias.a", "core.pager", "core.sshcommand", "diff.a.textconv", "credential.helper"])
def test_keys_by_which_git_runs_something_are_known(key: str) -> None:
    assert re.fullmatch(EXECUTING_GIT_KEY, key)
    assert not re.fullmatch(EXECUTING_GIT_KEY, "user.name")
