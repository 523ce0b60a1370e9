"""The talk as JSON lines in the shape that scripts for other agents already read.

First a `system`/`init` line, then `assistant` and `user` lines, `stream_event` lines where they were asked for, and a
`result` line for each prompt. Pure but for the random ids of lines: events in, objects out. Used by
`ui.headless.reports`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast
from uuid import uuid4

import msgspec

from actors.blocks import ContentBlock, ReasoningBlock, TextBlock, ToolCall
from actors.llm_streamer import CUT_SHORT
from actors.messages import ReplyDiscarded, ReplyStreamed, RequestStarted
from actors.records import CallFinished, ConversationCompacted, ReplyCompleted, TurnFinished
from actors.transcript import Usage
from ui.headless.partial_message import JsonLine, PartialMessage, message_frame, usage_line

if TYPE_CHECKING:
    from config.settings import Limits, PermissionMode
    from ui.front_end import Opening

MODE_NAMES: Mapping[PermissionMode, str] = {
    "default": "default",
    "accept-edits": "acceptEdits",
    "plan": "plan",
    "yolo": "bypassPermissions",
}


STOP_NAMES: Mapping[str, str] = {"stop": "end_turn", "length": "max_tokens"}
"""Other reasons are given in the provider's own words."""

LIMIT_NAMES: Mapping[str, str] = {
    "turns": "error_max_turns",
    "time": "error_time_limit",
    "tokens": "error_max_tokens",
    "budget": "error_max_budget_usd",
    "context": "error_context_window",
}


class StreamJson:
    """Turns events into lines; remembers the calls of a prompt until its result."""

    def __init__(self, opening: Opening, *, partial: bool = False) -> None:
        self._opening = opening
        self._stream = PartialMessage(opening.model) if partial else None
        self._calls: dict[str, ToolCall] = {}
        self._denied: list[str] = []
        self._asked: dict[str, float] = {}
        self._asking = 0.0
        self._costs: list[float | None] = []
        self._waited: float | None = None
        """Seconds to the first of the prompt's first answer."""
        self._stop_reason: str | None = None
        """Why the model's last answer ended."""

    def first(self) -> JsonLine:
        """The line before all others."""
        opening = self._opening
        return self._line(
            "system",
            subtype="init",
            cwd=opening.directory,
            tools=list(opening.tools),
            mcp_servers=[],
            model=opening.model,
            permissionMode=MODE_NAMES[opening.settings.policy.mode],
            apiKeySource="none" if opening.embedded else "user",
            provider=opening.provider,
            version=opening.version,
        )

    def lines(self, event: object, now: float) -> list[JsonLine]:  # noqa: PLR0911 - one line for each event
        """What the event says; `now` in seconds of a monotonic clock."""
        match event:
            case RequestStarted():
                self._asked[event.request] = now
                return []
            case ReplyStreamed():
                return self._events(self._stream.streamed(event)) if self._stream is not None else []
            case ReplyDiscarded():
                return [*self._end_stream("", Usage()), self._retry(event)]
            case ReplyCompleted():
                return self._completed(event, now)
            case CallFinished():
                return [self._answered(event)]
            case ConversationCompacted():
                return [self._compacted(event)]
            case _:
                return []

    def result(self, event: TurnFinished) -> JsonLine:
        """The last line of a prompt."""
        seconds, self._asking = self._asking, 0.0
        denials = [self._denial(call) for call in self._denied]
        self._calls.clear()
        self._denied.clear()
        cost, waited = self._cost(), self._waited
        self._costs.clear()
        self._waited = None
        cut = event.outcome == "done" and self._stop_reason == "max_tokens"
        error = cut or event.outcome != "done"
        return self._line(
            "result",
            subtype="error_max_tokens" if cut else _subtype(event, self._opening.settings.limits),
            is_error=error,
            duration_ms=round(event.seconds * 1000),
            duration_api_ms=round(seconds * 1000),
            num_turns=event.steps,
            result=event.text,
            ttft_ms=None if waited is None else round(waited * 1000),
            total_cost_usd=cost,
            usage=usage_line(event.usage),
            permission_denials=denials,
            outcome="limit" if cut else event.outcome,
            stop_reason=self._stop_reason,
            **({"errors": [CUT_SHORT if cut else event.text]} if error else {}),
        )

    def _cost(self) -> float | None:
        """USD of the prompt; None where the price of an answer is not known."""
        if not self._costs:
            return 0.0 if self._opening.embedded else None
        known = [cost for cost in self._costs if cost is not None]
        return sum(known) if len(known) == len(self._costs) else None

    def _compacted(self, event: ConversationCompacted) -> JsonLine:
        if event.usage != Usage():
            self._costs.append(event.cost)
        trigger = "manual" if event.reason == "asked" else "auto"
        facts: JsonLine = {"trigger": trigger, "pre_tokens": event.before, "post_tokens": event.after}
        return self._line("system", subtype="compact_boundary", compact_metadata=facts)

    def _completed(self, event: ReplyCompleted, now: float) -> list[JsonLine]:
        self._asking += now - self._asked.pop(event.request, now)
        self._costs.append(event.cost)
        self._waited = event.waited if self._waited is None else self._waited
        message = event.message
        self._calls.update((call.id, call) for call in message.calls)
        content = [line for block in message.blocks for line in _content(block)]
        reason = self._stop_reason = _stop_reason(event)
        whole = message_frame(event.request, self._opening.model, content, reason) | {"usage": usage_line(event.usage)}
        return [*self._end_stream(reason, event.usage), self._line("assistant", message=whole, parent_tool_use_id=None)]

    def _answered(self, event: CallFinished) -> JsonLine:
        result = event.result
        if result.outcome == "denied":
            self._denied.append(event.call)
        block: JsonLine = {
            "type": "tool_result",
            "tool_use_id": event.call,
            "content": result.text,
            "is_error": result.outcome != "ok",
        }
        details: JsonLine = {
            "outcome": result.outcome,
            "modified": list(result.modified),
            "exit_code": result.exit_code,
        }
        message: JsonLine = {"role": "user", "content": [block]}
        return self._line("user", message=message, parent_tool_use_id=None, tool_use_result=details)

    def _retry(self, event: ReplyDiscarded) -> JsonLine:
        return self._line(
            "system",
            subtype="api_retry",
            attempt=event.attempt,
            retry_delay_ms=round(event.seconds * 1000),
            error=event.reason,
        )

    def _denial(self, call: str) -> JsonLine:
        asked = self._calls.get(call)
        name, given = (asked.name, _input(asked)) if asked is not None else ("", {})
        return {"tool_name": name, "tool_use_id": call, "tool_input": given}

    def _end_stream(self, reason: str, usage: Usage) -> list[JsonLine]:
        return self._events(self._stream.ended(reason, usage)) if self._stream is not None else []

    def _events(self, events: list[JsonLine]) -> list[JsonLine]:
        return [self._line("stream_event", event=event, parent_tool_use_id=None) for event in events]

    def _line(self, kind: str, **fields: object) -> JsonLine:
        return {"type": kind, **fields, "session_id": self._opening.session, "uuid": str(uuid4())}


