"""What a scenario of the table is: what the server does, what has to come of it, and where it does not apply."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from actors.llm.port import Failed, FailureKind, Finished, Piece
from actors.transcript import StopReason
from tests.servers.voices import FIRST, Voice

Act: TypeAlias = bytes | Literal["reset", "end", "silence", "flood"]
"""Bytes of the body, or: break off with a reset, end before the body does, say nothing more, repeat the last for ever."""

STREAM = "text/event-stream"
JSON = "application/json"


@dataclass(frozen=True)
class Reply:
    """What the server does with one request."""

    acts: tuple[Act, ...] = ()
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": STREAM})
    head: bool = True
    """Whether there is a response at all."""


@dataclass(frozen=True)
class Heard:
    """What the port signalled."""

    pieces: tuple[Piece, ...]
    final: Finished | Failed

    @property
    def text(self) -> str:
        """What was shown."""
        return "".join(piece.text for piece in self.pieces)


Serve: TypeAlias = Callable[[Voice], Reply]
Expect: TypeAlias = Callable[[Heard], str]
"""Returns what is wrong; empty where nothing is."""


@dataclass(frozen=True)
class Scenario:
    """A row of the table. `skipped` tells by dialect why it does not apply there."""

    name: str
    serve: Serve
    expect: Expect
    skipped: Mapping[str, str] = field(default_factory=dict)


def stream(events: Iterable[Act]) -> Reply:
    """A stream of these events."""
    return Reply(tuple(events))


def whole(events: Iterable[bytes], **fields: object) -> Reply:
    """A stream that comes in one piece."""
    return Reply((b"".join(events),), **fields)  # type: ignore[arg-type]


def answers(
    text: str | None = None,
    *,
    calls: Iterable[tuple[str, str]] = (),
    stop: StopReason | None = None,
    reasoning: str | None = None,
    usage: tuple[int, int] | None = None,
) -> Expect:
    """There is an answer: with this text, calls of these names and arguments, for this reason."""

    def expect(heard: Heard) -> str:
        final = heard.final
        if isinstance(final, Failed):
            return f"failed ({final.kind}): {final.text}"
        message = final.message
        made = [(call.name, as_written(call.arguments)) for call in message.calls]
        found = {
            "text": (text, message.text),
            "shown": (text, heard.text),
            "calls": ([(name, as_written(text)) for name, text in calls], made),
            "stop": (stop, message.stop_reason),
            "reasoning": (reasoning, message.reasoning),
            "usage": (usage, (final.usage.input_tokens, final.usage.output_tokens)),
        }
        wrong = [f"{name} is {is_!r}" for name, (wanted, is_) in found.items() if wanted is not None and wanted != is_]
        if len({call.id for call in message.calls}) != len(made):
            wrong.append("ids of calls repeat")
        return "; ".join(wrong)

    return expect


def fails(*kinds: FailureKind, retryable: bool | None = None, says: str = "", wait: float | None = None) -> Expect:
    """There is no answer: a failure of one of these kinds, which says this, may be retried, and after so many seconds."""

    def expect(heard: Heard) -> str:
        final = heard.final
        if isinstance(final, Finished):
            return f"an answer: {final.message}"
        if final.kind not in kinds:
            return f"kind is {final.kind}: {final.text}"
        if retryable is not None and final.retryable is not retryable:
            return f"retryable is {final.retryable}"
        if wait is not None and final.retry_after != wait:
            return f"retry_after is {final.retry_after}"
        return "" if says in final.text else f"it says {final.text!r}"

    return expect


def as_written(arguments: str) -> str:
    """Arguments in one way of writing JSON; those that are none as they are."""
    try:
        return json.dumps(json.loads(arguments), ensure_ascii=False)
    except ValueError:
        return arguments


FIRST_CALL = (FIRST[1], FIRST[2])
