"""Chooses who is asked: one provider, its model and its key. Never contacts a provider and never runs a command.

    script:FILE             the scripted model
    gguf:FILE               a model in a file on this machine
    an alias                what `model.aliases` says
    PROVIDER/MODEL          a provider by name, and its model
    PROVIDER                a provider by name, with the model of its table
    MODEL or short name     of the default provider
    nothing                 the default provider

The default provider is `openai` where `OPENAI_API_KEY` or `OPENAI_BASE_URL` is set, else the only one configured, else
the first of the built-in table whose variables are set, else the embedded `offline` model. `allowed_providers` fails
closed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from config.errors import ConfigError
from config.model_facts import EMBEDDED, FREE, ModelFacts
from config.models.address import GGUF, OWN_SCHEMES, ServerAddress, host_of, is_same_host, read_address
from config.models.known_models import facts_of
from config.models.known_providers import QUIRK_KEYS, is_at, is_hosted, known_providers, laid_over, with_quirks_of_host
from config.models.provider_access import NO_SECRET as NO_SECRET
from config.models.provider_access import SCRIPTED as SCRIPTED
from config.models.provider_access import ProviderAccess as ProviderAccess
from config.quirks import Quirks
from config.secrets import Secret
from config.settings import Provider, Settings

OPENAI = "openai"
OPENAI_MODEL = "gpt-5-mini"
"""The model where none was named; local servers of one model ignore the name."""
OFFLINE = "offline"
SCRIPT, FILE = "script:", "gguf:"
DEFAULT_DIALECT = "openai_chat"
DEFAULT_AUTH: Mapping[str, str] = {"anthropic": "x-api-key"}
"""How a dialect's servers take the key, where it is not as a bearer token."""
MOST_ALIASES = 8
"""Aliases that may name each other in a row."""
HOW_TO_CONFIGURE = (
    "set OPENAI_API_KEY, ANTHROPIC_API_KEY or OPENAI_BASE_URL, or add a table [providers.NAME] to the configuration"
)


def choose_provider(settings: Settings, environ: Mapping[str, str], directory: Path) -> ProviderAccess:
    """Who is asked. `directory` is what the path of a script is seen from.

    Raises:
        ConfigError: no provider is usable: unknown, not allowed, ambiguous, without a key or a usable address.
    """
    return choose_model(settings.model.name, settings, environ, directory)


def choose_model(name: str, settings: Settings, environ: Mapping[str, str], directory: Path) -> ProviderAccess:
    """The same for the model that `name` means, in place of the one configured.

    Raises:
        ConfigError: see `choose_provider`.
    """
    name = _unaliased(name, settings.model.aliases)
    if name.startswith(FILE):
        return _in_file(name.removeprefix(FILE), settings.allowed_providers, directory)
    if name.startswith(SCRIPT):
        return _scripted(name.removeprefix(SCRIPT), settings.allowed_providers, directory)
    providers = _providers(settings)
    key, model = _split(name, settings, providers, environ)
    access = _accessible(_chosen(key, providers[key], model, settings, environ), settings, environ)
    if not access.model:
        raise ConfigError(f"provider {key}: no model is named; write -m {key}/MODEL or set providers.{key}.model")
    return access


def access_to(key: str, settings: Settings, environ: Mapping[str, str]) -> ProviderAccess:
    """The provider of this name with the model of its table, which may be empty: for what asks it for its models.

    Raises:
        ConfigError: see `choose_provider`; or there is no provider of this name.
    """
    providers = _providers(settings)
    if key not in providers:
        raise ConfigError(f"there is no provider {key}; known: {', '.join(providers)}")
    return _accessible(_chosen(key, providers[key], "", settings, environ), settings, environ)


def effective_table(key: str, settings: Settings) -> Provider:
    """The built-in table of this provider with the user's own laid over it; empty where there is neither."""
    return laid_over(known_providers().get(key, Provider()), settings.providers.get(key, Provider()))


def choose_fallbacks(settings: Settings, environ: Mapping[str, str], directory: Path) -> tuple[ProviderAccess, ...]:
    """The models of `model.fallbacks`, in order.

    Raises:
        ConfigError: one of them cannot be asked; the text names it.
    """
    try:
        return tuple(choose_model(name, settings, environ, directory) for name in settings.model.fallbacks)
    except ConfigError as problem:
        raise ConfigError(f"model.fallbacks: {problem}") from problem


def available_providers(settings: Settings, environ: Mapping[str, str]) -> tuple[str, ...]:
    """The providers whose variables are set, in the order of preference, and behind them those configured."""
    set_up = tuple(key for key, known in known_providers().items() if _is_set_up(known, environ))
    return tuple(dict.fromkeys((*set_up, *settings.providers)))


class _Choice(Struct, frozen=True):
    """`provider` is the whole table with the address that holds, `own` what the user wrote of it."""

    key: str
    provider: Provider
    own: Provider
    model: str
    elsewhere: bool
    """It is at another host than its name says: that host is shown, must be allowed, and may need no key."""


