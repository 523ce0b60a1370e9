"""The secrets that the settings and the environment hold, and the variables that children do not get because of them.

Used where a company is put together: commands run without the variables of every provider that is known, and the
secrets themselves are taken out of whatever is kept or shown. Never contacts anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from config.environment import PREFIX
from config.models.known_providers import known_providers
from config.models.provider_access import ProviderAccess
from config.settings import Provider, Settings

PROVIDER_SETTINGS = f"{PREFIX}PROVIDERS__"
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
TELLING = ("auth", "key", "token", "secret", "cookie", "password", "signature")
"""What the name of a header or parameter has in it whose value is a secret."""
PLACEHOLDERS = frozenset(
    ("anything", "dummy", "dummy-key", "empty", "lm-studio", "llama.cpp", "no-key", "none", "not-needed", "placeholder")
)
"""What people write where a server wants a key and takes any: no secret, and a common word."""
SHORTEST, SHORTEST_WORD = 4, 8
"""A shorter text is no secret, nor is a shorter plain word or number: taking it out would spoil what is kept."""


def withheld_variables(settings: Settings, environ: Mapping[str, str]) -> frozenset[str]:
    """The variables that children do not get, less those that `tools.environment` brings back."""
    names = set(_key_variables(settings))
    addresses = {provider.base_url_env for provider in _providers(settings)}
    for name, value in environ.items():
        holds_password = bool(_password(value)) and (name in addresses or name.startswith(PREFIX))
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


def secrets_of(access: ProviderAccess, settings: Settings, environ: Mapping[str, str]) -> tuple[str, ...]:
    """The same, with what a command printed for this provider."""
    printed = (access.key.reveal(), *(value for name, value in access.headers if is_telling(name)))
    found = {*known_secrets(settings, environ), *filter(is_secret, printed)}
    return tuple(sorted(found, key=lambda secret: (-len(secret), secret)))


def is_secret(text: str) -> bool:
    """Whether a text can be taken out wherever it stands without spoiling what has nothing to do with it."""
    if text.lower() in PLACEHOLDERS or len(text) < SHORTEST:
        return False
    return len(text) >= SHORTEST_WORD or not (text.isalpha() or text.isdigit())


def is_telling(name: str) -> bool:
    """Whether the value of a header, a parameter or a field of this name is a secret."""
    return any(word in name.lower() for word in TELLING)


def _candidates(settings: Settings, environ: Mapping[str, str]) -> Iterator[str]:
    for name in _key_variables(settings):
        yield environ.get(name, "").strip()
    for provider in _providers(settings):
        for name, value in provider.headers.items():
            if is_telling(name):
                yield value
                yield value.rpartition(" ")[2]
        for name, said in (*provider.query.items(), *provider.extra_body.items()):
            if is_telling(name) and isinstance(said, str):
                yield said
    for address in _addresses(settings, environ):
        for secret in (_password(address), *_telling_values(address)):
            yield secret
            if "%" in secret:
                from urllib.parse import unquote  # noqa: PLC0415 - slow to import, and hardly ever needed

                yield unquote(secret)


def _key_variables(settings: Settings) -> Iterator[str]:
    """The variables that hold keys, tokens and values of headers."""
    for provider in _providers(settings):
        yield from filter(None, (provider.api_key_env, provider.auth_token_env, *provider.headers_env.values()))


def _addresses(settings: Settings, environ: Mapping[str, str]) -> Iterator[str]:
    for provider in _providers(settings):
        yield provider.base_url
        yield environ.get(provider.base_url_env, "")
    for name in (*PROXIES, *(proxy.lower() for proxy in PROXIES)):
        yield environ.get(name, "")
    for name, value in environ.items():
        if name.startswith(PREFIX):
            yield value


def _credentials(address: str) -> str:
    """`name:password` of an address, as it is written there."""
    authority = address.partition("://")[2].partition("/")[0].partition("?")[0]
    return authority.rpartition("@")[0]


def _password(address: str) -> str:
    return _credentials(address).partition(":")[2]


def _telling_values(address: str) -> Iterator[str]:
    """The values of parameters of an address that let in, such as `?key=…`."""
    for pair in address.partition("?")[2].split("&"):
        name, _, value = pair.partition("=")
        if is_telling(name):
            yield value


def _providers(settings: Settings) -> Iterator[Provider]:
    yield from known_providers().values()
    yield from settings.providers.values()
    for profile in settings.profiles.values():
        tables = profile.get("providers")
        yield from _of_profile(cast("Mapping[str, object]", tables).values() if isinstance(tables, dict) else ())


def _of_profile(tables: Iterable[object]) -> Iterator[Provider]:
    """The providers of a profile that was not chosen: its tables as they were read, and checked then."""
    for table in tables:
        if isinstance(table, dict):
            entry = cast("Mapping[str, object]", table)
            yield Provider(
                base_url=str(entry.get("base_url", "")),
                base_url_env=str(entry.get("base_url_env", "")),
                api_key_env=str(entry.get("api_key_env", "")),
                auth_token_env=str(entry.get("auth_token_env", "")),
                headers=_texts(entry.get("headers")),
                headers_env=_texts(entry.get("headers_env")),
            )


def _texts(table: object) -> dict[str, str]:
    return cast("dict[str, str]", table) if isinstance(table, dict) else {}
