"""Asks one provider which models it has: GET of its list, with a time limit for the whole and a bound for its size.

Used by `callboard models` and the chat's `/model`, each on a thread of its own. Never follows a redirect, since the key
would go along, and never tries twice. Nothing of what a server says is shown by this module.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import cast

import msgspec
import requests
from msgspec import Struct
from urllib3.exceptions import HTTPError

from actors.llm.http.limits import WaitLimits
from actors.llm.http.trouble import broken_off, never_sent
from config.known_secrets import is_telling
from config.model_facts import ModelFacts
from config.models.known_models import facts_of
from config.models.provider_access import ProviderAccess
from config.quirks import AuthHeader
from config.secrets import redact
from config.settings import Provider

LONGEST = 16_777_216
"""Bytes of a list."""
CHUNK = 65_536
MOST = 10_000
"""Models of one provider that are kept."""
WINDOWS = ("context_length", "max_model_len", "context_window", "max_context_length", "max_input_tokens")
"""What servers call the window of a model in their lists."""
OUTPUTS = ("max_output_tokens", "max_completion_tokens", "max_tokens")
PATHS: Mapping[str, str] = {"anthropic": "/v1/models?limit=1000"}
VERSIONS: Mapping[str, Mapping[str, str]] = {"anthropic": {"anthropic-version": "2023-06-01"}}
OK, MOVED, FORBIDDEN = 200, range(300, 400), frozenset({401, 403})


class ListedModel(Struct, frozen=True):
    """One model that the provider offers, and what is known of it."""

    name: str
    facts: ModelFacts


class NoListError(Exception):
    """The provider gave no list; the text says why and what to do, without anything secret."""


class ListLimits(Struct):
    """Seconds: of the connect, of each silence, and of the whole."""

    connect_limit: float = 3.0
    stall_limit: float = 5.0
    whole: float = 10.0


def list_models(access: ProviderAccess, own: Provider, limits: ListLimits) -> tuple[ListedModel, ...]:
    """The provider's models in its own order. `own` is the user's table of it, whose facts come first.

    Raises:
        NoListError: there is none.
    """
    if access.embedded:
        return (ListedModel(access.model, access.facts),)
    try:
        said = _asked(access, limits)
    except (requests.RequestException, HTTPError, OSError, ValueError) as problem:
        raise NoListError(_why(problem, access, limits)) from problem
    entries = _entries(said)
    if entries is None:
        raise NoListError(f"{access.place} answered with no list of models; is base_url right?")
    named = ((name, entry) for entry in entries[:MOST] if (name := _name(entry)))
    return tuple(ListedModel(name, _facts(access, own, name, entry)) for name, entry in named)


def _asked(access: ProviderAccess, limits: ListLimits) -> bytes:
    deadline = time.monotonic() + limits.whole
    with (
        requests.Session() as session,
        session.get(
            access.base_url + PATHS.get(access.dialect, "/models"),
            params=access.quirks.query,
            headers={**VERSIONS.get(access.dialect, {}), **_authorization(access), **dict(access.headers)},
            timeout=(limits.connect_limit, limits.stall_limit),
            stream=True,
            allow_redirects=False,
            auth=_as_it_is,
        ) as response,
    ):
        if response.status_code != OK:
            raise NoListError(_refused(response.status_code, access))
        try:
            return _read(response, access, deadline)
        except (requests.RequestException, HTTPError, OSError) as problem:
            raise NoListError(broken_off(problem).text) from problem


def _read(response: requests.Response, access: ProviderAccess, deadline: float) -> bytes:
    said = bytearray()
    while chunk := response.raw.read1(CHUNK, decode_content=True):  # whatever has come, so that the deadline is seen
        said += chunk
        if len(said) > LONGEST:
            raise NoListError(f"{access.place} sends a list of more than {LONGEST} bytes")
        if time.monotonic() > deadline:
            raise NoListError(f"{access.place} sent its list too slowly")
    return bytes(said)


def _authorization(access: ProviderAccess) -> dict[str, str]:
    key, header = access.key.reveal(), access.quirks.auth_header
    bearer: AuthHeader = "bearer"
    if not key:
        return {}
    return {"Authorization": f"Bearer {key}"} if header == bearer else {header: key}


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keeps requests from taking a password out of ~/.netrc in place of our key."""
    return request


def _why(problem: Exception, access: ProviderAccess, limits: ListLimits) -> str:
    secrets = [access.key.reveal(), *(value for name, value in access.headers if is_telling(name))]
    waits = WaitLimits(limits.connect_limit, limits.stall_limit)
    return redact(never_sent(problem, access, waits, reused=False).text, filter(None, secrets))


def _refused(status: int, access: ProviderAccess) -> str:
    if status in FORBIDDEN:
        variable = access.key_variable or f"providers.{access.table}.api_key_env"
        return f"{access.place} answered {status}: " + (f"check {variable}" if access.key else f"set {variable}")
    if status in MOVED:
        return f"{access.place} answered {status}: it has moved; set base_url to its new address"
    return f"{access.place} answered {status} to the question for its models"


def _entries(said: bytes) -> list[object] | None:
    try:
        value = msgspec.json.decode(said)
    except (msgspec.DecodeError, RecursionError):
        return None
    if isinstance(value, dict):
        table = cast("dict[str, object]", value)
        value = table.get("data", table.get("models"))
    return cast("list[object]", value) if isinstance(value, list) else None


def _name(entry: object) -> str:
    """The id, without Gemini's `models/`; empty where there is none."""
    if not isinstance(entry, dict):
        return ""
    table = cast("dict[str, object]", entry)
    name = table.get("id") or table.get("name") or table.get("model")
    return name.removeprefix("models/") if isinstance(name, str) else ""


def _facts(access: ProviderAccess, own: Provider, name: str, entry: object) -> ModelFacts:
    """What the configuration and the built-in table say; a window that neither knows is the server's."""
    facts = facts_of(access.table, own, name)
    table = cast("dict[str, object]", entry)
    meta = table.get("meta")
    trained = cast("dict[str, object]", meta).get("n_ctx_train") if isinstance(meta, dict) else None
    window = _first_number([table.get(key) for key in WINDOWS] + [trained])
    if facts.window_assumed and window:
        facts = msgspec.structs.replace(facts, context_window=window, window_assumed=False)
    if facts.output_limit is None:
        facts = msgspec.structs.replace(facts, output_limit=_first_number([table.get(key) for key in OUTPUTS]))
    return facts


def _first_number(values: list[object]) -> int | None:
    return next((value for value in values if type(value) is int and value > 0), None)
