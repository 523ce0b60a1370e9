"""Scenarios: refusals, errors inside streams, and what is no stream of this dialect at all."""

from __future__ import annotations

import json

from tests.servers.scenario import FIRST_CALL, JSON, STREAM, Reply, Scenario, answers, fails, stream
from tests.servers.scenarios_framing import good
from tests.servers.voices import CALL, HELLO, Voice

HTML = b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
TOO_LONG = (
    '{"error": {"code": "context_length_exceeded", "message": "Your input exceeds the context window of this model."}}',
    '{"type": "error", "error": {"type": "invalid_request_error", "message": "prompt is too long: 208310 tokens > 200000 maximum"}}',
    '{"error": {"message": "This model\'s maximum context length is 131072 tokens. However, you requested 140000 tokens."}}',
    '{"error": {"code": 400, "message": "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).", "status": "INVALID_ARGUMENT"}}',
    '{"error": {"message": "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000"}}',
    '{"error": {"type": "exceed_context_size_error", "message": "the request exceeds the available context size", "n_ctx": 4096}}',
    '{"object": "error", "message": "Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length"}',
    '{"error": "input length exceeds the context length"}',
    "Input is too long for requested model.",
)  # fmt: skip


def refused(status: int, body: bytes | str = b"", **headers: str) -> Reply:
    """A status with a body."""
    data = body.encode() if isinstance(body, str) else body
    return Reply((data,) if data else (), status, {"Content-Type": JSON, **headers})


def said(message: str, code: str = "") -> str:
    """An error as most servers write it."""
    return json.dumps({"error": {"message": message, "type": code or None, "code": code or None}})


def with_error(voice: Voice, *error: bytes, calls: bool = True) -> Reply:
    """A stream that began well, then an error, then its end as if nothing had been."""
    events = good(voice) if calls else voice.answer(HELLO)
    return stream([*events[:-2], *error, *events[-2:]])


def too_long(text: str) -> Scenario:
    """One wording, as the body of a 400."""
    return Scenario(
        f"context too long: {text[:60]}…", lambda _: refused(400, text), fails("context_exceeded", retryable=False)
    )


STATUSES = (
    Scenario("401", lambda _: refused(401, said("bad key")), fails("rejected", retryable=False, says="key")),
    Scenario("403 about the region", lambda _: refused(403, said("not available in your region")), fails("rejected", says="region")),
    Scenario("404", lambda _: refused(404, said("no model x")), fails("rejected", says="no model x")),
    Scenario("400", lambda _: refused(400, said("bad schema")), fails("rejected", retryable=False, says="bad schema")),
    Scenario("400 without a body", lambda _: refused(400), fails("rejected", retryable=False)),
    Scenario("413", lambda _: refused(413, "too big"), fails("context_exceeded", retryable=False)),
    Scenario("429 with Retry-After", lambda _: refused(429, said("slow"), **{"Retry-After": "7"}), fails("overloaded", retryable=True, wait=7.0)),
    Scenario("429 with retry-after-ms", lambda _: refused(429, said("slow"), **{"retry-after-ms": "1500"}), fails("overloaded", retryable=True, wait=1.5)),
    Scenario("429 with a negative Retry-After", lambda _: refused(429, said("slow"), **{"Retry-After": "-3"}), fails("overloaded", retryable=True)),
    Scenario("429 without credit", lambda _: refused(429, said("no credit", "insufficient_quota")), fails("rejected", retryable=False)),
    Scenario("500", lambda _: refused(500, said("oh no")), fails("overloaded", retryable=True, says="oh no")),
    Scenario("500 with a stream as body", lambda voice: Reply((voice.error("oh no"),), 500, {"Content-Type": STREAM}), fails("overloaded", retryable=True, says="oh no")),
    Scenario("502 with a web page", lambda _: Reply((HTML,), 502, {"Content-Type": "text/html"}), fails("overloaded", retryable=True, says="502 Bad Gateway")),
    Scenario("503 broken off", lambda _: Reply((b"wait", "reset"), 503, {"Content-Type": JSON}), fails("overloaded", retryable=True)),
    Scenario("529", lambda _: refused(529, said("Overloaded", "overloaded_error")), fails("overloaded", retryable=True, says="Overloaded")),
    Scenario("filtered request", lambda _: refused(400, said("flagged", "content_filter")), fails("filtered", retryable=False)),
    Scenario("redirect elsewhere", lambda _: refused(302, b"", Location="http://127.0.0.1:9/x"), fails("rejected", says="moved")),
    *map(too_long, TOO_LONG),
)  # fmt: skip

STREAMS = (
    Scenario("error event first", lambda voice: stream([voice.error("oh no")]), fails("overloaded", retryable=True, says="oh no")),
    Scenario("error event inside a text", lambda voice: with_error(voice, voice.error("oh no"), calls=False), fails("overloaded", retryable=True, says="oh no")),
    Scenario("error event after whole calls", lambda voice: with_error(voice, voice.error("oh no")), fails("overloaded", retryable=True)),
    Scenario("error event: overloaded", lambda voice: with_error(voice, voice.error("Overloaded", "overloaded_error")), fails("overloaded", retryable=True)),
    Scenario("error event: bad request", lambda voice: with_error(voice, voice.error("bad", "invalid_request_error")), fails("rejected", retryable=False)),
    Scenario("error event: context too long", lambda voice: with_error(voice, voice.error("prompt is too long: 9 tokens > 8 maximum", "invalid_request_error")), fails("context_exceeded")),
    Scenario("error event in OpenAI's form", lambda voice: with_error(voice, b'data: {"error": {"message": "oh no"}}\n\n'), fails("overloaded", says="oh no")),
    Scenario("event named error, no JSON", lambda voice: with_error(voice, b"event: error\ndata: oh no\n\n"), fails("overloaded", says="oh no")),
    Scenario("event that is no JSON", lambda voice: with_error(voice, good(voice)[0].split(b"data:")[0] + b"data: {oops\n\n"), fails("malformed", retryable=True, says="oops")),
    Scenario("event nested too deeply", lambda voice: with_error(voice, b"data: " + b"[" * 100_000 + b"\n\n"), fails("malformed", retryable=True)),
    Scenario("event that is a list", lambda voice: with_error(voice, b"data: [1]\n\n"), fails("malformed", retryable=True)),
    Scenario("web page with 200", lambda _: Reply((HTML,), 200, {"Content-Type": "text/html"}), fails("malformed", retryable=False, says="base_url")),
    Scenario("garbage with 200", lambda _: Reply((b"\x00\x01\xfe garbage " * 50,), 200, {"Content-Type": STREAM}), fails("malformed", retryable=False)),
    Scenario("plain text with 200", lambda _: Reply((b"upstream not configured\n",), 200, {"Content-Type": "text/plain"}), fails("malformed", retryable=False, says="upstream not configured")),
    Scenario("JSON instead of a stream", lambda voice: Reply((voice.body(HELLO, CALL),), 200, {"Content-Type": JSON}), answers("Grüße, 世界", calls=[FIRST_CALL], usage=(20, 5))),
    Scenario("half of JSON instead of a stream", lambda voice: Reply((voice.body(HELLO, CALL)[:-9],), 200, {"Content-Type": JSON}), fails("cut", retryable=True)),
    Scenario("JSON error with 200", lambda _: refused(200, said("oh no")), fails("overloaded", says="oh no")),
    Scenario("JSON of another protocol with 200", lambda _: refused(200, '{"model": "x", "done": false}'), fails("malformed", retryable=False, says="base_url")),
)  # fmt: skip
