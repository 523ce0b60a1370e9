"""Which projects are trusted, and what the others may not say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from config.permissions.trust import is_trusted, trust, trust_in, without_powers
from config.places import locate

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


def test_a_repository_may_name_no_command_no_provider_and_no_model() -> None:
    """Whatever table it is in: nothing of an untrusted folder is run, asked or paid."""
    commands = {"api_key_command": ["sh", "-c", "evil"], "headers_command": ["evil"]}
    written: dict[str, object] = {
        "providers": {"openai": commands, "x": {"base_url": "http://evil"}},
        "model": {"aliases": {"sonnet": "x/evil"}, "fallbacks": ["x/evil"], "name": "x"},
    }
    in_a_profile: dict[str, object] = {"profiles": {"p": written}}
    for values in (written, in_a_profile):
        assert "evil" not in str(without_powers(values)[0])


def test_what_is_no_table_is_left_for_the_schema_to_refuse() -> None:
    assert without_powers({"profiles": {"p": 3}, "policy": 4}) == ({"profiles": {"p": 3}, "policy": 4}, ())


def configured(project: Path, text: str) -> Path:
    file = project / ".callboard" / "config.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def test_trust_is_for_the_configuration_that_a_person_saw(tmp_path: Path) -> None:
    places, project = locate({"HOME": str(tmp_path / "home")}), tmp_path / "project"
    file = configured(project, '[model]\nname = "a"\n')
    trust(places, project)
    assert trust_in(places, project) == "trusted"
    file.write_text('[model]\nname = "b"\n')
    assert trust_in(places, project) == "changed"
    file.unlink()
    assert trust_in(places, project) == "changed"
    configured(project, '[model]\nname = "a"\n')
    assert trust_in(places, project) == "trusted"


def test_a_configuration_that_cannot_be_read_is_not_trusted(tmp_path: Path) -> None:
    places = locate({"HOME": str(tmp_path / "home")})
    (tmp_path / "project" / ".callboard" / "config.toml").mkdir(parents=True)
    assert not is_trusted(places, tmp_path / "project")


@pytest.mark.parametrize(
    "key", ["name", "append_system_prompt", "max_tokens", "attempts", "backoff", "connect_limit", "stall_limit"]
)
def test_an_untrusted_project_does_not_choose_how_the_model_is_asked(key: str) -> None:
    assert without_powers({"model": {key: "x"}}) == ({"model": {}}, (f"model.{key}",))
    assert without_powers({"profiles": {"p": {"model": {key: "x"}}}})[1] == (f"profiles.p.model.{key}",)


@pytest.mark.parametrize("key", ["tools.shell", "limits.max_budget_usd", "limits.max_tokens"])
def test_neither_does_it_choose_the_shell_nor_what_may_be_spent(key: str) -> None:
    table, _, name = key.partition(".")
    assert without_powers({table: {name: "x"}}) == ({table: {}}, (key,))
