"""Providers' words for why an answer ended, as one of the transcript's. Used by dialects and for old journals.

The words are those of OpenAI (chat completions and Responses), Anthropic, Gemini, Mistral, DeepSeek and of servers for
open models. A word that is not listed means that the answer came to its own end; it is kept beside the normalised one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from actors.transcript import StopReason

STOP_REASONS: Mapping[str, StopReason] = {
    "tool_calls": "tool_calls",
    "tool_use": "tool_calls",
    "function_call": "tool_calls",
    "length": "length",
    "max_tokens": "length",
    "max_output_tokens": "length",
    "model_length": "length",
    "model_context_window_exceeded": "length",
    "incomplete": "length",
    "content_filter": "filtered",
    "content_filtered": "filtered",
    "refusal": "filtered",
    "safety": "filtered",
    "recitation": "filtered",
    "blocklist": "filtered",
    "prohibited_content": "filtered",
    "spii": "filtered",
    "guardrail_intervened": "filtered",
    "pause_turn": "paused",
    "paused": "paused",
}


def stop_reason(raw: str) -> StopReason:
    """The normalised reason; letter case does not count, an unlisted or empty word is `stop`."""
    return STOP_REASONS.get(raw.lower(), "stop")
