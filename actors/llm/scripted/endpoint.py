"""What a scripted server needs of a dialect: to read its requests as `ChatRequest` and to write its streams.

An endpoint is a module of `actors.llm.scripted.endpoints`, found by the path of a request: `/v1/chat/completions` is
answered by `chat_completions`, `/v1/messages` by `messages`. So a new one is a new file, and only the one that is asked
is imported. Shared by every carrier of the scripted and the offline model. No I/O.
"""

from __future__ import annotations

import importlib
import re
from typing import TYPE_CHECKING, Protocol, cast

import msgspec

from actors.llm.scripted.script import ScriptedStep, UsageStep

if TYPE_CHECKING:
    from collections.abc import Iterable

    from actors.llm.scripted.chat_request import ChatRequest
    from actors.llm.scripted.script import CallStep

ENDPOINTS = "actors.llm.scripted.endpoints"
LONGEST_NAME = 2
"""Segments of a path that name an endpoint, at most."""
NOT_FOUND = 404


class StreamWriter(Protocol):
    """Writes one answer as a stream of its dialect. Each chunk of bytes that is returned is one event."""

    def opening(self, usage: UsageStep) -> Iterable[bytes]:
        """What comes before everything else; `usage` is what will be counted in the end."""
        ...

    def text(self, text: str) -> Iterable[bytes]:
        """Some more of the answer."""
        ...

    def reasoning(self, text: str) -> Iterable[bytes]:
        """Some more of the thoughts."""
        ...

    def call(self, call: CallStep) -> Iterable[bytes]:
        """A whole call: its name first, then its arguments in fragments."""
        ...

    def ending(self, finish: str, usage: UsageStep | None) -> Iterable[bytes]:
        """The end of the stream. `finish` is a finish reason of chat completions, or a word of the dialect's own."""
        ...


class Endpoint(Protocol):
    """What a module must hold to be an endpoint. `PATH` is what its requests' paths end in, with a slash before."""

    PATH: str

    def read_request(self, body: bytes) -> ChatRequest:
        """The request in this body.

        Raises:
            ValueError: it is none.
        """
        ...

    def stream_writer(self, asked: ChatRequest) -> StreamWriter:
        """A writer for the answer to this request."""
        ...


def endpoint_at(path: str) -> Endpoint | None:
    """The endpoint of requests to this path, or to the address that ends in it; None where there is none."""
    for place in (path.partition("?")[0], path):  # a query, or a file name with a question mark in it
        segments = place.rstrip("/").split("/")
        for length in range(LONGEST_NAME, 0, -1):
            name = "_".join(segments[-length:])
            if re.fullmatch(r"[a-z][a-z0-9_]*", name) and (found := _module(name)) is not None:
                return found
    return None


def unknown_path(path: str) -> ScriptedStep:
    """What is answered where there is no endpoint."""
    problem = {"message": f"The scripted model has no endpoint {path}.", "type": "not_found_error"}
    return ScriptedStep(status=NOT_FOUND, body=msgspec.json.encode({"error": problem}).decode())


def fragments(call: CallStep) -> tuple[str, ...]:
    """The text of a call's arguments in as many pieces as the script wants, at most one a character."""
    arguments = call.arguments
    text = arguments if isinstance(arguments, str) else msgspec.json.encode(arguments).decode()
    size = max(1, -(-len(text) // call.fragments))
    return tuple(text[start : start + size] for start in range(0, len(text), size))


def _module(name: str) -> Endpoint | None:
    path = f"{ENDPOINTS}.{name}"
    try:
        return cast("Endpoint", importlib.import_module(path))
    except ModuleNotFoundError as error:
        if error.name != path:
            raise
        return None
