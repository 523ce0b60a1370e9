"""What is wrong in a table is found, and said with its place, what is allowed and what was meant."""

from __future__ import annotations

import tomllib
from typing import Annotated, Literal

import pytest
from msgspec import Meta, Struct

from config.mistake import describe, find_mistake, known_keys
from config.settings import Settings

Share = Annotated[float, Meta(gt=0, le=1)]


class Wheel(Struct, frozen=True, forbid_unknown_fields=True):
    side: str
    share: Share | None = None


class Rack(Struct, frozen=True, forbid_unknown_fields=True):
    height: int = 1


class Cart(Struct, frozen=True, forbid_unknown_fields=True):
    owner: str
    uses: tuple[Literal["town", "field"], ...] = ()
    wheel: tuple[Wheel, ...] = ()
    rack: Rack = Rack()


def said(text: str) -> str:
    found = find_mistake(tomllib.loads(f'owner = "me"\n{text}'), Cart)
    return found.words if found else ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('ownr = "me"', "unknown key ownr; did you mean owner?"),
        ("zzz = 1", "unknown key zzz; known here: owner, uses, wheel, rack"),
        ("height = 1", "unknown key height; did you mean rack.height?"),
        ('uses = "town"', 'uses: must be a list of any of town, field, not "town"'),
        ('uses = ["twn"]', 'uses: must be a list of any of town, field, not ["twn"]'),
        ("[[rack]]", "rack: there is one of these; write [rack], with single brackets"),
        ("[[wheels]]", "unknown key wheels; did you mean [[wheel]]?"),
        ("[wheel]", "wheel: write [[wheel]], with double brackets, above each of them"),
        ("wheel = [3]", "wheel: write [[wheel]], with double brackets, above each of them"),
        ('[[wheel]]\nside = "left"\n[[wheel]]\nsid = "x"', "wheel 2: unknown key sid; did you mean side?"),
        ('[[wheel]]\nside = "left"\nuses = []', "wheel 1: unknown key uses; it belongs above the first table"),
        ("[[wheel]]\nshare = 2", "wheel 1: share: must be a number, more than 0, at most 1, not 2"),
        ("[[wheel]]", "wheel 1: side: is missing; it must be a text"),
        ("", ""),
    ],
)
def test_a_mistake_is_said_with_its_place_and_what_is_allowed(text: str, words: str) -> None:
    assert said(text) == words


def test_what_is_missing_is_named() -> None:
    found = find_mistake({}, Cart)
    assert found is not None
    assert (found.key, found.words) == ("owner", "owner: is missing; it must be a text")


def test_every_key_of_the_schema_can_be_described() -> None:
    known = known_keys(Settings)
    assert "providers.NAME.base_url" in known
    assert all(describe(kind) for kind in known.values())
