"""Content as blocks that the provider takes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from actors.blocks import ImageBlock, TextBlock, ToolCall, UnknownBlock
from actors.ids import CallId
from actors.llm.dialects.anthropic.blocks import (
    answer_blocks,
    call_block,
    result_block,
    text_block,
)
from actors.llm.wire_words import NO_OUTPUT, encoded, result_text
from actors.transcript import AssistantMessage, ToolMessage
from tools.tool import Outcome, ToolResult


def called(name: str = "f", arguments: str = "{}") -> dict[str, Any]:
    return json.loads(call_block(ToolCall(CallId("c"), name, arguments), "id-1"))  # type: ignore[no-any-return]


def test_a_call_has_its_arguments_as_the_model_wrote_them() -> None:
    block = call_block(ToolCall(CallId("c"), "f", ' {"a":1.50, "b":"\\u00e4"} '), "id-1")
    assert block == b'{"type":"tool_use","id":"id-1","name":"f","input":{"a":1.50, "b":"\\u00e4"}}'


@pytest.mark.parametrize("arguments", ["[1]", '{"a": ', "nonsense", "\ud800", "NaN", '{"a": NaN}', "[" * 100_000])
def test_arguments_that_are_no_object_are_sent_as_one(arguments: str) -> None:
    assert list(called(arguments=arguments)["input"]) == ["invalid_json"]


@pytest.mark.parametrize("arguments", ["", " ", "{}"])
def test_missing_arguments_are_an_empty_object(arguments: str) -> None:
    assert called(arguments=arguments)["input"] == {}


@pytest.mark.parametrize(
    ("name", "sent"),
    [("read_file", "read_file"), ("functions.run it", "functions_run_it"), ("", "unknown"), ("x" * 99, "x" * 64)],
)
def test_a_name_that_would_be_refused_for_ever_is_changed(name: str, sent: str) -> None:
    assert called(name)["name"] == sent


@pytest.mark.parametrize("outcome", ["error", "timeout", "cancelled", "denied"])
def test_a_call_that_went_wrong_says_how(outcome: Outcome) -> None:
    assert result_text(ToolMessage.of(CallId("c"), "f", ToolResult(outcome, "why"))) == f"[{outcome}] why"


@pytest.mark.parametrize("text", ["", " \n"])
def test_a_result_without_text_says_so(text: str) -> None:
    assert result_text(ToolMessage.of(CallId("c"), "f", ToolResult("ok", text))) == NO_OUTPUT
    assert json.loads(text_block(text))["text"] == NO_OUTPUT


def test_a_failure_is_marked_as_one() -> None:
    assert json.loads(result_block("c", "x", failed=True))["is_error"] is True
    assert "is_error" not in json.loads(result_block("c", "x", failed=False))


def test_half_a_surrogate_pair_does_not_stop_a_request() -> None:
    assert json.loads(encoded({"text": "a\udc80b"})) == {"text": "a?b"}


def test_blocks_that_mean_nothing_here_are_left_out() -> None:
    message = AssistantMessage((ImageBlock("image/png", "a.png"), UnknownBlock("{}"), TextBlock("a")))
    assert list(answer_blocks(message, lambda _: True, {})) == [b'{"type":"text","text":"a"}']


def test_a_call_that_stands_twice_is_sent_once() -> None:
    call = ToolCall(CallId("c"), "f", "{}")
    assert len(list(answer_blocks(AssistantMessage((call, call)), lambda _: True, {call.id: "x"}))) == 1
