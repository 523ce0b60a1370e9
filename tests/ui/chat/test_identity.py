"""What the chat says of itself before the company is opened."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from config.model_facts import ModelFacts
from config.settings import ContextSettings, Settings, Tools
from tests.ui.chat_stage import opening_in
from ui.chat.identity import identity_of
from ui.screen.model import Identity


def naming(shell: str) -> Tools:
    return replace(Tools(), shell=shell)


def test_commands_of_ones_own_go_to_the_shell_of_the_settings(tmp_path: Path) -> None:
    opening = replace(opening_in(tmp_path), settings=Settings(tools=naming("sh")))
    assert identity_of(opening).shell == ("/bin/sh", "-c")


def test_a_shell_that_is_not_there_leaves_the_one_that_every_system_has(tmp_path: Path) -> None:
    opening = replace(opening_in(tmp_path), settings=Settings(tools=naming("/nowhere/bash")))
    assert identity_of(opening).shell == Identity().shell


def test_the_window_of_the_model_and_the_models_to_choose_from_are_told(tmp_path: Path) -> None:
    facts = ModelFacts(1_000, window_assumed=True)
    identity = identity_of(replace(opening_in(tmp_path), facts=facts, models=("a/b",)))
    assert (identity.window, identity.window_assumed, identity.models) == (1_000, True, ("a/b",))


def test_a_window_of_the_configuration_is_that_of_every_model_and_no_guess(tmp_path: Path) -> None:
    settings = Settings(context=ContextSettings(window=32_000))
    identity = identity_of(replace(opening_in(tmp_path), settings=settings, facts=ModelFacts()))
    assert (identity.window, identity.window_assumed, identity.window_set) == (32_000, False, True)
