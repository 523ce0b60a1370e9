"""The lines that scripts read, in the shape that they know from elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from actors.blocks import ProviderState, ReasoningBlock, TextBlock, ToolCall, UnknownBlock
from actors.ids import CallId, PromptId, RequestId, SessionId, TurnId
from actors.messages import ReplyDiscarded, ReplyStreamed, RequestStarted
from actors.records import (
    CallFinished,
    ConversationCompacted,
    LimitKind,
    ReplyCompleted,
    TurnFinished,
    TurnOutcome,
)
from actors.transcript import AssistantMessage, Usage
from config.settings import Limits, Policy, Settings
from tools.tool import ToolResult
from ui.front_end import Opening
from ui.headless.partial_message import usage_line
from ui.headless.stream_json import StreamJson

TURN, REQUEST = TurnId("t1"), RequestId("r1")
OPENING = Opening(
    SessionId("s1"),
    "/work",
    "offline",
    "offline",
    Settings(policy=Policy(mode="accept-edits"), limits=Limits(max_turns=2, time=9.0)),
    "1.0",
    tools=("read_file",),
    embedded=True,
)


def finished(outcome: TurnOutcome = "done", steps: int = 1, seconds: float = 1.5) -> TurnFinished:
    return TurnFinished(TURN, PromptId("p"), outcome, "the answer", Usage(3, 4), steps, seconds)


def lines(*events: object, partial: bool = False) -> list[dict[str, Any]]:
    stream = StreamJson(OPENING, partial=partial)
    return [line for number, event in enumerate(events) for line in stream.lines(event, float(number))]


def test_the_first_line_says_who_where_and_with_what() -> None:
    first: dict[str, Any] = StreamJson(OPENING).first()
    assert (first["type"], first["subtype"], first["session_id"]) == ("system", "init", "s1")
    assert (first["cwd"], first["model"], first["tools"]) == ("/work", "offline", ["read_file"])
    assert first["permissionMode"] == "acceptEdits"


def test_an_answer_with_a_call_is_one_assistant_line_and_its_result_one_user_line() -> None:
    call = ToolCall(CallId("c1"), "read_file", '{"path": "a"}')
    message = AssistantMessage.of("I look.", reasoning="hm", calls=(call,), stop_reason="tool_calls")
    assistant, user = lines(
        ReplyCompleted(TURN, REQUEST, message, Usage(1, 2)),
        CallFinished(TURN, CallId("c1"), "read_file", ToolResult("error", "no such file")),
    )
    assert assistant["message"]["content"] == [
        {"type": "thinking", "thinking": "hm", "signature": ""},
        {"type": "text", "text": "I look."},
        {"type": "tool_use", "id": "c1", "name": "read_file", "input": {"path": "a"}},
    ]
    assert assistant["message"]["stop_reason"] == "tool_use"
    assert assistant["message"]["usage"] == usage_line(Usage(1, 2))
    assert user["message"] == {
        "role": "user",
        "content": [{"type": "tool_result", "tool_use_id": "c1", "content": "no such file", "is_error": True}],
    }


def test_arguments_that_are_no_object_are_kept_as_text() -> None:
    message = AssistantMessage.of(
        "", calls=(ToolCall(CallId("c1"), "x", "{broken"), ToolCall(CallId("c2"), "x", "[1]"))
    )
    (assistant,) = lines(ReplyCompleted(TURN, REQUEST, message, Usage()))
    inputs = [block["input"] for block in assistant["message"]["content"]]
    assert inputs == [{"arguments": "{broken"}, {"arguments": "[1]"}]


def test_text_as_it_comes_is_a_well_formed_sequence_of_stream_events() -> None:
    events = lines(
        RequestStarted(TURN, REQUEST, 1),
        ReplyStreamed(TURN, REQUEST, "", "why"),
        ReplyStreamed(TURN, REQUEST, "so "),
        ReplyStreamed(TURN, REQUEST, "it is"),
        ReplyCompleted(TURN, REQUEST, AssistantMessage.of("so it is", reasoning="why"), Usage(1, 2)),
        partial=True,
    )
    kinds = [line["event"]["type"] if line["type"] == "stream_event" else line["type"] for line in events]
    assert kinds == [
        "message_start",
        *("content_block_start", "content_block_delta", "content_block_stop"),
        *("content_block_start", "content_block_delta", "content_block_delta", "content_block_stop"),
        *("message_delta", "message_stop", "assistant"),
    ]
    assert [line["event"]["index"] for line in events if "index" in line.get("event", {})] == [0, 0, 0, 1, 1, 1, 1]


def test_a_cut_stream_is_closed_and_the_retry_is_said() -> None:
    events = lines(
        ReplyStreamed(TURN, REQUEST, "half"),
        ReplyDiscarded(TURN, REQUEST, "cut", 2, 1.5),
        ReplyStreamed(TURN, REQUEST, "whole"),
        partial=True,
    )
    starts = [line for line in events if line.get("event", {}).get("type") == "message_start"]
    assert len(starts) == 2
    retry = next(line for line in events if line["type"] == "system")
    assert (retry["subtype"], retry["attempt"], retry["retry_delay_ms"]) == ("api_retry", 2, 1500)


@pytest.mark.parametrize(
    ("event", "subtype"),
    [
        (finished(), "success"),
        (finished("failed"), "error_during_execution"),
        (finished("denied"), "error_during_execution"),
        (finished("unavailable"), "error_during_execution"),
        (finished("limit", steps=2), "error_max_turns"),
        (finished("limit", seconds=9.1), "error_time_limit"),
        (finished("limit"), "error_max_tokens"),
    ],
)
def test_the_result_says_how_it_ended(event: TurnFinished, subtype: str) -> None:
    result: dict[str, Any] = StreamJson(OPENING).result(event)
    assert (result["type"], result["subtype"]) == ("result", subtype)
    assert result["is_error"] is (subtype != "success")
    assert result["result"] == "the answer"
    assert result["usage"] == {
        "input_tokens": 3,
        "output_tokens": 4,
        "cache_read_input_tokens": 0,
        "cache_creation_input_tokens": 0,
        "reasoning_output_tokens": 0,
    }
    assert result["total_cost_usd"] == 0.0
    assert result["session_id"] == "s1"


def test_the_result_lists_what_was_denied_and_the_time_spent_waiting_for_the_model() -> None:
    stream = StreamJson(OPENING)
    stream.lines(RequestStarted(TURN, REQUEST, 1), 10.0)
    call = ToolCall(CallId("c1"), "write_file", '{"path": "a"}')
    stream.lines(ReplyCompleted(TURN, REQUEST, AssistantMessage.of("", calls=(call,)), Usage()), 12.5)
    stream.lines(CallFinished(TURN, CallId("c1"), "write_file", ToolResult("denied", "no")), 13.0)
    result: dict[str, Any] = stream.result(finished("denied"))
    assert result["permission_denials"] == [
        {"tool_name": "write_file", "tool_use_id": "c1", "tool_input": {"path": "a"}}
    ]
    assert (result["duration_ms"], result["duration_api_ms"]) == (1500, 2500)
    again: dict[str, Any] = stream.result(finished())
    assert again["permission_denials"] == []


def test_an_answer_that_was_cut_short_is_no_success_and_keeps_what_came() -> None:
    stream = StreamJson(OPENING)
    stream.lines(ReplyCompleted(TURN, REQUEST, AssistantMessage.of("the ans", stop_reason="length"), Usage()), 1.0)
    result: dict[str, Any] = stream.result(finished())
    assert (result["subtype"], result["is_error"], result["outcome"]) == ("error_max_tokens", True, "limit")
    assert (result["stop_reason"], result["result"]) == ("max_tokens", "the answer")
    assert "cut short" in result["errors"][0]
    stream.lines(ReplyCompleted(TURN, REQUEST, AssistantMessage.of("whole"), Usage()), 2.0)
    assert (stream.result(finished())["stop_reason"], stream.result(finished())["is_error"]) == ("end_turn", False)


def test_blocks_are_given_in_the_order_of_the_answer_and_what_is_withheld_is_left_out() -> None:
    redacted = ReasoningBlock("", ProviderState("p", "m", '"opaque"'))
    blocks = (TextBlock("a"), redacted, ReasoningBlock("b"), TextBlock("c"), UnknownBlock("{}"))
    (assistant,) = lines(ReplyCompleted(TURN, REQUEST, AssistantMessage(blocks), Usage()))
    assert assistant["message"]["content"] == [
        {"type": "text", "text": "a"},
        {"type": "thinking", "thinking": "b", "signature": ""},
        {"type": "text", "text": "c"},
    ]
    assert "opaque" not in str(assistant)


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (AssistantMessage((), "stop", "stop"), "end_turn"),
        (AssistantMessage((), "length", "model_length"), "max_tokens"),
        (AssistantMessage((), "filtered", "content_filter"), "content_filter"),
        (AssistantMessage((), "filtered"), "filtered"),
        (AssistantMessage((), "interrupted", "cancelled"), "cancelled"),
        (AssistantMessage((), "interrupted", "stop"), "end_turn"),
    ],
)
def test_a_stop_reason_has_the_name_that_scripts_know_or_is_the_providers_word(
    message: AssistantMessage, reason: str
) -> None:
    (assistant,) = lines(ReplyCompleted(TURN, REQUEST, message, Usage()))
    assert assistant["message"]["stop_reason"] == reason


def answered(cost: float | None, waited: float | None = None) -> ReplyCompleted:
    return ReplyCompleted(TURN, REQUEST, AssistantMessage.of("hello"), Usage(1, 2), cost, waited)


def test_the_result_has_the_cost_of_its_prompt_and_the_time_to_the_first_of_its_first_answer() -> None:
    stream = StreamJson(OPENING)
    compacted = ConversationCompacted(
        TURN, "threshold", "summary", before=900, after=100, usage=Usage(900, 9), cost=0.25, request=RequestId("r9")
    )
    for event in (answered(0.5, 0.75), answered(0.25, 9.0), compacted):
        stream.lines(event, 0.0)
    result = stream.result(finished())
    assert (result["total_cost_usd"], result["ttft_ms"]) == (1.0, 750)
    following = stream.result(finished())
    assert (following["total_cost_usd"], following["ttft_ms"]) == (0.0, None)


def test_one_answer_of_unknown_price_makes_the_cost_unknown() -> None:
    stream = StreamJson(OPENING)
    stream.lines(answered(0.5), 0.0)
    stream.lines(answered(None), 0.0)
    assert stream.result(finished())["total_cost_usd"] is None


def test_a_compaction_is_a_line_of_its_own() -> None:
    asked, alone = lines(
        ConversationCompacted(TURN, "asked", "summary", before=900, after=100),
        ConversationCompacted(TURN, "threshold", "folded", before=900, after=600),
    )
    assert (asked["type"], asked["subtype"]) == ("system", "compact_boundary")
    assert asked["compact_metadata"] == {"trigger": "manual", "pre_tokens": 900, "post_tokens": 100}
    assert alone["compact_metadata"]["trigger"] == "auto"


@pytest.mark.parametrize(
    ("limit", "subtype"),
    [
        ("turns", "error_max_turns"),
        ("tokens", "error_max_tokens"),
        ("budget", "error_max_budget_usd"),
        ("time", "error_time_limit"),
        ("context", "error_context_window"),
    ],
)
def test_the_result_names_the_limit_that_was_reached(limit: LimitKind, subtype: str) -> None:
    assert StreamJson(OPENING).result(replace(finished("limit"), limit=limit))["subtype"] == subtype


def test_a_request_that_failed_has_its_cost_and_no_content() -> None:
    stream = StreamJson(OPENING, partial=False)
    failed = AssistantMessage.of("").interrupt("empty")
    (assistant,) = stream.lines(ReplyCompleted(TURN, REQUEST, failed, Usage(9), 0.25), 1.0)
    message: dict[str, Any] = assistant["message"]  # type: ignore[assignment]
    assert (message["content"], message["stop_reason"]) == ([], "empty")
    assert stream.result(finished("unavailable"))["total_cost_usd"] == 0.25
