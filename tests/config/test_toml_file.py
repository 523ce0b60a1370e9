"""Reading what a person wrote."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from config.errors import ConfigError
from config.toml_file import is_there, read_start, read_toml

if TYPE_CHECKING:
    from pathlib import Path


def test_nothing_is_read_from_a_file_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x = 1")
    for path in (tmp_path / "none", tmp_path / "file" / "below", tmp_path / "none" / "below"):
        assert read_toml(path) is None
        assert not is_there(path)
    assert read_toml(tmp_path / "file") == {"x": 1}


def test_only_the_start_of_a_long_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "long").write_bytes(b"x" * 1000)
    assert read_start(tmp_path / "long", 10) == b"x" * 10


@pytest.mark.parametrize("special", ["/dev/zero", "/dev/null"])
def test_a_device_is_no_file(special: str, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(special)
    with pytest.raises(ConfigError, match="not an ordinary file"):
        read_toml(tmp_path / "link")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not an ordinary file"):
        read_start(tmp_path / "pipe", 10)


def test_a_link_that_leads_in_a_circle_is_an_error_and_no_crash(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "link")
    with pytest.raises(ConfigError, match="cannot be read"):
        read_toml(tmp_path / "link")
