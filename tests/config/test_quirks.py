"""Where providers depart from their dialects."""

from __future__ import annotations

import msgspec
import pytest

from config.models.known_providers import QUIRK_KEYS
from config.quirks import Quirks
from config.settings import Provider


def test_without_quirks_a_request_is_as_the_dialect_writes_it() -> None:
    plain = Quirks()
    assert (plain.query, plain.path, plain.extra_body) == ({}, "", {})
    assert (plain.stream_options, plain.empty_content, plain.call_ids, plain.auth_header) == (
        *(True, "null", "provider", "bearer"),
    )


def test_every_quirk_is_a_key_of_a_users_own_table() -> None:
    assert set(QUIRK_KEYS) | {"query"} <= set(Provider.__struct_fields__)


def test_an_unknown_quirk_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"call_ids": "roman"}, Quirks)
