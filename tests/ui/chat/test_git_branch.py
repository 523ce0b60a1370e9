"""The branch, read from files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ui.chat.git_branch import branch_of


def repository(folder: Path, head: str) -> Path:
    (folder / ".git").mkdir(parents=True)
    (folder / ".git" / "HEAD").write_text(head)
    return folder


def test_the_branch_is_found_from_a_folder_inside(tmp_path: Path) -> None:
    inside = repository(tmp_path, "ref: refs/heads/feature/x\n") / "src" / "deep"
    inside.mkdir(parents=True)
    assert branch_of(inside) == "feature/x"


def test_without_a_branch_it_is_the_commit(tmp_path: Path) -> None:
    assert branch_of(repository(tmp_path, "0123456789abcdef\n")) == "0123456"


def test_a_worktree_says_where_its_head_is(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    where = tmp_path / "main" / ".git" / "worktrees" / "tree"
    where.mkdir(parents=True)
    (where / "HEAD").write_text("ref: refs/heads/side\n")
    (tree / ".git").write_text(f"gitdir: {where}\n")
    assert branch_of(tree) == "side"


def test_outside_of_a_repository_there_is_none(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("nonsense")
    assert branch_of(tmp_path) == ""


@pytest.mark.parametrize("place", [".git/HEAD", ".git"])
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(tmp_path: Path, place: str) -> None:
    (tmp_path / place).parent.mkdir(exist_ok=True)
    os.mkfifo(tmp_path / place)
    assert branch_of(tmp_path) == ""
