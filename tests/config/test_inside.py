"""What is read of a repository lies in it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from config.inside import read_inside


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root" / "docs").mkdir(parents=True)
    (tmp_path / "key").write_text("secret")
    (tmp_path / "root" / "docs" / "agents.md").write_text("ours")
    return tmp_path / "root"


def test_a_link_inside_is_followed(root: Path) -> None:
    (root / "AGENTS.md").symlink_to("docs/agents.md")
    (root / "manual").symlink_to("docs")
    assert read_inside(root, root / "AGENTS.md", 100) == b"ours"
    assert read_inside(root, root / "manual" / "agents.md", 2) == b"ou"


@pytest.mark.parametrize("target", ["../key", "away/key", "absolute", "twice"])
def test_a_link_that_leads_out_is_refused_however_it_does(root: Path, target: str) -> None:
    (root / "away").symlink_to("..")
    (root / "absolute").symlink_to(root.parent / "key")
    (root / "twice").symlink_to("absolute")
    (root / "AGENTS.md").symlink_to(target)
    with pytest.raises(OSError, match="links out of the repository"):
        read_inside(root, root / "AGENTS.md", 100)


def test_a_link_into_the_repositorys_own_data_is_refused(root: Path) -> None:
    (root / ".git").mkdir()
    (root / ".git" / "config").write_text("token")
    (root / "AGENTS.md").symlink_to(".git/config")
    with pytest.raises(OSError, match="own data"):
        read_inside(root, root / "AGENTS.md", 100)


def test_what_is_no_ordinary_file_is_an_error_and_never_waited_for(root: Path) -> None:
    os.mkfifo(root / "pipe")
    (root / "circle").symlink_to("circle")
    for name, number in (("pipe", errno.EINVAL), ("docs", errno.EISDIR), ("circle", errno.ELOOP), ("no", errno.ENOENT)):
        with pytest.raises(OSError) as caught:  # noqa: PT011 - the number says it
            read_inside(root, root / name, 100)
        assert caught.value.errno == number
