"""The secrets that the settings and the environment hold, and the variables that children do not get because of them.

Used where a company is put together: commands run without the variables of every provider that is known, and the
secrets themselves are taken out of whatever is kept or shown. Never contacts anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from config.environment import PREFIX
from config.providers import WELL_KNOWN
from config.settings import Provider, Settings

KEY_VARIABLES = ("OPENAI_API_KEY",)
ADDRESS_VARIABLES = ("OPENAI_BASE_URL",)
PROVIDER_SETTINGS = f"{PREFIX}PROVIDERS__"
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
TELLING = ("auth", "key", "token", "secret", "cookie", "password")
"""What the name of a header has in it whose value is a secret."""
PLACEHOLDERS = frozenset(
    ("anything", "dummy", "dummy-key", "empty", "lm-studio", "llama.cpp", "no-key", "none", "not-needed", "placeholder")
)
"""What people write where a server wants a key and takes any: no secret, and a common word."""
SHORTEST, SHORTEST_WORD = 4, 8
"""A shorter text is no secret, nor is a shorter plain word or number: taking it out would spoil what is kept."""


def withheld_variables(settings: Settings, environ: Mapping[str, str]) -> frozenset[str]:
    """The variables that children do not get, less those that `tools.environment` brings back."""
    names = {*KEY_VARIABLES, *(provider.api_key_env for provider in _providers(settings))}
    for name, value in environ.items():
        holds_password = bool(_password(value)) and (name in ADDRESS_VARIABLES or name.startswith(PREFIX))
        if holds_password or name.startswith(PROVIDER_SETTINGS):
            names.add(name)
    return frozenset(filter(None, names)) - frozenset(settings.tools.environment)


def known_secrets(settings: Settings, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Everything that must not be kept: keys, passwords in addresses, headers that authorise. Longest first."""
    found = {secret for secret in _candidates(settings, environ) if is_secret(secret)}
    for address in _addresses(settings, environ):
        if _password(address):
            found.add(f"{_credentials(address)}@")
    return tuple(sorted(found, key=lambda secret: (-len(secret), secret)))


def is_secret(text: str) -> bool:
    """Whether a text can be taken out wherever it stands without spoiling what has nothing to do with it."""
    if text.lower() in PLACEHOLDERS or len(text) < SHORTEST:
        return False
    return len(text) >= SHORTEST_WORD or not (text.isalpha() or text.isdigit())


def _candidates(settings: Settings, environ: Mapping[str, str]) -> Iterator[str]:
    for name in (*KEY_VARIABLES, *(provider.api_key_env for provider in _providers(settings))):
        yield environ.get(name, "").strip()
    for provider in _providers(settings):
        for name, value in provider.headers.items():
            if any(word in name.lower() for word in TELLING):
                yield value
                yield value.rpartition(" ")[2]
    for address in _addresses(settings, environ):
        password = _password(address)
        yield password
        if "%" in password:
            from urllib.parse import unquote  # noqa: PLC0415 - slow to import, and hardly ever needed

            yield unquote(password)


def _addresses(settings: Settings, environ: Mapping[str, str]) -> Iterator[str]:
    for provider in _providers(settings):
        yield provider.base_url
    for name in (*ADDRESS_VARIABLES, *PROXIES, *(proxy.lower() for proxy in PROXIES)):
        yield environ.get(name, "")
    for name, value in environ.items():
        if name.startswith(PREFIX):
            yield value


def _credentials(address: str) -> str:
    """`name:password` of an address, as it is written there."""
    authority = address.partition("://")[2].partition("/")[0]
    return authority.rpartition("@")[0]


def _password(address: str) -> str:
    return _credentials(address).partition(":")[2]


def _providers(settings: Settings) -> Iterator[Provider]:
    yield from WELL_KNOWN.values()
    yield from settings.providers.values()
    for profile in settings.profiles.values():
        tables = profile.get("providers")
        yield from _of_profile(cast("Mapping[str, object]", tables).values() if isinstance(tables, dict) else ())


def _of_profile(tables: Iterable[object]) -> Iterator[Provider]:
    """The providers of a profile that was not chosen: its tables as they were read, and checked then."""
    for table in tables:
        if isinstance(table, dict):
            entry = cast("Mapping[str, object]", table)
            headers = entry.get("headers")
            yield Provider(
                base_url=str(entry.get("base_url", "")),
                api_key_env=str(entry.get("api_key_env", "")),
                headers=cast("dict[str, str]", headers) if isinstance(headers, dict) else {},
            )
