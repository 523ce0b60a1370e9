"""Settings in the environment: `CALLBOARD_TOOLS__TIME_LIMIT=5` is `tools.time_limit = 5`.

Two underscores stand for a dot; lists are written as JSON (`["a", "b"]`) or as one plain text; a few names are
short. An empty variable counts as unset. Used by `config.load`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from config.errors import ConfigError
from config.layer import LIST_KEYS, plant
from config.tree import Layer, Tree

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "CALLBOARD_"
SHORT_NAMES = {"MODEL": "model.name", "PERMISSION_MODE": "policy.mode", "ALLOWED_PROVIDERS": "allowed_providers"}
PROFILE = "CALLBOARD_PROFILE"
"""Names the profile, where `--profile` does not."""
NOT_SETTINGS = ("PROFILE", "JOB", "RUN", "GUARD", "SESSION", "INTERNAL")
"""First words of variables that are not settings: the ones that Callboard gives to its own children among them."""


def read_environment(environ: Mapping[str, str]) -> Layer:
    """The layer that the environment is.

    Raises:
        ConfigError: a `CALLBOARD_` variable that is no setting, or a list that is no JSON.
    """
    values: Tree = {}
    origins: dict[str, str] = {}
    for variable in sorted(environ):
        name = variable.removeprefix(PREFIX)
        if name == variable or not environ[variable] or name.partition("_")[0] in NOT_SETTINGS:
            continue
        key = SHORT_NAMES.get(name) or _key_of(variable, name)
        if not plant(values, tuple(key.split(".")), _value(variable, key, environ[variable])):
            raise ConfigError(f"environment {variable}: {key} is set twice; unset one of the two")
        origins[key] = f"environment {variable}"
    return Layer("environment", values, lax=True, origins=origins)


def _key_of(variable: str, name: str) -> str:
    key = name.lower().replace("__", ".")
    if "." not in key:
        from difflib import get_close_matches  # noqa: PLC0415 - slow to import, and only errors need it

        near = get_close_matches(name, SHORT_NAMES, n=1)
        hint = f"did you mean {PREFIX}{near[0]}?" if near else "a setting is written CALLBOARD_TABLE__KEY"
        raise ConfigError(f"environment {variable}: no such setting; {hint}")
    return key


def _in_schema(key: str) -> str:
    table, _, rest = key.partition(".")
    return f"{table}.NAME.{rest.partition('.')[2]}" if table == "providers" else key


def _value(variable: str, key: str, text: str) -> object:
    if not text.isascii() and text != text.encode("utf-8", "replace").decode():
        raise ConfigError(f"environment {variable}: {key}: is not UTF-8 text")
    if _in_schema(key) not in LIST_KEYS:
        return text
    if not text.lstrip().startswith("["):
        return [text]
    try:
        return msgspec.json.decode(text, type=list[str])
    except msgspec.DecodeError as problem:
        raise ConfigError(f'environment {variable}: {key}: must be one text or JSON such as ["a", "b"]') from problem
