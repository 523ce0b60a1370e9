"""Dialects are found by name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from actors.llm.dialect import dialect_named
from actors.llm.dialects.openai_chat.dialect import OpenAIChat
from config.errors import ConfigError
from config.providers import ProviderAccess

ROOT = Path(__file__).resolve().parents[3]
NEW_DIALECT = """
from actors.llm.dialects.openai_chat.dialect import OpenAIChat

class Shouting(OpenAIChat):
    pass

def create(access):
    return Shouting()
"""
USE_IT = """
import sys, actors.llm.dialects
actors.llm.dialects.__path__.append(sys.argv[1])
from actors.llm.dialect import dialect_named
from config.providers import ProviderAccess
print(type(dialect_named(ProviderAccess("loud", "http://h/v1", "m", "shouting"))).__name__)
"""


def speaking(dialect: str) -> ProviderAccess:
    return ProviderAccess("test", "http://h/v1", "m", dialect)


def test_a_new_dialect_is_one_file_in_the_folder_of_the_others(tmp_path: Path) -> None:
    """No other file of the product knows a dialect by name."""
    (tmp_path / "shouting.py").write_text(NEW_DIALECT, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", USE_IT, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stderr, done.stdout) == ("", "Shouting\n")


def test_a_dialect_is_found_by_the_name_of_its_module() -> None:
    assert isinstance(dialect_named(speaking("openai_chat")), OpenAIChat)
    assert isinstance(dialect_named(speaking("scripted")), OpenAIChat)


def test_each_session_gets_an_instance_of_its_own() -> None:
    access = speaking("openai_chat")
    assert dialect_named(access) is not dialect_named(access)


@pytest.mark.parametrize("name", ["sse", "klingon", "", "../x", "openai_chat.x", "Ä"])
def test_what_is_no_dialect_is_refused_with_advice(name: str) -> None:
    with pytest.raises(ConfigError, match="openai_chat"):
        dialect_named(speaking(name))
