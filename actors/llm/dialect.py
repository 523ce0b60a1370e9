"""How one kind of model server is spoken to, without any I/O: a call becomes bytes, bytes become signals.

A dialect is a module of `actors.llm.dialects` with a function `create(access) -> Dialect`, or a package there with such
a module named `dialect`; `dialect_named` finds it by name, so that adding one is adding a file. `HttpModel` carries the
bytes, and nothing here knows how. An instance belongs to one session: it keeps what it has already encoded of the
transcript and only appends.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from typing import TYPE_CHECKING, Protocol, cast

from msgspec import Struct

from actors.llm.port import Failed, Finished, ModelCall, Piece
from config.errors import ConfigError

if TYPE_CHECKING:
    from types import ModuleType

    from config.providers import ProviderAccess

DIALECTS = "actors.llm.dialects"

Headers = tuple[tuple[str, str], ...]


class HttpRequest(Struct, frozen=True):
    """A request to POST. `path` is appended to the provider's base URL; credentials are not part of it."""

    path: str
    headers: Headers
    body: bytes


class Decoder(Protocol):
    """Turns the body of one response into signals; fed as the bytes come, however they are cut."""

    @property
    def done(self) -> bool:
        """The server said its last word: whatever follows is of no interest."""
        ...

    @property
    def complete(self) -> bool:
        """The answer is whole, only its trailer may be missing: from here on silence or a cut is no failure."""
        ...

    @property
    def progress(self) -> int:
        """Grows with everything that becomes part of the answer; pings, comments and empty deltas leave it."""
        ...

    def feed(self, data: bytes) -> tuple[Piece, ...]:
        """Some more bytes; the pieces of the answer that they complete, neighbours of one sort joined."""
        ...

    def close(self) -> Finished | Failed:
        """There are no more bytes: what the answer amounts to."""
        ...


class Dialect(Protocol):
    """One session's way of writing requests down and reading answers."""

    def request(self, call: ModelCall) -> HttpRequest:
        """The call as a request. Costs what was added to the transcript since the last one, plus one copy."""
        ...

    def authorization(self, key: str) -> Headers:
        """The headers that let the bearer of this key in."""
        ...

    def decoder(self) -> Decoder:
        """A decoder for the response to the request that was written last."""
        ...


class DialectModule(Protocol):
    """What a module must hold to be a dialect."""

    def create(self, access: ProviderAccess) -> Dialect:
        """A new instance for one session with this provider: its quirks hold, its facts may be used."""
        ...


def dialect_named(access: ProviderAccess) -> Dialect:
    """A new instance of the dialect that `access` names, from `actors.llm.dialects`.

    Raises:
        ConfigError: there is no such module, or it is no dialect.
    """
    name = access.dialect
    module = None
    if re.fullmatch(r"[a-z][a-z0-9_]*", name):
        module = _module(f"{DIALECTS}.{name}")
        if hasattr(module, "__path__"):
            module = _module(f"{DIALECTS}.{name}.dialect")
    if not hasattr(module, "create"):
        raise ConfigError(
            f"There is no dialect named {name!r}. Set `dialect` to one of {', '.join(_names())}; nearly every model "
            "server speaks openai_chat."
        )
    return cast("DialectModule", module).create(access)


def _names() -> list[str]:
    folder = importlib.import_module(DIALECTS)
    return sorted(found.name for found in pkgutil.iter_modules(folder.__path__))


def _module(path: str) -> ModuleType | None:
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError as error:
        if error.name != path:
            raise
        return None
