"""What a server's refusal means: a status or an error object becomes a `Failed` that says whether to try again.

Pure, used by every dialect and carrier. Server text is shortened and stripped of markup here; keys are blackened by
the carrier, which is the only one to know them.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import cast

import msgspec

from actors.llm.port import Failed

LONGEST_TEXT = 600
"""Characters of a server's own words that are passed on."""

FORBIDDEN = frozenset({401, 403})
PASSING = frozenset({408, 409, 425, 429})
"""Client errors that another try can cure; so can every 5xx."""

HOPELESS_CODES = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})
"""Sent with status 429, but waiting does not help."""

MARKUP = re.compile(r"<(?:style|script).*?</(?:style|script)>|<[^>]*>", re.DOTALL | re.IGNORECASE)
PASSING_WORDS = ("overload", "rate_limit", "rate limit", "timeout", "server_error", "unavailable", "internal")
REFUSING_WORDS = ("invalid", "not_found", "authentication", "permission", "context_length", "billing", "quota")


class ErrorEnvelope(msgspec.Struct, frozen=True):
    """Where servers keep the error object."""

    error: object = None
    detail: object = None


class ErrorDetail(msgspec.Struct, frozen=True):
    """The error object of an OpenAI-compatible server; every field may be missing or of another sort."""

    message: object = None
    type: object = None
    code: object = None
    status: object = None


def status_failure(status: int, headers: Mapping[str, str], body: bytes, now: float) -> Failed:
    """The failure behind a status of 300 or more. `headers` have lower-case names, `now` is UTC seconds since 1970."""
    said, code = server_message(body)
    tail = f": {said}" if said else "."
    if status in FORBIDDEN:
        return Failed("rejected", f"The model server refused the key (status {status}){tail}")
    if code in HOPELESS_CODES:
        return Failed("rejected", f"The account has no credit left (status {status}){tail}")
    if status in PASSING or status >= 500:  # noqa: PLR2004 - the class of server errors
        text = f"The model server is busy or out of order (status {status}){tail}"
        return Failed("overloaded", text, retryable=True, retry_after=retry_after(headers, now))
    if status == 404:  # noqa: PLR2004 - Not Found
        return Failed("rejected", f"The model server knows no such model or path (status 404){tail}")
    return Failed("rejected", f"The model server rejected the request (status {status}){tail}")


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds to wait as the server asked: `retry-after-ms`, or `Retry-After` as seconds or as a date."""
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    value = headers.get("retry-after", "").strip()
    seconds = _number(value)
    if seconds is not None or not value:
        return seconds
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max(0.0, date.timestamp() - now)


def server_message(body: bytes) -> tuple[str, str]:
    """What a server says in the body of a refusal, and its error code; both may be empty."""
    try:
        value: object = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return shortened(body.decode("utf-8", "replace")), ""
    detail = _detail(value)
    return shortened(_words(detail)), _plain(detail.code) or _plain(detail.type)


def stream_failure(error: object) -> Failed:
    """An error object that came inside a stream that had begun well."""
    detail = _detail({"error": error})
    said = shortened(_words(detail)) or "it gave no reason"
    status = next((value for value in (detail.code, detail.status) if isinstance(value, int)), 0)
    label = f"{_plain(detail.code)} {_plain(detail.type)} {_plain(detail.status)}".lower()
    if status:
        failure = status_failure(status, {}, b"", 0.0)
        return Failed(failure.kind, f"The model server ended its answer with an error: {said}", failure.retryable)
    refused = any(word in label for word in REFUSING_WORDS) and not any(word in label for word in PASSING_WORDS)
    if refused:
        return Failed("rejected", f"The model server rejected the request: {said}")
    return Failed("overloaded", f"The model server ended its answer with an error: {said}", retryable=True)


def shortened(text: str) -> str:
    """Server text on one line, without markup, and not too long."""
    if re.search(r"<(?:!doctype|html|head|body|title)\b", text, re.IGNORECASE):
        title = re.search(r"<title[^>]*>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
        text = title[1] if title else MARKUP.sub(" ", text)
        text = html.unescape(text)
    text = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * LONGEST_TEXT]).split())
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + " …"


def _detail(value: object) -> ErrorDetail:
    """The error object, wherever the server put it: in `error`, in a list, at the top, as a bare text."""
    if isinstance(value, list):
        value = next(iter(cast("list[object]", value)), None)
    if isinstance(value, dict):
        envelope = msgspec.convert(value, ErrorEnvelope)
        value = envelope.error or envelope.detail or cast("dict[str, object]", value)
    if isinstance(value, dict):
        return msgspec.convert(value, ErrorDetail)
    return ErrorDetail(message=value)


def _words(detail: ErrorDetail) -> str:
    message = detail.message
    if message is None:
        return _plain(detail.type) or _plain(detail.code)
    return message if isinstance(message, str) else msgspec.json.encode(message).decode()


def _plain(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None