def _unaliased(name: str, aliases: Mapping[str, str]) -> str:
    for _ in range(MOST_ALIASES):
        if name not in aliases or aliases[name] == name:
            return name
        name = aliases[name]
    raise ConfigError(f"model.aliases: {name} leads back to itself; name a model there")


def _scripted(path: str, allowed: tuple[str, ...] | None, directory: Path) -> ProviderAccess:
    if not path:
        raise ConfigError("model script: has no file; write script:FILE")
    _check_allowed("script", allowed)
    return msgspec.structs.replace(SCRIPTED, base_url=f"script://{os.path.normpath(directory / path)}")


def _in_file(path: str, allowed: tuple[str, ...] | None, directory: Path) -> ProviderAccess:
    if not path:
        raise ConfigError("model gguf: has no file; write gguf:PATH/OF/MODEL.gguf")
    _check_allowed("gguf", allowed)
    whole = os.path.normpath(directory / os.path.expanduser(path))  # noqa: PTH111 - joined as text
    return ProviderAccess("llama.cpp", f"{GGUF}{whole}", f"{FILE}{whole}", facts=ModelFacts(prices=FREE))


def _providers(settings: Settings) -> dict[str, Provider]:
    """The built-in ones, those configured laid over them, and the embedded one."""
    if OFFLINE in settings.providers:
        raise ConfigError(f"providers.{OFFLINE}: this name belongs to the embedded model; choose another name")
    providers = dict(known_providers())
    for key, own in settings.providers.items():
        providers[key] = laid_over(providers.get(key, Provider()), own)
    providers[OFFLINE] = Provider(name=OFFLINE, base_url="offline://model", model=OFFLINE)
    return providers


def _split(
    name: str, settings: Settings, providers: Mapping[str, Provider], environ: Mapping[str, str]
) -> tuple[str, str]:
    """The provider's key and the model that `name` means."""
    first, slash, rest = name.partition("/")
    _check_name(name, first if first in providers and slash and not rest else "")
    if first in providers:
        return first, rest
    if (owner := _owner_of(name, settings, providers, environ)) is not None:
        return owner, name
    several = _several(settings, environ) if name else ()
    default = OFFLINE if several else _default(settings, environ)
    if default != OFFLINE or not name:
        return default, name
    from difflib import get_close_matches  # noqa: PLC0415 - slow to import, and only errors need it

    near = get_close_matches(first, providers, n=1)
    hint = f"did you mean {near[0]}?" if near else HOW_TO_CONFIGURE
    if several:
        hint = f"did you mean {near[0]}?" if near else f"write one of {', '.join(f'{key}/{name}' for key in several)}"
        raise ConfigError(f"model {name}: several providers are configured, and it is none of their names; {hint}")
    raise ConfigError(f"model {name}: no provider is configured that could answer; {hint}")


def _check_name(name: str, provider: str) -> None:
    """A name that no provider could know is refused before it is sent to one."""
    if provider:
        raise ConfigError(f"model {name}: nothing stands behind the slash; write {provider}/MODEL, or {provider} alone")
    if not name.isprintable():
        raise ConfigError(f"model {name!r}: holds a character that no name has; type it anew")
    if name and not any(map(str.isalnum, name)):
        raise ConfigError(f"model {name}: is no name; write a model, PROVIDER/MODEL, or a provider")


def _several(settings: Settings, environ: Mapping[str, str]) -> tuple[str, ...]:
    """The configured providers among which none is the default; empty where one is."""
    configured = tuple(settings.providers)
    return configured if len(configured) > 1 and not _is_set_up(known_providers()[OPENAI], environ) else ()


def _default(settings: Settings, environ: Mapping[str, str]) -> str:
    set_up = tuple(key for key, known in known_providers().items() if _is_set_up(known, environ))
    if OPENAI in set_up:
        return OPENAI
    if several := _several(settings, environ):
        raise ConfigError(f"several providers are configured: choose one with -m NAME ({', '.join(several)})")
    return (*settings.providers, *set_up, OFFLINE)[0]


def _is_set_up(known: Provider, environ: Mapping[str, str]) -> bool:
    """Whether the environment holds what this provider needs: its key, or where it is."""
    variables = (known.api_key_env, known.auth_token_env, known.base_url_env)
    return any(environ.get(variable, "").strip() for variable in variables if variable)


def _owner_of(
    name: str, settings: Settings, providers: Mapping[str, Provider], environ: Mapping[str, str]
) -> str | None:
    """The provider that knows this short name: one configured or set up before one that is only built in."""
    preferred = (*settings.providers, *available_providers(settings, environ), *providers)
    return next((key for key in preferred if name in providers[key].models), None)


