"""Access to a provider as a value: what may be shown of it."""

from __future__ import annotations

from config.models.provider_access import SCRIPTED, ProviderAccess
from config.secrets import Secret


def test_an_access_shows_neither_its_key_nor_its_password() -> None:
    access = ProviderAccess(
        "x", "https://me:w0rd@h/v1", "m", key=Secret("k-123456"), headers=(("A", "hush"),), table="x"
    )
    assert repr(access) == "ProviderAccess('x', 'https://h/v1', 'm')"
    assert access.secrets() == ("k-123456", "hush")
    assert access.selector == "x/m"


def test_a_scripted_model_is_inside_the_process() -> None:
    assert SCRIPTED.embedded
    assert SCRIPTED.selector == "scripted"
