"""Other names of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tools.files.linked_names import linked_names

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "agents.txt").write_text("x")
    return tmp_path


def test_links_in_the_root_and_beside_the_file_are_found(root: Path) -> None:
    (root / "AGENTS.md").symlink_to("docs/agents.txt")
    (root / "docs" / "CLAUDE.md").symlink_to("agents.txt")
    assert linked_names(root, "docs/agents.txt") == ("AGENTS.md", "docs/CLAUDE.md")


def test_a_hard_link_is_found(root: Path) -> None:
    (root / "AGENTS.md").hardlink_to(root / "docs" / "agents.txt")
    assert "AGENTS.md" in linked_names(root, "docs/agents.txt")


def test_a_file_in_a_folder_that_is_linked_is_found_whether_it_exists_or_not(root: Path) -> None:
    (root / ".callboard").symlink_to("docs")
    assert linked_names(root, "docs/config.toml") == (".callboard/config.toml",)


@pytest.mark.parametrize("subject", ["nothing/here", "docs/agents.txt", "\0", "x" * 5000, ".."])
def test_where_there_is_no_link_or_no_file_there_is_no_other_name(root: Path, subject: str) -> None:
    assert linked_names(root, subject) == ()
