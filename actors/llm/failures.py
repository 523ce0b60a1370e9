"""What a server's refusal means: a status or an error object becomes a `Failed` that says whether to try again.

Pure, used by every dialect and carrier: `status_failure` for a status of 300 or more, `stream_failure` for an error
object, or a text, inside a stream that began well, `text_failure` for a text that may be no error at all. What the
server says is found by `actors.llm.error_body`; keys are blackened by the carrier, which is the only one to know them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

from actors.llm.context_exceeded import says_context_exceeded
from actors.llm.error_body import ServerError, error_of, error_of_body, shortened
from actors.llm.port import Failed

UNAUTHORIZED, PAYMENT, NO_ACCESS, NOT_FOUND, TOO_LARGE = 401, 402, 403, 404, 413
FORBIDDEN = frozenset({UNAUTHORIZED, NO_ACCESS})
SERVER_ERRORS = 500
PASSING = frozenset({408, 409, 425, 429})
"""Client errors that another try can cure; so can every 5xx."""
NEVER_TOO_LONG = frozenset({*FORBIDDEN, PAYMENT, NOT_FOUND})
"""Statuses that are about something else than the length of the request, whatever the words are."""

HOPELESS_CODES = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})
"""Sent with status 429, but waiting does not help."""
FILTER_CODES = frozenset(
    {"content_filter", "content_policy_violation", "data_inspection_failed", "responsibleaipolicyviolation", "refusal"}
)
FILTER_WORDS = re.compile(
    r"content management policy|content[ _]policy|safety (?:system|filter|settings)|flagged by|requires moderation"
    r"|inappropriate content|blocked (?:due to|by|for) (?:safety|the content|prohibited|moderation)"
    r"|usage polic(?:y|ies)",
    re.IGNORECASE,
)
KEY_WORDS = re.compile(
    r"api[ _-]?key|\bkeys?\b|authenticat|unauthori[sz]ed|credential|access token|bearer|signature", re.IGNORECASE
)
PASSING_WORDS = ("overload", "rate_limit", "rate limit", "timeout", "server_error", "unavailable", "internal")
REFUSING_WORDS = ("invalid", "not_found", "authentication", "permission", "context_length", "billing", "quota")

QUOTED_CALL = 1_000
"""Characters of a call that the server could not read that are shown to the model again."""


def status_failure(status: int, headers: Mapping[str, str], body: bytes, now: float) -> Failed:
    """The failure behind a status of 300 or more. `headers` have lower-case names, `now` is UTC seconds since 1970."""
    error = error_of_body(body)
    asked = retry_after(headers, now)
    return _failure(status, error, asked if asked is not None else error.delay)


def stream_failure(error: object) -> Failed:
    """An error object, or a text, that came inside a stream that had begun well."""
    found = error_of(error)
    if found.status:
        return _failure(found.status, found, found.delay)
    known = _known(0, found)
    if known is not None:
        return known
    said = shortened(found.text) or "it gave no reason"
    label = " ".join(found.codes).lower()
    if any(word in label for word in REFUSING_WORDS) and not any(word in label for word in PASSING_WORDS):
        return Failed("rejected", f"The model server rejected the request: {said}")
    text = f"The model server ended its answer with an error: {said}"
    return Failed("overloaded", text, retryable=True, retry_after=found.delay)


def text_failure(text: str) -> Failed | None:
    """What a text in place of an answer says, where that is a known reason; None: nothing that is known."""
    return _known(0, error_of_body(text.encode("utf-8", "replace")))


def is_key_problem(status: int, body: bytes) -> bool:
    """Whether a refusal is about the key: a 401, or a 403 that speaks of one or gives no reason."""
    if status != NO_ACCESS:
        return status == UNAUTHORIZED
    error = error_of_body(body)
    return not error.text or KEY_WORDS.search(" ".join((error.text, *error.codes))) is not None


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
    error = error_of_body(body)
    return shortened(error.text), next(iter(error.codes), "")


def _failure(status: int, error: ServerError, wait: float | None) -> Failed:
    """The failure behind a status and what was said with it."""
    known = _known(status, error)
    if known is not None:
        return known
    said = shortened(error.text)
    tail = f" (status {status}){f': {said}' if said else '.'}"
    if status == UNAUTHORIZED:
        return Failed("rejected", f"The model server refused the key{tail}")
    if status == NO_ACCESS:
        return Failed("rejected", f"The model server forbids the request{tail}")
    if status in PASSING or status >= SERVER_ERRORS:
        text = f"The model server is busy or out of order{tail}"
        return Failed("overloaded", text, retryable=True, retry_after=wait)
    if status == NOT_FOUND:
        advice = "`callboard models` lists what it has; the path is that of the provider's base_url."
        return Failed("rejected", f"The model server knows no such model or path{tail.rstrip('.')}. {advice}")
    return Failed("rejected", f"The model server rejected the request{tail}")


def _known(status: int, error: ServerError) -> Failed | None:
    """Reasons that the words tell, whatever the status is."""
    codes = tuple(code.lower() for code in error.codes)
    said = shortened(error.text)
    tail = (f" (status {status})" if status else "") + (f": {said}" if said else ".")
    if status == TOO_LARGE or (status not in NEVER_TOO_LONG and says_context_exceeded(error.text, codes)):
        return Failed("context_exceeded", f"The request is longer than the model takes{tail}")
    if not HOPELESS_CODES.isdisjoint(codes) or status == PAYMENT:
        return Failed("rejected", f"The account has no credit left{tail}")
    if not FILTER_CODES.isdisjoint(codes) or (status < SERVER_ERRORS and FILTER_WORDS.search(error.text)):
        advice = "Ask in other words, or choose another model."
        return Failed("filtered", f"The provider's rules forbid the request{tail.rstrip('.')}. {advice}")
    if "tool_use_failed" in codes:
        return _unreadable_call(error, tail)
    return None


def _unreadable_call(error: ServerError, tail: str) -> Failed:
    """The model wrote a call that the server could not read: only the model can put it right."""
    wrote = f" You wrote: {error.generation[:QUOTED_CALL]}" if error.generation else ""
    told = (
        "[note] Your last answer was refused by the model server: its tool call could not be read. Call a tool of the "
        f"list with arguments that are one JSON object and fit its parameters, or answer in plain text.{wrote}"
    )
    return Failed("malformed", f"The model's tool call could not be read{tail}", retryable=True, told=told)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None
