"""The locks: exact, with hashes, from no particular index, and in step with pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import cast

import pytest
from packaging.requirements import Requirement

from tests.packaging.source_files import ROOT

LOCKS = ("runtime", "dev")
PINNED = re.compile(r"^([a-z0-9-]+)==(\S+)((?: ; [^\\]+)?) \\$")


def locked(name: str) -> dict[str, str]:
    """Versions by package, of one lock."""
    lines = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return {match[1]: match[2] for line in lines if (match := PINNED.match(line))}


def wanted() -> Mapping[str, list[str]]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)
    runtime = cast("list[str]", project["project"]["dependencies"])
    return {"runtime": runtime, "dev": runtime + cast("list[str]", project["dependency-groups"]["dev"])}


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_of_a_lock_is_a_version_a_hash_or_a_comment(name: str) -> None:
    for line in (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        assert PINNED.match(line) or re.match(r"^    (--hash=sha256:[0-9a-f]{64}( \\)?|#.*)$", line), line


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_what_the_project_asks_for(name: str) -> None:
    versions = locked(name)
    for requirement in map(Requirement, wanted()[name]):
        assert requirement.specifier.contains(versions[requirement.name]), requirement


def test_contributors_run_what_users_get() -> None:
    runtime, dev = locked("runtime"), locked("dev")
    assert {name: dev.get(name) for name in runtime} == runtime


def test_users_do_not_get_rich() -> None:
    """Structlog imports it where it is found, and that alone costs every start 30 ms."""
    assert "rich" not in locked("runtime")
