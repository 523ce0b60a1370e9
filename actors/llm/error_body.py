"""Finds what a server says about an error: its words, codes and the pause that it asks for.

Used by `actors.llm.failures`. Servers put the object into `error`, a list, the top level or, as gateways do, as JSON
text inside another error's `metadata.raw`; every field may be missing or of another sort. Server text is shortened and
stripped of markup here. Pure.
"""

from __future__ import annotations

import html
import json
import math
import re
from typing import TypeAlias, cast

import msgspec

from actors.llm.sound_text import sound

LONGEST_TEXT = 600
"""Characters of a server's own words that are passed on."""
LONGEST_READ = 2_400
"""Characters that are looked at."""

DEEPEST = 4
"""Errors inside errors that are looked into."""

MARKUP = re.compile(r"<(?:style|script).*?</(?:style|script)>|<[^>]*>", re.DOTALL | re.IGNORECASE)
CONTAINERS = ("error", "detail", "errors", "Error")
WORDS = ("message", "Message", "msg", "detail", "error_description", "error_message", "errorMessage", "reason")
CODES = ("code", "type", "status", "__type", "error_type")
PAUSE = re.compile(
    r"(?:try again|retry)(?: \w+)? (?:in|after) (?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?) ?(ms|s|seconds?)\b)?",
    re.IGNORECASE,
)
ERROR_STATUSES = frozenset(map(str, range(400, 600)))
DURATION = re.compile(r"(\d+(?:\.\d+)?)s?")

ErrorFields: TypeAlias = "dict[str, object]"


class ServerError(msgspec.Struct, frozen=True):
    """What was found. `codes` are the words of code, type and status, of gateways and of what is behind them."""

    text: str = ""
    codes: tuple[str, ...] = ()
    status: int = 0
    """An HTTP status that the object itself names; 0: none."""
    delay: float | None = None
    """Seconds to wait, as the object asks."""
    generation: str = ""
    """What the model wrote and the server could not read as a call (Groq's `failed_generation`)."""


NO_ERROR = ServerError()


def error_of_body(body: bytes) -> ServerError:
    """What the body of a refusal says; its plain text where it is no JSON."""
    try:
        value: object = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        value = _leniently(body)
    return error_of(value)


def error_of(value: object, depth: int = DEEPEST) -> ServerError:
    """What an error object, or a text, says."""
    if isinstance(value, list):
        value = next(iter(cast("list[object]", value)), None)
    if isinstance(value, dict):
        fields = cast("ErrorFields", value)
        inner = next((fields[name] for name in CONTAINERS if fields.get(name)), None)
        if isinstance(inner, list) and fields.get("errors") is inner:
            inner = cast("list[object]", inner)[0]
        if inner is None:
            return _of_object(fields, depth)
        found = _of_object(inner if isinstance(inner, dict) else {"message": inner}, depth)  # pyright: ignore[reportUnknownArgumentType]
        outside = _texts(fields)
        delay = found.delay if found.delay is not None else _delay(fields, "")
        return msgspec.structs.replace(found, codes=(*found.codes, *outside), delay=delay)
    return ServerError() if value is None else _plain(value)


def shortened(text: str, limit: int = LONGEST_TEXT) -> str:
    """Server text on one line, without markup, and not too long."""
    if re.search(r"<(?:!doctype|html|head|body|title)\b", text, re.IGNORECASE):
        title = re.search(r"<title[^>]*>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
        text = title[1] if title else MARKUP.sub(" ", text)
        text = html.unescape(text)
    text = " ".join("".join(c if c.isprintable() else " " for c in sound(text[:LONGEST_READ])).split())
    return text if len(text) <= limit else text[:limit] + " …"


def _leniently(body: bytes) -> object:
    """The body with half surrogate pairs, or as text."""
    text = body.decode("utf-8", "replace")
    try:
        return json.loads(text, strict=False) if text.lstrip()[:1] in ("{", "[") else text
    except (ValueError, RecursionError):
        return text


def _of_object(fields: ErrorFields, depth: int) -> ServerError:
    words = next((fields[name] for name in WORDS if fields.get(name)), None)
    codes = _texts(fields)
    text = words if isinstance(words, str) else _encoded(words) if words is not None else ""
    status = next((status for name in ("code", "status") if (status := _status(fields.get(name)))), 0)
    found = ServerError(
        shortened(text or " ".join(codes[:1]), LONGEST_READ), codes, status, _delay(fields, text), _generation(fields)
    )
    behind = _behind(fields, depth)
    if behind is None or not behind.text:
        return found
    return ServerError(
        found.text if behind.text in found.text else shortened(f"{found.text}: {behind.text}", LONGEST_READ),
        (*found.codes, *behind.codes),
        found.status or behind.status,
        found.delay if found.delay is not None else behind.delay,
        found.generation or behind.generation,
    )


def _behind(fields: ErrorFields, depth: int) -> ServerError | None:
    """The error that a gateway passes on: OpenRouter's `metadata.raw`, which is JSON text, an object or plain text."""
    metadata = fields.get("metadata")
    if not depth or not isinstance(metadata, dict):
        return None
    raw = cast("ErrorFields", metadata).get("raw")
    if isinstance(raw, str):
        raw = _leniently(raw.encode("utf-8", "replace"))
    return error_of(raw, depth - 1) if raw else None


def _plain(value: object) -> ServerError:
    text = value if isinstance(value, str) else _encoded(value)
    return ServerError(shortened(text, LONGEST_READ), delay=_pause(text))


def _texts(fields: ErrorFields) -> tuple[str, ...]:
    return tuple(value for name in CODES if isinstance(value := fields.get(name), str) and value)


def _status(value: object) -> int:
    """An HTTP status of an error, as a number or its digits; 0 where it is none."""
    if isinstance(value, str) and value in ERROR_STATUSES:
        return int(value)
    return value if type(value) is int and str(value) in ERROR_STATUSES else 0


def _delay(fields: ErrorFields, text: str) -> float | None:
    """Gemini's `RetryInfo`, a `retry_after` of the object, or a pause named in the text."""
    details = fields.get("details")
    for detail in cast("list[object]", details) if isinstance(details, list) else ():
        if (
            isinstance(detail, dict)
            and (seconds := _duration(cast("ErrorFields", detail).get("retryDelay"))) is not None
        ):
            return seconds
    for name in ("retryDelay", "retry_after", "retryAfter"):
        if (seconds := _duration(fields.get(name))) is not None:
            return seconds
    return _pause(text)


def _duration(value: object) -> float | None:
    if isinstance(value, dict):
        value = cast("ErrorFields", value).get("seconds")
    if isinstance(value, str):
        found = DURATION.fullmatch(value.strip())
        value = float(found[1]) if found else None
    good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0
    return float(cast("float", value)) if good else None


def _pause(text: str) -> float | None:
    found = PAUSE.search(text[:LONGEST_READ])
    if found is None or not any(found.groups()):
        return None
    hours, minutes, seconds, unit = found.groups()
    rest = float(seconds or 0) * (0.001 if (unit or "").lower() == "ms" else 1.0)
    return int(hours or 0) * 3600.0 + int(minutes or 0) * 60.0 + rest


def _generation(fields: ErrorFields) -> str:
    value = fields.get("failed_generation")
    return value if isinstance(value, str) else ""


def _encoded(value: object) -> str:
    try:
        return msgspec.json.encode(value).decode()
    except UnicodeEncodeError:
        return json.dumps(value, ensure_ascii=True)
