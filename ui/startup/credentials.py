"""Completes the access to a provider with what its commands print: its key and its headers.

Used where a session or a switch of model is planned, and by `callboard models`. A command runs once for each of these.
The configuration of an untrusted repository cannot name one: `providers` is a power (`config.permissions.trust`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from config.errors import ConfigError
from config.secrets import Secret

if TYPE_CHECKING:
    from config.models.provider_access import ProviderAccess


def with_credentials(access: ProviderAccess) -> ProviderAccess:
    """The access with its key and all of its headers.

    Raises:
        ConfigError: a command failed, or printed what cannot be sent.
    """
    if not access.key_command and not access.headers_command:
        return access
    key, headers = access.key, dict(access.headers)
    if access.key_command:
        key = _key(access.key_command, f"providers.{access.table}.api_key_command")
    if access.headers_command:
        headers.update(_headers(access.headers_command, f"providers.{access.table}.headers_command"))
    return replace(access, key=key, headers=tuple(headers.items()), key_command=(), headers_command=())


def _key(command: tuple[str, ...], setting: str) -> Secret:
    first = _printed(command, setting).strip().partition("\n")[0].strip()
    if not first:
        raise ConfigError(f"{setting}: {command[0]} printed nothing; it must print the key on its first line")
    _check(first, setting)
    return Secret(first)


def _headers(command: tuple[str, ...], setting: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, _printed(command, setting).splitlines())):
        name, colon, value = line.partition(":")
        if not colon or not name.strip().replace("-", "").replace("_", "").isalnum():
            raise ConfigError(f"{setting}: {command[0]} printed a line that is no header; write `Name: value` a line")
        _check(line, setting)
        found[name.strip()] = value.strip()
    return found


def _printed(command: tuple[str, ...], setting: str) -> str:
    from ui.startup.secret_command import printed_by  # noqa: PLC0415 - few have such a command

    return printed_by(command, setting)


def _check(text: str, setting: str) -> None:
    if not text.isascii() or not text.isprintable():
        raise ConfigError(f"{setting}: printed characters that no header may hold; look at its output")
