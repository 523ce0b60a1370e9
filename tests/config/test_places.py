"""Where things are kept, and that only their owner can read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.errors import ConfigError
from config.places import locate, make_folder, write_private


def test_the_standard_places_lie_under_the_home() -> None:
    places = locate({"HOME": "/home/me"})
    assert places.config_file == Path("/home/me/.config/callboard/config.toml")
    assert places.session("s1") == Path("/home/me/.local/state/callboard/sessions/s1")


def test_xdg_variables_move_them_unless_they_are_relative() -> None:
    moved = locate({"HOME": "/home/me", "XDG_CONFIG_HOME": "/c", "XDG_STATE_HOME": "/s"})
    assert (moved.config, moved.state) == (Path("/c/callboard"), Path("/s/callboard"))
    assert locate({"HOME": "/home/me", "XDG_STATE_HOME": "s"}) == locate({"HOME": "/home/me"})


def test_folders_and_files_are_for_the_owner_alone(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "a" / "b")
    write_private(folder / "c" / "file", b"text")
    assert (folder / "c" / "file").read_bytes() == b"text"
    assert [each.stat().st_mode & 0o777 for each in (folder.parent, folder, folder / "c")] == [0o700] * 3
    assert (folder / "c" / "file").stat().st_mode & 0o777 == 0o600
    assert [each.name for each in (folder / "c").iterdir()] == ["file"]


def test_a_file_that_cannot_be_replaced_is_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "target" / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match="target"):
        write_private(tmp_path / "target", b"text")
    assert [each.name for each in tmp_path.iterdir()] == ["target"]


@pytest.mark.parametrize("home", ["", "somewhere", "./x", "~"])
def test_a_home_that_is_no_full_path_is_a_mistake_that_says_what_to_do(home: str) -> None:
    """It would have been a folder in the workspace."""
    with pytest.raises(ConfigError, match=r"HOME is .*: set it to your home folder, or XDG_CONFIG_HOME"):
        locate({"HOME": home})
    with pytest.raises(ConfigError, match="HOME is"):
        locate({"HOME": home, "XDG_CONFIG_HOME": "/c"})
    moved = locate({"HOME": home, "XDG_CONFIG_HOME": "/c", "XDG_STATE_HOME": "/s"})
    assert (moved.config, moved.state) == (Path("/c/callboard"), Path("/s/callboard"))


def test_without_a_home_it_is_the_users_own() -> None:
    assert locate({}).config.is_absolute()
