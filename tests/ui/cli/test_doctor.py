"""What the doctor looks at; tests/ui/cli/test_config_command.py runs it as a person does."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from config.places import locate
from ui.arguments import Arguments
from ui.cli.doctor import findings

if TYPE_CHECKING:
    from pathlib import Path


def test_a_missing_search_program_and_a_missing_state_folder_are_bad(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file, where a folder should be")
    places = locate({"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")})
    grades = {one.about: one.grade for one in findings(Arguments(directory=tmp_path), places, {"PATH": ""})}
    assert grades["state"] == "bad"
    assert grades["python"] == "ok"
    assert grades["provider"] == "note"


def test_a_configuration_that_is_wrong_is_one_finding_and_not_the_end(tmp_path: Path) -> None:
    places = locate({"HOME": str(tmp_path)})
    places.config.mkdir(parents=True)
    places.config_file.write_text("[tools]\nhed = 1")
    found = [one for one in findings(Arguments(directory=tmp_path), places, os.environ) if one.about == "config"]
    assert [one.grade for one in found] == ["bad"]
    assert "did you mean tools.head?" in found[0].text
