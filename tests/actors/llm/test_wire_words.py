"""What every dialect says in the same words, and that each of them does."""

from __future__ import annotations

import json

import msgspec
import pytest
from msgspec.structs import replace

from actors.blocks import ToolCall
from actors.ids import CallId
from actors.llm.dialect import dialect_named
from actors.llm.port import ModelCall
from actors.llm.wire_words import (
    INTERRUPTED,
    NO_OUTPUT,
    UNANSWERED,
    arguments_text,
    encoded,
    interrupted_text,
    result_text,
)
from actors.transcript import AssistantMessage, ToolMessage, Transcript, UserMessage
from config.models.provider_access import SCRIPTED
from tools.tool import ToolResult

DIALECTS = ("anthropic", "openai_chat", "openai_responses")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_each_dialect_writes_them(dialect: str) -> None:
    calls = tuple(ToolCall(CallId(name), "look", "{broken") for name in ("c1", "c2"))
    messages = (
        UserMessage.of("go"),
        AssistantMessage.of("half").interrupt(),
        UserMessage.of("go on"),
        AssistantMessage.of("", calls=calls),
        ToolMessage.of(CallId("c1"), "look", ToolResult("ok", " \n")),
    )
    call = ModelCall("m", "", Transcript(messages), ())
    body = dialect_named(replace(SCRIPTED, dialect=dialect)).request(call).body.decode()
    for words in (INTERRUPTED, NO_OUTPUT, UNANSWERED, "invalid_json", "{broken"):
        assert words in body
    json.loads(body)


def test_a_result_says_in_its_first_word_that_its_call_failed() -> None:
    assert result_text(ToolMessage.of(CallId("c"), "f", ToolResult("error", "why"))) == "[error] why"
    assert result_text(ToolMessage.of(CallId("c"), "f", ToolResult("ok", "why"))) == "why"


def test_an_interrupted_answer_says_so_behind_what_was_shown() -> None:
    assert interrupted_text("half") == f"half\n\n{INTERRUPTED}"
    assert interrupted_text("") == INTERRUPTED


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", "{}"),
        (" ", "{}"),
        ('{"a": 1}', '{"a": 1}'),
        ("[1]", '{"invalid_json":"[1]"}'),
        ("{", '{"invalid_json":"{"}'),
    ],
)
def test_arguments_are_always_an_object(text: str, written: str) -> None:
    assert arguments_text(text) == written


def test_half_a_surrogate_pair_is_written_as_a_question_mark_also_beside_raw_json() -> None:
    assert encoded({"a": "\ud83d", "b": msgspec.Raw(b'{"c":1}')}) == b'{"a":"?","b":{"c":1}}'
