"""The talk as JSON lines in the shape that scripts for other agents already read.

First a `system`/`init` line, then `assistant` and `user` lines, `stream_event` lines where they were asked for, and a
`result` line for each prompt. Pure but for the random ids of lines: events in, objects out. Used by `ui.reports`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias, cast
from uuid import uuid4

import msgspec

from actors.messages import (
    CallFinished,
    ReplyCompleted,
    ReplyDiscarded,
    ReplyStreamed,
    RequestStarted,
    TurnFinished,
)
from actors.transcript import ToolCall, Usage

if TYPE_CHECKING:
    from config.settings import Limits, PermissionMode
    from ui.front_end import Opening

Line: TypeAlias = dict[str, object]

MODE_NAMES: Mapping[PermissionMode, str] = {
    "default": "default",
    "accept-edits": "acceptEdits",
    "plan": "plan",
    "yolo": "bypassPermissions",
}


class StreamJson:
    """Turns events into lines; remembers the calls of a prompt until its result."""

    def __init__(self, opening: Opening, *, partial: bool = False) -> None:
        self._opening = opening
        self._partial = partial
        self._open_block = ""
        self._blocks = 0
        self._calls: dict[str, ToolCall] = {}
        self._denied: list[str] = []
        self._asked: dict[str, float] = {}
        self._asking = 0.0

    def first(self) -> Line:
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

    def lines(self, event: object, now: float) -> list[Line]:
        """What the event says; `now` in seconds of a monotonic clock."""
        match event:
            case RequestStarted():
                self._asked[event.request] = now
                return []
            case ReplyStreamed():
                return self._streamed(event) if self._partial else []
            case ReplyDiscarded():
                return [*self._end_stream("", Usage()), self._retry(event)]
            case ReplyCompleted():
                return self._completed(event, now)
            case CallFinished():
                return [self._answered(event)]
            case _:
                return []

    def result(self, event: TurnFinished) -> Line:
        """The last line of a prompt."""
        seconds, self._asking = self._asking, 0.0
        denials = [self._denial(call) for call in self._denied]
        self._calls.clear()
        self._denied.clear()
        error = event.outcome != "done"
        return self._line(
            "result",
            subtype=_subtype(event, self._opening.settings.limits),
            is_error=error,
            duration_ms=round(event.seconds * 1000),
            duration_api_ms=round(seconds * 1000),
            num_turns=event.steps,
            result=event.text,
            total_cost_usd=0.0 if self._opening.embedded else None,
            usage=_usage(event.usage),
            permission_denials=denials,
            outcome=event.outcome,
            **({"errors": [event.text]} if error else {}),
        )

    def _completed(self, event: ReplyCompleted, now: float) -> list[Line]:
        self._asking += now - self._asked.pop(event.request, now)
        message = event.message
        self._calls.update((call.id, call) for call in message.calls)
        content: list[Line] = []
        if message.reasoning:
            content.append({"type": "thinking", "thinking": message.reasoning, "signature": ""})
        if message.text:
            content.append({"type": "text", "text": message.text})
        content += map(_tool_use, message.calls)
        reason = _stop_reason(event)
        whole = self._message(event.request, content) | {"stop_reason": reason, "usage": _usage(event.usage)}
        return [*self._end_stream(reason, event.usage), self._line("assistant", message=whole, parent_tool_use_id=None)]

    def _answered(self, event: CallFinished) -> Line:
        result = event.result
        if result.outcome == "denied":
            self._denied.append(event.call)
        block: Line = {
            "type": "tool_result",
            "tool_use_id": event.call,
            "content": result.text,
            "is_error": result.outcome != "ok",
        }
        details: Line = {"outcome": result.outcome, "modified": list(result.modified), "exit_code": result.exit_code}
        message: Line = {"role": "user", "content": [block]}
        return self._line("user", message=message, parent_tool_use_id=None, tool_use_result=details)

    def _streamed(self, event: ReplyStreamed) -> list[Line]:
        lines: list[Line] = []
        if not self._blocks:
            message = self._message(event.request, []) | {"stop_reason": None, "usage": _usage(Usage())}
            lines.append(self._event("message_start", message=message))
        if event.reasoning:
            lines += self._begin_block("thinking", {"type": "thinking", "thinking": "", "signature": ""})
            lines.append(self._delta({"type": "thinking_delta", "thinking": event.reasoning}))
        if event.text:
            lines += self._begin_block("text", {"type": "text", "text": ""})
            lines.append(self._delta({"type": "text_delta", "text": event.text}))
        return lines

    def _begin_block(self, kind: str, block: Line) -> list[Line]:
        if self._open_block == kind:
            return []
        lines = self._end_block()
        self._open_block = kind
        self._blocks += 1
        return [*lines, self._event("content_block_start", index=self._blocks - 1, content_block=block)]

    def _delta(self, delta: Line) -> Line:
        return self._event("content_block_delta", index=self._blocks - 1, delta=delta)

    def _end_block(self) -> list[Line]:
        if not self._open_block:
            return []
        self._open_block = ""
        return [self._event("content_block_stop", index=self._blocks - 1)]

    def _end_stream(self, reason: str, usage: Usage) -> list[Line]:
        if not self._blocks:
            return []
        lines = self._end_block()
        self._blocks = 0
        delta: Line = {"stop_reason": reason or None, "stop_sequence": None}
        return [*lines, self._event("message_delta", delta=delta, usage=_usage(usage)), self._event("message_stop")]

    def _retry(self, event: ReplyDiscarded) -> Line:
        return self._line(
            "system",
            subtype="api_retry",
            attempt=event.attempt,
            retry_delay_ms=round(event.seconds * 1000),
            error=event.reason,
        )

    def _denial(self, call: str) -> Line:
        asked = self._calls.get(call)
        name, given = (asked.name, _input(asked)) if asked is not None else ("", {})
        return {"tool_name": name, "tool_use_id": call, "tool_input": given}

    def _message(self, request: str, content: list[Line]) -> Line:
        return {
            "id": request,
            "type": "message",
            "role": "assistant",
            "model": self._opening.model,
            "content": content,
            "stop_sequence": None,
        }

    def _event(self, kind: str, **fields: object) -> Line:
        return self._line("stream_event", event={"type": kind, **fields}, parent_tool_use_id=None)

    def _line(self, kind: str, **fields: object) -> Line:
        return {"type": kind, **fields, "session_id": self._opening.session, "uuid": str(uuid4())}


def _input(call: ToolCall) -> Line:
    """The arguments as an object; what is no object is kept as the text that it is."""
    try:
        given: object = msgspec.json.decode(call.arguments or "{}")
    except msgspec.DecodeError:
        given = None
    return cast("Line", given) if isinstance(given, dict) else {"arguments": call.arguments}


def _tool_use(call: ToolCall) -> Line:
    return {"type": "tool_use", "id": call.id, "name": call.name, "input": _input(call)}


def _usage(usage: Usage) -> Line:
    return {"input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens}


def _stop_reason(event: ReplyCompleted) -> str:
    if event.message.calls:
        return "tool_use"
    return {"stop": "end_turn", "length": "max_tokens"}.get(event.message.stop_reason, event.message.stop_reason)


def _subtype(event: TurnFinished, limits: Limits) -> str:
    if event.outcome == "done":
        return "success"
    if event.outcome != "limit":
        return "error_during_execution"
    if limits.max_turns is not None and event.steps >= limits.max_turns:
        return "error_max_turns"
    if limits.time is not None and event.seconds >= limits.time:
        return "error_time_limit"
    return "error_max_tokens"
