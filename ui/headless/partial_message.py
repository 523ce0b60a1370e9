"""An answer that is coming in, as the events that a provider's own stream would have.

`message_start`, for each run of text or reasoning a content block with its deltas, then `message_delta` and
`message_stop`; whatever happens to the stream, what was started is also stopped. Used by `ui.headless.stream_json`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from actors.transcript import Usage

if TYPE_CHECKING:
    from actors.messages import ReplyStreamed

JsonLine: TypeAlias = dict[str, object]
"""A JSON object."""


class PartialMessage:
    """The message that is open, if one is."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._open_block = ""
        self._blocks = 0

    def streamed(self, event: ReplyStreamed) -> list[JsonLine]:
        """Some more of the answer."""
        events: list[JsonLine] = []
        if not self._blocks:
            message = message_frame(event.request, self._model, [], None) | {"usage": usage_line(Usage())}
            events.append({"type": "message_start", "message": message})
        if event.reasoning:
            events += self._begin_block("thinking", {"type": "thinking", "thinking": "", "signature": ""})
            events.append(self._delta({"type": "thinking_delta", "thinking": event.reasoning}))
        if event.text:
            events += self._begin_block("text", {"type": "text", "text": ""})
            events.append(self._delta({"type": "text_delta", "text": event.text}))
        return events

    def ended(self, reason: str, usage: Usage) -> list[JsonLine]:
        """The message is whole, or void (without a reason)."""
        if not self._blocks:
            return []
        events = self._end_block()
        self._blocks = 0
        delta: JsonLine = {"stop_reason": reason or None, "stop_sequence": None}
        return [
            *events,
            {"type": "message_delta", "delta": delta, "usage": usage_line(usage)},
            {"type": "message_stop"},
        ]

    def _begin_block(self, kind: str, block: JsonLine) -> list[JsonLine]:
        if self._open_block == kind:
            return []
        events = self._end_block()
        self._open_block = kind
        self._blocks += 1
        return [*events, {"type": "content_block_start", "index": self._blocks - 1, "content_block": block}]

    def _delta(self, delta: JsonLine) -> JsonLine:
        return {"type": "content_block_delta", "index": self._blocks - 1, "delta": delta}

    def _end_block(self) -> list[JsonLine]:
        if not self._open_block:
            return []
        self._open_block = ""
        return [{"type": "content_block_stop", "index": self._blocks - 1}]


def message_frame(request: str, model: str, content: list[JsonLine], reason: str | None) -> JsonLine:
    """A message, but for its usage."""
    return {
        "id": request,
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": content,
        "stop_reason": reason,
        "stop_sequence": None,
    }


def usage_line(usage: Usage) -> JsonLine:
    """Tokens, by the names that scripts know."""
    return {
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cache_read_input_tokens": usage.cached_tokens,
        "cache_creation_input_tokens": usage.cache_written_tokens,
        "reasoning_output_tokens": usage.reasoning_tokens,
    }
