"""Rules that were allowed for always."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.permissions.saved_rules import rules_file, save_rule, saved_rules
from config.places import locate

if TYPE_CHECKING:
    from pathlib import Path


def test_a_rule_is_kept_once_for_the_whole_project_and_for_no_other(tmp_path: Path) -> None:
    places = locate({"HOME": str(tmp_path / "home")})
    project = tmp_path / "project"
    (project / "deep").mkdir(parents=True)
    (project / ".git").mkdir()
    for rule in ("run_command(git status *)", "write_file(é\n)", "run_command(git status *)"):
        save_rule(places, project / "deep", rule)
    assert saved_rules(places, project) == ("run_command(git status *)", "write_file(é\n)")
    assert saved_rules(places, tmp_path) == ()
    assert rules_file(places, project).stat().st_mode & 0o777 == 0o600


def test_a_spoilt_line_costs_only_itself(tmp_path: Path) -> None:
    places = locate({"HOME": str(tmp_path)})
    save_rule(places, tmp_path, "write_file")
    with rules_file(places, tmp_path).open("ab") as file:
        file.write(b'\xff\n"not a rule("\n3\n{"torn')
    assert saved_rules(places, tmp_path) == ("write_file",)


def test_rules_hold_for_the_configuration_under_which_they_were_allowed(tmp_path: Path) -> None:
    places, project = locate({"HOME": str(tmp_path / "home")}), tmp_path / "project"
    (project / ".git").mkdir(parents=True)
    save_rule(places, project, "write_file(a)")
    file = project / ".callboard" / "config.toml"
    file.parent.mkdir()
    file.write_text("[interface]\nframes = 10\n")
    assert saved_rules(places, project) == ()
    file.unlink()
    assert saved_rules(places, project) == ("write_file(a)",)