def _input(call: ToolCall) -> JsonLine:
    """The arguments as an object; what is no object is kept as the text that it is."""
    try:
        given: object = msgspec.json.decode(call.arguments or "{}")
    except msgspec.DecodeError:
        given = None
    return cast("JsonLine", given) if isinstance(given, dict) else {"arguments": call.arguments}


def _tool_use(call: ToolCall) -> JsonLine:
    return {"type": "tool_use", "id": call.id, "name": call.name, "input": _input(call)}


def _content(block: ContentBlock) -> tuple[JsonLine, ...]:
    """The block by the names that scripts know; none for what has no text to show, or is for newer versions."""
    match block:
        case ReasoningBlock(text=text) if text:
            return ({"type": "thinking", "thinking": text, "signature": ""},)
        case TextBlock(text=text) if text:
            return ({"type": "text", "text": text},)
        case ToolCall():
            return (_tool_use(block),)
        case _:
            return ()


def _stop_reason(event: ReplyCompleted) -> str:
    message = event.message
    if message.calls:
        return "tool_use"
    raw = message.raw_stop_reason or message.stop_reason
    return STOP_NAMES.get(message.stop_reason) or STOP_NAMES.get(raw, raw)


def _subtype(event: TurnFinished, limits: Limits) -> str:
    if event.outcome == "done":
        return "success"
    if event.outcome != "limit":
        return "error_during_execution"
    if event.limit:
        return LIMIT_NAMES[event.limit]
    if limits.max_turns is not None and event.steps >= limits.max_turns:
        return "error_max_turns"
    if limits.time is not None and event.seconds >= limits.time:
        return "error_time_limit"
    return "error_max_tokens"
