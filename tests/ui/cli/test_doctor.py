"""What the doctor looks at; tests/ui/cli/test_config_command.py runs it as a person does."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from config.places import locate
from ui.arguments import Arguments
from ui.cli.doctor import Finding, findings

if TYPE_CHECKING:
    from pathlib import Path


def test_a_missing_search_program_and_a_missing_state_folder_are_bad(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file, where a folder should be")
    places = locate({"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")})
    grades = {one.about: one.grade for one in findings(Arguments(directory=tmp_path), places, {"PATH": ""})}
    assert grades["state"] == "bad"
    assert grades["python"] == "ok"
    assert grades["provider"] == "note"


def about_providers(tmp_path: Path, environ: dict[str, str], configuration: str = "") -> list[Finding]:
    places = locate({"HOME": str(tmp_path)})
    places.config.mkdir(parents=True)
    places.config_file.write_text(configuration)
    found = findings(Arguments(directory=tmp_path), places, environ)
    return [one for one in found if one.about in ("provider", "model", "config")]


def test_which_of_several_keys_is_used_is_said(tmp_path: Path) -> None:
    environ = {"GROQ_API_KEY": "g-123456", "ANTHROPIC_API_KEY": "a-123456"}
    texts = [one.text for one in about_providers(tmp_path, environ)]
    assert any("anthropic is used; groq could be too: choose with -m" in text for text in texts)
    assert any("window of 1 000 000 tokens" in text and "as of 20" in text for text in texts)
    assert not any("123456" in text for text in texts)


def test_a_model_that_is_not_known_has_an_assumed_window_and_is_told_where_to_set_it(tmp_path: Path) -> None:
    own = '[providers.mine]\nbase_url = "http://me:s3cret@h/v1?key=k-1234"\nmodel = "new"\n'
    found = about_providers(tmp_path, {}, own + 'api_key_command = ["pass", "k"]\n')
    text = "\n".join(one.text for one in found)
    assert "the window of new is not known; 128 000 tokens are assumed" in text
    assert "with the key that a command prints (not run)" in text
    assert "s3cret" not in text
    assert "k-1234" not in text


def test_a_fallback_that_cannot_be_asked_is_bad(tmp_path: Path) -> None:
    found = about_providers(tmp_path, {}, '[model]\nname = "offline"\nfallbacks = ["groq/x"]\n')
    assert [one.text for one in found if one.grade == "bad"] == [
        "model.fallbacks: provider groq: its key is missing; set the environment variable GROQ_API_KEY"
    ]


def test_a_configuration_that_is_wrong_is_one_finding_and_not_the_end(tmp_path: Path) -> None:
    places = locate({"HOME": str(tmp_path)})
    places.config.mkdir(parents=True)
    places.config_file.write_text("[tools]\nhed = 1")
    found = [one for one in findings(Arguments(directory=tmp_path), places, os.environ) if one.about == "config"]
    assert [one.grade for one in found] == ["bad"]
    assert "did you mean tools.head?" in found[0].text
