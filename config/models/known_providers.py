"""The built-in table of providers, and how a user's table of the same name is laid over an entry.

`known_providers.json` is written with the keys of `[providers.X]`. It is JSON since msgspec reads it in a fifth of a
millisecond at every start, where TOML would cost five. Used by `config.providers` and `config.known_secrets`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import cast

import msgspec

from config.models.address import host_of
from config.quirks import Quirks
from config.settings import Provider

TABLE = Path(__file__).with_name("known_providers.json")
QUIRK_KEYS = tuple(field for field in Quirks.__struct_fields__ if field != "query")


@cache
def known_providers() -> Mapping[str, Provider]:
    """The built-in entries by name, in the order in which their keys are looked for."""
    return msgspec.json.decode(TABLE.read_bytes(), type=dict[str, Provider])


def laid_over(below: Provider, above: Provider) -> Provider:
    """One table of both: what `above` says holds, tables in it are joined, and what it leaves out is `below`'s."""
    changed: dict[str, object] = {}
    for field in msgspec.structs.fields(Provider):
        new, old = getattr(above, field.name), getattr(below, field.name)
        if isinstance(new, dict) and isinstance(old, dict):
            changed[field.name] = {**cast("dict[str, object]", old), **cast("dict[str, object]", new)}
        elif new != _unset(field):
            changed[field.name] = new
    return msgspec.structs.replace(below, **changed)


def with_quirks_of_host(provider: Provider, dialect: str) -> Provider:
    """The table with the quirks of the built-in provider at whose host it is, where both speak the same dialect."""
    host = host_of(provider.base_url).lower()
    for known in known_providers().values():
        if (known.dialect or "openai_chat") == dialect and is_at(known, host):
            quirks = {key: getattr(known, key) for key in QUIRK_KEYS}
            return laid_over(Provider(**quirks), provider)
    return provider


def is_at(known: Provider, host: str) -> bool:
    """Whether this host (and port) is one of the built-in provider's own."""
    name, own = host.lower().partition(":")[0], host_of(known.base_url).lower()
    return (bool(own) and own == host.lower()) or any(name.endswith(end) for end in known.hosts)


def is_hosted(provider: Provider) -> bool:
    """Whether it is a service and no server of the user's own: then it needs a key."""
    return not provider.base_url.startswith("http://")


def _unset(field: msgspec.structs.FieldInfo) -> object:
    return field.default if field.default is not msgspec.NODEFAULT else None
