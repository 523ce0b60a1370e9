"""The schema, and the listing that documents it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec
import pytest

from config.layer import LIST_KEYS
from config.mistake import known_keys
from config.settings import Settings

DEFAULTS = Path(__file__).parents[2] / "config" / "default.toml"


def test_the_commented_listing_is_exactly_the_schema() -> None:
    text = DEFAULTS.read_text(encoding="utf-8")
    assert msgspec.convert(tomllib.loads(text), Settings) == Settings()
    lines = [line.lstrip("# ") for line in text.splitlines()]
    written: set[str] = set()
    table = ""
    for line in lines:
        if line.startswith("["):
            table = line.strip("[]")
        elif " = " in line:
            written.add(f"{table}.{line.split(' = ')[0]}".removeprefix("."))
    written = {key.replace("providers.local", "providers.NAME") for key in written}
    missing = set(known_keys(Settings)) - written - {"profiles"}
    assert missing == set()
    assert {key for key in written if not key.startswith("profiles.")} <= set(known_keys(Settings))


def test_every_list_of_the_schema_is_known_to_the_environment() -> None:
    assert {key for key, kind in known_keys(Settings).items() if "tuple" in str(kind)} == LIST_KEYS


def test_a_key_that_nobody_knows_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"tools": {"none": 1}}, Settings)
