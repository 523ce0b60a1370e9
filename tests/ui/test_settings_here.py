"""The settings of one command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.load import Flag
from config.places import locate
from ui.arguments import Arguments
from ui.settings_here import load_settings

if TYPE_CHECKING:
    from pathlib import Path


def test_flags_and_the_file_of_the_command_line_reach_the_settings(tmp_path: Path) -> None:
    file = tmp_path / "more.toml"
    file.write_text("tools.head = 7\ntools.tail = 8")
    arguments = Arguments(settings_file=file, flags=(Flag("tools.tail", 9, "--tail"),))
    loaded = load_settings(arguments, locate({"HOME": str(tmp_path)}))
    assert (loaded.settings.tools.head, loaded.settings.tools.tail) == (7, 9)
    assert loaded.origin("tools.tail") == "flag --tail"
