"""Dialects are found by name."""

from __future__ import annotations

import pytest

from actors.llm.dialect import dialect_named
from actors.llm.dialects.openai_chat.dialect import OpenAIChat
from config.errors import ConfigError


def test_a_dialect_is_found_by_the_name_of_its_module() -> None:
    assert isinstance(dialect_named("openai_chat"), OpenAIChat)
    assert isinstance(dialect_named("scripted"), OpenAIChat)


def test_each_session_gets_an_instance_of_its_own() -> None:
    assert dialect_named("openai_chat") is not dialect_named("openai_chat")


@pytest.mark.parametrize("name", ["sse", "klingon", "", "../x", "openai_chat.x", "Ä"])
def test_what_is_no_dialect_is_refused_with_advice(name: str) -> None:
    with pytest.raises(ConfigError, match="openai_chat"):
        dialect_named(name)
