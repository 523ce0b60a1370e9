"""Which projects are trusted, and what the others may not say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.places import locate
from config.trust import is_trusted, trust, without_powers

if TYPE_CHECKING:
    from pathlib import Path


def test_trust_is_for_one_folder_by_whatever_way_it_is_reached(tmp_path: Path) -> None:
    places = locate({"HOME": str(tmp_path / "home")})
    project = tmp_path / "project"
    (project / "inner").mkdir(parents=True)
    (tmp_path / "link").symlink_to(project)
    trust(places, tmp_path / "link")
    assert is_trusted(places, project)
    assert not is_trusted(places, project / "inner")
    assert not is_trusted(places, tmp_path)


def test_an_entry_that_was_written_for_another_folder_is_not_believed(tmp_path: Path) -> None:
    places = locate({"HOME": str(tmp_path)})
    trust(places, tmp_path)
    (entry,) = places.trusted.iterdir()
    entry.write_text("/somewhere/else\n")
    assert not is_trusted(places, tmp_path)


def test_powers_are_taken_out_wherever_they_are_written() -> None:
    kept, removed = without_powers({"policy": {"allow": ["x"], "deny": ["y"]}, "profiles": {"p.q": {"providers": {}}}})
    assert kept == {"policy": {"deny": ["y"]}, "profiles": {"p.q": {}}}
    assert removed == ("policy.allow", 'profiles."p.q".providers')


def test_what_is_no_table_is_left_for_the_schema_to_refuse() -> None:
    assert without_powers({"profiles": {"p": 3}, "policy": 4}) == ({"profiles": {"p": 3}, "policy": 4}, ())