def _chosen(key: str, table: Provider, model: str, settings: Settings, environ: Mapping[str, str]) -> _Choice:
    moved = environ.get(table.base_url_env, "").strip() if table.base_url_env else ""
    named = environ.get(table.model_env, "").strip() if table.model_env else ""
    provider = msgspec.structs.replace(table, base_url=moved or table.base_url, model=named or table.model)
    known = known_providers().get(key, Provider())
    elsewhere = bool(moved) and not is_same_host(moved, table.base_url)
    if known.base_url and is_hosted(known):
        elsewhere = not is_same_host(provider.base_url, known.base_url)
    elsewhere = elsewhere and not is_at(known, host_of(provider.base_url))
    return _Choice(key, provider, settings.providers.get(key, Provider()), model, elsewhere)


def _accessible(choice: _Choice, settings: Settings, environ: Mapping[str, str]) -> ProviderAccess:
    host = host_of(choice.provider.base_url)
    _check_allowed(host if choice.elsewhere else choice.key, settings.allowed_providers)
    return _access(choice, environ)


def _access(choice: _Choice, environ: Mapping[str, str]) -> ProviderAccess:
    key, provider = choice.key, choice.provider
    address = _address(choice)
    dialect = address.dialect or provider.dialect or DEFAULT_DIALECT
    provider = with_quirks_of_host(msgspec.structs.replace(provider, base_url=address.base_url), dialect)
    model = provider.models.get(choice.model, choice.model) or provider.model
    credentials = _credentials(choice, environ)
    header = credentials.header or provider.auth_header or DEFAULT_AUTH.get(dialect, "bearer")
    embedded = provider.base_url.startswith(OWN_SCHEMES)
    return ProviderAccess(
        name=choice.own.name or ((host_of(provider.base_url) if choice.elsewhere else provider.name) or key),
        dialect=dialect,
        base_url=provider.base_url,
        model=model,
        key=credentials.key,
        key_variable=credentials.variable,
        headers=_headers(key, provider, environ),
        quirks=_quirks(provider, {**address.query, **provider.query}, header),
        facts=EMBEDDED if embedded else facts_of(key, provider, model),
        table=key,
        key_command=credentials.command,
        headers_command=provider.headers_command,
    )


def _address(choice: _Choice) -> ServerAddress:
    key, provider = choice.key, choice.provider
    if not provider.base_url:
        also = f"{provider.base_url_env} or " if provider.base_url_env else ""
        raise ConfigError(f"provider {key}: has no address; set {also}providers.{key}.base_url")
    try:
        address = read_address(provider.base_url, provider.dialect, provider.root_path)
    except ConfigError as problem:
        raise ConfigError(f"provider {key}: {problem}") from problem
    if choice.own.dialect and address.dialect and choice.own.dialect != address.dialect:
        told = f"the address is an endpoint of {address.dialect}, but dialect is {choice.own.dialect}"
        raise ConfigError(f"provider {key}: {told}; leave one of them out")
    return address


def _quirks(provider: Provider, query: dict[str, str], header: str) -> Quirks:
    said = {key: getattr(provider, key) for key in QUIRK_KEYS}
    given = {key: value for key, value in said.items() if value is not None and value != ""}
    return msgspec.convert({**given, "query": query, "auth_header": header}, Quirks)


class _Credentials(Struct, frozen=True):
    key: Secret = NO_SECRET
    variable: str = ""
    header: str = ""
    command: tuple[str, ...] = ()


def _credentials(choice: _Choice, environ: Mapping[str, str]) -> _Credentials:
    key, provider, variable = choice.key, choice.provider, choice.provider.api_key_env
    if token := _value(key, provider.auth_token_env, environ):
        return _Credentials(Secret(token), provider.auth_token_env, "bearer")
    if text := _value(key, variable, environ):
        return _Credentials(Secret(text), variable)
    if provider.api_key_command:
        return _Credentials(variable=variable, command=provider.api_key_command)
    is_needed = bool(choice.own.api_key_env) or (is_hosted(provider) and not choice.elsewhere)
    if variable and is_needed:
        raise ConfigError(f"provider {key}: its key is missing; set the environment variable {variable}")
    return _Credentials(variable=variable)


def _headers(key: str, provider: Provider, environ: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    found = dict(provider.headers)
    for name, variable in provider.headers_env.items():
        found[name] = _value(key, variable, environ)
        if not found[name]:
            missing = f"the value of its header {name} is missing; set the environment variable {variable}"
            raise ConfigError(f"provider {key}: {missing}")
    return tuple(found.items())


def _value(key: str, variable: str, environ: Mapping[str, str]) -> str:
    """The secret in this variable; empty where there is no variable or nothing in it."""
    text = environ.get(variable, "").strip() if variable else ""
    if text and not (text.isascii() and text.isprintable()):
        raise ConfigError(f"provider {key}: {variable} holds characters that no key has; copy the key again")
    return text


def _check_allowed(name: str, allowed: tuple[str, ...] | None) -> None:
    if allowed is not None and name not in allowed:
        listed = ", ".join(allowed) or "none"
        raise ConfigError(f"provider {name} is not allowed: allowed_providers lists {listed}")
