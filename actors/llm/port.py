"""What the LLM streamer needs of a model, whatever carries it: start one request, hear its signals, cancel it.

`HttpModel` (actors/llm/http/model.py) is the real one; the simulation brings its own. A listener is called from the
port's own edge thread; it must only hand the signal on. After `cancel` returns no further signal of that request is
sent except the `Failed("cancelled")` that closes it: every request ends with exactly one `Finished` or `Failed`.

A port hands on the stop reason of `actors.transcript` and keeps the provider's own word and call ids beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol, TypeAlias

from msgspec import Struct

from actors.transcript import AssistantMessage, Transcript, Usage
from tools.tool import ToolDefinition

FailureKind: TypeAlias = Literal[
    "cancelled",
    "unreachable",
    "rejected",
    "overloaded",
    "cut",
    "stalled",
    "malformed",
    "empty",
    "context_exceeded",
    "filtered",
]
"""Why a request failed.

`rejected`: the request itself is wrong (4xx), a retry would fail again; `empty`: an answer with neither text nor calls;
`context_exceeded`: the request is longer than the model takes, so that only a shorter one helps; `filtered`: the
provider's rules forbid the request or its answer.
"""


class ModelCall(Struct, frozen=True):
    """One request to a model: everything a dialect needs to write it down."""

    model: str
    system: str
    transcript: Transcript
    tools: tuple[ToolDefinition, ...]
    max_tokens: int | None = None


class Piece(Struct, frozen=True):
    """Some more of the answer, in the order it came. Either text may be empty, not both."""

    text: str = ""
    reasoning: str = ""


class Finished(Struct, frozen=True):
    """The stream came to its own end: a finish reason was seen. `message` is the whole answer."""

    message: AssistantMessage
    usage: Usage


class Failed(Struct, frozen=True):
    """The request ended without an answer. `retry_after` is in seconds, from the server; `text` says what to do.

    `told` goes to the model with the next attempt, as a message that is not kept: what it did wrong.
    """

    kind: FailureKind
    text: str
    retryable: bool = False
    retry_after: float | None = None
    told: str = ""


ModelSignal: TypeAlias = Piece | Finished | Failed
Listener: TypeAlias = Callable[[ModelSignal], None]


class ModelPort(Protocol):
    """A model that can be asked. None of the methods blocks."""

    def start(self, request: str, call: ModelCall, listener: Listener) -> None:
        """Begin the request; signals follow on the port's own thread."""
        ...

    def cancel(self, request: str) -> None:
        """End the request at once, also before its first byte; unknown ids are ignored."""
        ...

    def close(self) -> None:
        """End everything that is in flight and let go of the connections."""
        ...
