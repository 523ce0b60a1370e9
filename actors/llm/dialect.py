"""How one kind of model server is spoken to, without any I/O: a call becomes bytes, bytes become signals.

A dialect is one module of this package with a function `create() -> Dialect`; `dialect_named` finds it by the module's
name, so that adding one is adding a file. `HttpModel` carries the bytes, and nothing here knows how. An instance
belongs to one session: it keeps what it has already encoded of the transcript and only appends.
"""

from __future__ import annotations

import importlib
import re
from typing import Protocol, cast

from msgspec import Struct

from actors.llm.port import Failed, Finished, ModelCall, Piece
from config.errors import ConfigError

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

    def create(self) -> Dialect:
        """A new instance for one session."""
        ...


def dialect_named(name: str) -> Dialect:
    """A new instance of the dialect that the module `actors.llm.<name>` holds.

    Raises:
        ConfigError: there is no such module, or it is no dialect.
    """
    module = None
    if re.fullmatch(r"[a-z][a-z0-9_]*", name):
        try:
            module = importlib.import_module(f"actors.llm.{name}")
        except ModuleNotFoundError as error:
            if error.name != f"actors.llm.{name}":
                raise
    if not hasattr(module, "create"):
        raise ConfigError(
            f"There is no dialect named {name!r}. Set `dialect` of the provider to openai_chat, which nearly every "
            "model server speaks."
        )
    return cast("DialectModule", module).create()
