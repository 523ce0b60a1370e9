"""Chooses who is asked: one provider, its model and its key. Never contacts anybody.

    script:FILE             the scripted model
    PROVIDER/MODEL          a provider by name, and its model
    PROVIDER                a provider by name, with the model of its table
    MODEL or short name     of the default provider
    nothing                 the default provider

The default provider is `openai` where `OPENAI_API_KEY` or `OPENAI_BASE_URL` is set, else the only one configured,
else the embedded `offline` model. `allowed_providers` fails closed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from config.errors import ConfigError
from config.model_facts import EMBEDDED, NO_FACTS, ModelFacts
from config.quirks import Quirks
from config.secrets import Secret
from config.settings import Provider, Settings

OPENAI = "openai"
OPENAI_URL = "https://api.openai.com/v1"
OPENAI_MODEL = "gpt-5-mini"
"""The model where none was named; local servers of one model ignore the name."""
OFFLINE = "offline"
WELL_KNOWN: Mapping[str, Provider] = {
    OPENAI: Provider(),
    "openrouter": Provider(
        name="OpenRouter", base_url="https://openrouter.ai/api/v1", api_key_env="OPENROUTER_API_KEY"
    ),
    "ollama": Provider(name="Ollama", base_url="http://127.0.0.1:11434/v1"),
    "lmstudio": Provider(name="LM Studio", base_url="http://127.0.0.1:1234/v1"),
    "llamacpp": Provider(name="llama.cpp", base_url="http://127.0.0.1:8080/v1", model="default"),
}
"""Providers that need no table in the configuration; a table of the same name replaces one."""
SCRIPT = "script:"
OWN_SCHEMES = ("offline://", "script://")
"""Models that live in this process."""
NO_SECRET = Secret()
NO_QUIRKS = Quirks()
HOW_TO_CONFIGURE = "set OPENAI_API_KEY or OPENAI_BASE_URL, or add a table [providers.NAME] to the configuration"


class ProviderAccess(Struct, frozen=True):
    """Everything that is needed to ask one model. `name` is for people and always shown; so may `key_variable` be."""

    name: str
    base_url: str
    model: str
    dialect: str = "openai_chat"
    key: Secret = NO_SECRET
    key_variable: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    quirks: Quirks = NO_QUIRKS
    facts: ModelFacts = NO_FACTS

    def __repr__(self) -> str:
        return f"ProviderAccess({self.name!r}, {self.place!r}, {self.model!r})"

    @property
    def embedded(self) -> bool:
        """Whether the model is part of Callboard: nothing leaves the machine and nothing is paid."""
        return self.base_url.startswith(OWN_SCHEMES)

    @property
    def place(self) -> str:
        """The address as it may be shown: without name, password and query."""
        scheme, _, rest = self.base_url.partition("://")
        path = rest.partition("?")[0].partition("/")
        return f"{scheme}://{_host(self.base_url)}{path[1]}{path[2]}"

    def secrets(self) -> tuple[str, ...]:
        """What must be blackened wherever text is kept."""
        return tuple(filter(None, (self.key.reveal(), *(value for _, value in self.headers))))


SCRIPTED = ProviderAccess("scripted", "script://model", "scripted", "scripted", facts=EMBEDDED)
"""A scripted model that no file names: of drills and tests."""


def choose_provider(settings: Settings, environ: Mapping[str, str], directory: Path) -> ProviderAccess:
    """Who is asked. `directory` is what the path of a script is seen from.

    Raises:
        ConfigError: no provider is usable: unknown, not allowed, ambiguous, without a key or a usable address.
    """
    name = settings.model.name
    if name.startswith(SCRIPT):
        return _scripted(name.removeprefix(SCRIPT), settings.allowed_providers, directory)
    providers = _providers(settings, environ)
    chosen, model = _split(settings, providers, environ)
    return _access(_Choice(chosen, providers[chosen], model), settings, environ)


class _Choice(Struct, frozen=True):
    key: str
    provider: Provider
    model: str


def _scripted(path: str, allowed: tuple[str, ...] | None, directory: Path) -> ProviderAccess:
    if not path:
        raise ConfigError("model script: has no file; write script:FILE")
    _check_allowed("script", allowed)
    return ProviderAccess("scripted", f"script://{os.path.normpath(directory / path)}", "scripted", facts=EMBEDDED)


def _providers(settings: Settings, environ: Mapping[str, str]) -> dict[str, Provider]:
    """Those configured, the embedded one, and `openai` as the environment has it."""
    if OFFLINE in settings.providers:
        raise ConfigError(f"providers.{OFFLINE}: this name belongs to the embedded model; choose another name")
    offline = Provider(name=OFFLINE, base_url="offline://model", model=OFFLINE)
    providers = {**WELL_KNOWN, **settings.providers, OFFLINE: offline}
    openai = providers[OPENAI]
    address = environ.get("OPENAI_BASE_URL", "") or openai.base_url or OPENAI_URL
    providers[OPENAI] = msgspec.structs.replace(
        openai,
        name=openai.name or (OPENAI if address.rstrip("/") == OPENAI_URL else _host(address)),
        base_url=address,
        api_key_env=openai.api_key_env or ("OPENAI_API_KEY" if _needs_key(address, environ) else ""),
        model=environ.get("OPENAI_MODEL", "") or openai.model or OPENAI_MODEL,
    )
    return providers


def _needs_key(address: str, environ: Mapping[str, str]) -> bool:
    return bool(environ.get("OPENAI_API_KEY")) or address.rstrip("/") == OPENAI_URL


def _split(settings: Settings, providers: Mapping[str, Provider], environ: Mapping[str, str]) -> tuple[str, str]:
    """The provider's key and the model that `model.name` means."""
    name = settings.model.name
    first, slash, rest = name.partition("/")
    if first in providers and (rest or not slash):
        return first, rest
    if (owner := _owner_of(name, providers)) is not None:
        return owner, name
    default = _default(settings, environ)
    if default != OFFLINE or not name:
        return default, name
    from difflib import get_close_matches  # noqa: PLC0415 - slow to import, and only errors need it

    near = get_close_matches(first, providers, n=1)
    hint = f"did you mean {near[0]}?" if near else HOW_TO_CONFIGURE
    raise ConfigError(f"model {name}: no provider is configured that could answer; {hint}")


