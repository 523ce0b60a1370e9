"""The identical-call guard: the same calls with the same results, again and again, are a circle.

After each step of a turn the turn loop adds the step's calls; the verdict says when to tell the model and when to stop.
A call that is new, or whose result is another one, is progress: the counts begin anew, so that running the tests after
each edit is no circle, while A, B, A, B is one. However many calls one answer holds, it is told before it is stopped.
Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b

from msgspec import Struct
from msgspec.structs import replace

from actors.blocks import ToolCall
from actors.transcript import AssistantMessage, ToolMessage, TranscriptMessage

TOLD_AT = 3
STOPPED_AT = 6
REMEMBERED = 40
"""Different calls since the last progress; a circle of more is not seen."""

ADVICE = (
    "[Callboard: you have called {name} {times} times with the same arguments and the same result, and nothing else "
    "changed. Calling it again will give the same. Do something else, or say what is missing.]"
)
REASON = (
    "The model went round in a circle: it called {name} {times} times with the same arguments and the same result, and "
    "went on after it was told. Say what to do instead, or try another model."
)


class SeenCall(Struct, frozen=True):
    """A call with its result, as a digest, and how often it came since the last progress."""

    digest: bytes
    name: str
    times: int
    told: bool = False
    """The model was told of the circle."""


SeenCalls = tuple[SeenCall, ...]


def seen_after(seen: SeenCalls, messages: Sequence[TranscriptMessage]) -> SeenCalls:
    """What was seen, with the calls of the last step of these messages."""
    for call, result in _last_step(messages):
        told = f"{call.name}\0{call.arguments}\0{result.result.outcome}\0{result.result.text}"
        digest = blake2b(told.encode("utf-8", "surrogatepass"), digest_size=12).digest()
        before = next((known for known in seen if known.digest == digest), None)
        others = tuple(known for known in seen if known.digest != digest)
        if before is None:
            others = tuple(SeenCall(known.digest, known.name, 1) for known in others)
            before = SeenCall(digest, call.name, 0)
        seen = (*others, replace(before, times=before.times + 1))[-REMEMBERED:]
    return seen


def told_of(seen: SeenCalls) -> SeenCalls:
    """The same once the model was told: from now on it may be stopped."""
    return tuple(replace(known, told=True) for known in seen)


def most_repeated(seen: SeenCalls) -> SeenCall | None:
    """The call that came most often, if often enough to speak of it."""
    worst = max(seen, key=lambda known: known.times, default=None)
    return worst if worst is not None and worst.times >= TOLD_AT else None


def _last_step(messages: Sequence[TranscriptMessage]) -> Iterable[tuple[ToolCall, ToolMessage]]:
    results: list[ToolMessage] = []
    for message in reversed(messages):
        if isinstance(message, ToolMessage):
            results.append(message)
            continue
        calls = {call.id: call for call in message.calls} if isinstance(message, AssistantMessage) else {}
        return [(calls[result.call], result) for result in reversed(results) if result.call in calls]
    return ()
