"""What every dialect writes into a request in the same words: results, arguments, and what stands for nothing. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec

from actors.llm.call_arguments import is_object

if TYPE_CHECKING:
    from actors.transcript import ToolMessage

UNANSWERED = "[error] This call was never run: the session was interrupted before."
INTERRUPTED = "[interrupted]"
NO_OUTPUT = "(no output)"
"""Providers refuse a text in which there is nothing to see."""


def result_text(message: ToolMessage) -> str:
    """A result. A call that failed says so in its first word: no dialect has a field for what happened."""
    result = message.result
    text = result.text if result.text.strip() else NO_OUTPUT
    return text if result.outcome == "ok" else f"[{result.outcome}] {result.text}"


def interrupted_text(text: str) -> str:
    """What was shown of an answer that was interrupted."""
    return f"{text}\n\n{INTERRUPTED}" if text else INTERRUPTED


def arguments_text(text: str) -> str:
    """Arguments as the model wrote them; where they are no JSON object, wrapped in one: some servers parse them."""
    if not text.strip():
        return "{}"
    return text if is_object(text) else encoded({"invalid_json": text}).decode()


def encoded(value: object) -> bytes:
    """JSON; half a surrogate pair, from a file name or a broken paste, becomes a question mark."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_raw).encode("utf-8", "replace")


def _raw(value: object) -> object:
    return msgspec.json.decode(value) if isinstance(value, msgspec.Raw) else repr(value)