def _default(settings: Settings, environ: Mapping[str, str]) -> str:
    if environ.get("OPENAI_API_KEY") or environ.get("OPENAI_BASE_URL"):
        return OPENAI
    configured = tuple(settings.providers)
    if len(configured) > 1:
        raise ConfigError(f"several providers are configured: choose one with -m NAME ({', '.join(configured)})")
    return configured[0] if configured else OFFLINE


def _owner_of(name: str, providers: Mapping[str, Provider]) -> str | None:
    """The provider that knows this short name."""
    return next((key for key, provider in providers.items() if name in provider.models), None)


def _access(choice: _Choice, settings: Settings, environ: Mapping[str, str]) -> ProviderAccess:
    key, provider = choice.key, choice.provider
    _check_address(key, provider.base_url)
    _check_allowed(_allowed_as(choice), settings.allowed_providers)
    model = provider.models.get(choice.model, choice.model) or provider.model
    if not model:
        raise ConfigError(f"provider {key}: no model is named; write -m {key}/MODEL or set providers.{key}.model")
    return ProviderAccess(
        name=provider.name or key,
        dialect=provider.dialect,
        base_url=provider.base_url,
        model=model,
        key=_key(key, provider, environ),
        key_variable=provider.api_key_env,
        headers=tuple(provider.headers.items()),
        facts=EMBEDDED if provider.base_url.startswith(OWN_SCHEMES) else NO_FACTS,
    )


def _check_address(key: str, address: str) -> None:
    if not address:
        raise ConfigError(f"provider {key}: has no address; set providers.{key}.base_url")
    if address.startswith(OWN_SCHEMES):
        return
    scheme, mark, rest = address.partition("://")
    if scheme not in ("http", "https") or not mark or not _host(address) or any(c.isspace() for c in rest):
        raise ConfigError(f'provider {key}: "{address}" is no address; write http://HOST/v1 or https://HOST/v1')


def _allowed_as(choice: _Choice) -> str:
    """What the allow-list must name: the key; where the environment chose another host, only that host counts."""
    address = choice.provider.base_url
    redirected = choice.key == OPENAI and address.rstrip("/") != OPENAI_URL
    return _host(address) if redirected else choice.key


def _check_allowed(name: str, allowed: tuple[str, ...] | None) -> None:
    if allowed is not None and name not in allowed:
        listed = ", ".join(allowed) or "none"
        raise ConfigError(f"provider {name} is not allowed: allowed_providers lists {listed}")


def _key(key: str, provider: Provider, environ: Mapping[str, str]) -> Secret:
    variable = provider.api_key_env
    if not variable:
        return NO_SECRET
    text = environ.get(variable, "").strip()
    if not text:
        raise ConfigError(f"provider {key}: its key is missing; set the environment variable {variable}")
    if not text.isascii() or not text.isprintable():
        raise ConfigError(f"provider {key}: {variable} holds characters that no key has; copy the key again")
    return Secret(text)


def _host(address: str) -> str:
    """Host and port, without name and password."""
    return address.partition("://")[2].partition("/")[0].rpartition("@")[2]
