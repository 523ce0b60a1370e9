"""Reads the address of a model server as people write it: a base URL, a base URL with a query, or a whole endpoint.

Used by `config.providers`. Pure: never looks a host up. The password that an address may hold is never in an error.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from config.errors import ConfigError

ENDPOINTS: Mapping[str, str] = {
    "/chat/completions": "openai_chat",
    "/responses": "openai_responses",
    "/v1/messages": "anthropic",
    "/messages": "anthropic",
}
"""Ends of paths that are an endpoint and not a base, and the dialect that is spoken there."""
VERSIONLESS = "anthropic"
"""The dialect whose base URL, by its vendor's convention, ends before `/v1`."""
OWN_SCHEMES = ("offline://", "script://")
"""Models that live in this process."""


class ServerAddress(Struct, frozen=True):
    """A base URL without its query and its endpoint, and what these said. `dialect` is empty if no endpoint told it."""

    base_url: str
    query: Mapping[str, str]
    dialect: str = ""


def read_address(text: str, dialect: str = "", root: str = "") -> ServerAddress:
    """The address `text` of a server that speaks `dialect` (empty: not said); `root` is its path where it has none.

    Raises:
        ConfigError: it is no http or https address with a host.
    """
    if text.startswith(OWN_SCHEMES):
        return ServerAddress(text, {})
    text = text.strip()
    scheme, mark, rest = text.partition("://")
    if scheme.lower() not in ("http", "https") or not mark or not _is_host(host_of(text)) or _is_unwritable(rest):
        raise ConfigError(f'"{shown(text)}" is no address; write http://HOST/v1 or https://HOST/v1')
    place, _, query = rest.partition("?")
    authority, slash, path = place.partition("/")
    path = slash + path.rstrip("/")
    end = next((end for end in ENDPOINTS if path.endswith(end)), "")
    spoken = ENDPOINTS.get(end, "")
    path = _base_path(path.removesuffix(end).rstrip("/"), spoken or dialect)
    return ServerAddress(f"{scheme.lower()}://{authority}{path or ('' if end else root)}", _read_query(query), spoken)


def host_of(address: str) -> str:
    """Host and port, without name and password."""
    return _authority(address).rpartition("@")[2]


def is_same_host(one: str, other: str) -> bool:
    """Whether two addresses lead to the same host and port."""
    return host_of(one).lower() == host_of(other).lower()


def place_of(address: str) -> str:
    """The address as it may be shown: without name, password and query."""
    scheme, mark, rest = address.partition("://")
    path = rest.partition("?")[0].partition("#")[0].partition("/")
    return f"{scheme}{mark}{host_of(address)}{path[1]}{path[2]}"


def shown(address: str) -> str:
    """The address with its password and the values of its query replaced, to be recognised by who wrote it."""
    scheme, mark, rest = address.partition("://")
    if not mark:
        return address
    place, question, query = rest.partition("?")
    authority, slash, path = place.partition("/")
    login, at, host = authority.rpartition("@")
    name, colon, _ = login.partition(":")
    hidden = f"{name}{colon}[hidden]" if colon else name
    names = "&".join(f"{pair.partition('=')[0]}=[hidden]" for pair in query.split("&") if pair)
    return f"{scheme}{mark}{hidden}{at}{host}{slash}{path}{question}{names}"


def _authority(address: str) -> str:
    rest = address.partition("://")[2]
    return rest.partition("/")[0].partition("?")[0].partition("#")[0]


def _is_host(host: str) -> bool:
    name, colon, port = host.rpartition(":")
    if host.startswith("["):
        return "]" in host
    return bool(name) and port.isdigit() if colon else bool(host)


def _is_unwritable(rest: str) -> bool:
    return "#" in rest or any(character.isspace() or not character.isprintable() for character in rest)


def _base_path(path: str, dialect: str) -> str:
    return path.removesuffix("/v1") if dialect == VERSIONLESS else path


def _read_query(text: str) -> dict[str, str]:
    if not text:
        return {}
    from urllib.parse import parse_qsl  # noqa: PLC0415 - slow to import, and few addresses have a query

    return dict(parse_qsl(text, keep_blank_values=True))
