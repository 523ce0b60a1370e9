"""What stands between a model and a file that it would write without knowing it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from tools.files.atomic_write import ChangedMeanwhileError
from tools.files.file_content import EDITABLE_BYTES, fingerprint_of
from tools.files.known_file import load, writing
from tools.tool import ToolError
from tools.workspace import Workspace


def test_what_the_model_has_read_is_loaded(tmp_path: Path) -> None:
    workspace, file = Workspace(tmp_path), tmp_path / "a"
    file.write_bytes(b"text")
    workspace.remember(file, fingerprint_of(file.stat(), b"text"))
    content = load(file, workspace)
    assert content is not None
    assert content.data == b"text"


def test_a_file_that_is_not_there_is_none_and_an_unread_one_an_error(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    assert load(tmp_path / "a", workspace) is None
    (tmp_path / "a").touch()
    with pytest.raises(ToolError, match="not read yet"):
        load(tmp_path / "a", workspace)


def test_a_very_long_file_is_refused_with_another_way(tmp_path: Path) -> None:
    with (tmp_path / "long").open("wb") as file:
        file.truncate(EDITABLE_BYTES + 1)
    with pytest.raises(ToolError, match="too long to be edited here: use run_command"):
        load(tmp_path / "long", Workspace(tmp_path))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write every file")
def test_a_read_only_file_is_refused_although_its_folder_would_allow_a_new_one(tmp_path: Path) -> None:
    (tmp_path / "a").touch(0o444)
    with pytest.raises(ToolError, match="read-only"):
        load(tmp_path / "a", Workspace(tmp_path))


def test_failures_while_writing_become_advice() -> None:
    with pytest.raises(ToolError, match="a was not written: the disk is full"), writing("a"):
        raise OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(ToolError, match="a was changed by another process"), writing("a"):
        raise ChangedMeanwhileError
