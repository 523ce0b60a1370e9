"""Scenarios: the same answer in every framing that servers and proxies give it."""

from __future__ import annotations

import gzip
from collections.abc import Callable

from tests.servers.scenario import FIRST_CALL, STREAM, Reply, Scenario, answers, fails, stream, whole
from tests.servers.voices import CALL, HELLO, THOUGHT, Events, Said, Voice, event

UNNAMED = {"openai_chat": "its events have no names"}


def good(voice: Voice) -> Events:
    """The answer that all of these are about."""
    return voice.answer(THOUGHT, HELLO, CALL)


GOOD = answers("Grüße, 世界", reasoning="hm", calls=[FIRST_CALL], stop="tool_calls", usage=(20, 5))


def framed(change: Callable[[bytes], bytes]) -> Callable[[Voice], Reply]:
    """The good answer with its bytes changed."""
    return lambda voice: whole([change(b"".join(good(voice)))])


def interspersed(voice: Voice, data: bytes) -> Reply:
    """The good answer with something between its events."""
    return stream(part for each in good(voice) for part in (data, each))


def unnamed(data: bytes) -> bytes:
    """Without the lines that name events."""
    return b"".join(line + b"\n" for line in data.split(b"\n")[:-1] if not line.startswith(b"event:"))


def in_bytes(voice: Voice) -> Reply:
    """A chunk for every byte, also inside of characters."""
    data = b"".join(good(voice))
    return stream(data[place : place + 1] for place in range(len(data)))


def compressed(voice: Voice) -> Reply:
    """Compressed although it was not asked for."""
    return Reply((gzip.compress(b"".join(good(voice))),), headers={"Content-Type": STREAM, "Content-Encoding": "gzip"})


def huge(voice: Voice) -> Reply:
    """A single event of two megabytes."""
    return stream(voice.answer(Said("x" * 2_000_000)))


FRAMING = (
    Scenario("whole answer", lambda voice: stream(good(voice)), GOOD),
    Scenario("whole answer in one read", lambda voice: whole(good(voice)), GOOD),
    Scenario("a read for each byte", in_bytes, GOOD),
    Scenario("CRLF", framed(lambda data: data.replace(b"\n", b"\r\n")), GOOD),
    Scenario("CR alone", framed(lambda data: data.replace(b"\n", b"\r")), GOOD),
    Scenario("data without space", framed(lambda data: data.replace(b"data: ", b"data:")), GOOD),
    Scenario("byte order mark", framed(lambda data: b"\xef\xbb\xbf" + data), GOOD),
    Scenario("empty lines first", framed(lambda data: b"\r\n\n\n" + data), GOOD),
    Scenario("comments between events", lambda voice: interspersed(voice, b": PROCESSING\n\n"), GOOD),
    Scenario("pings between events", lambda voice: interspersed(voice, voice.pause()), GOOD),
    Scenario("id and retry lines", framed(lambda data: data.replace(b"data:", b"id: 7\nretry: 10\ndata:")), GOOD),
    Scenario("events without names", framed(unnamed), GOOD, UNNAMED),
    Scenario("unknown events", lambda voice: interspersed(voice, event({"type": "new.thing", "x": [1]}, "new.thing")), GOOD),
    Scenario("compressed", compressed, GOOD),
    Scenario("last empty line missing", framed(lambda data: data.removesuffix(b"\n")), GOOD),
    Scenario("more after the end", framed(lambda data: data + b'data: {"more": 1}\n\nrubbish'), GOOD),
    Scenario("U+2028 inside a text", lambda voice: stream(voice.answer(Said("a\u2028b"))), answers("a\u2028b")),
    Scenario("huge event", huge, answers("x" * 2_000_000)),
    Scenario("event without end", lambda voice: Reply((b"data: " + b"x" * 1_000_000, "flood")), fails("malformed", "stalled")),
)  # fmt: skip
