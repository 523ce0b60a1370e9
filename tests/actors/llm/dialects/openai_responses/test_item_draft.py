"""An item that grows, and what its ends repeat."""

from __future__ import annotations

import pytest

from actors.llm.call_arguments import is_object
from actors.llm.dialects.openai_responses.events import WireItem
from actors.llm.dialects.openai_responses.item_draft import ItemDraft

FIRST, SECOND = ("response.output_text", 0), ("response.output_text", 1)


def message(text: str) -> WireItem:
    return WireItem(type="message", content=[{"type": "output_text", "text": text}])


def test_the_end_of_a_part_shows_what_had_not_streamed() -> None:
    draft = ItemDraft("message", "m", 0)
    assert [draft.say("a", FIRST), draft.end_part("ab", FIRST), draft.end_part("ab", FIRST)] == ["a", "b", ""]
    assert [draft.end_part("cd", SECOND), draft.end_part("cd", SECOND), draft.text] == ["cd", "", "abcd"]


def test_a_whole_item_in_other_words_counts_and_is_not_shown_twice() -> None:
    draft = ItemDraft("message", "m", 0)
    draft.say("abc", FIRST)
    assert draft.close(message("xyz"), b"{}") == ""
    assert draft.text == "xyz"


def test_a_break_stands_between_the_parts_of_a_reasoning_only() -> None:
    draft = ItemDraft("reasoning", "r", 0)
    assert [draft.say("a", FIRST), draft.say("b", FIRST), draft.say("c", SECOND)] == ["a", "b", "\n\nc"]
    assert draft.end_part("cd", SECOND) == "d"
    assert draft.text == "ab\n\ncd"


@pytest.mark.parametrize("text", ['{"a": 1}', " {}\n", '{"a": {"b": [1]}}'])
def test_an_object_is_one(text: str) -> None:
    assert is_object(text)


@pytest.mark.parametrize("text", ["", "[]", "null", '{"a": ', '{"a": NaN}', "{" * 50_000, "{}{}", "\ud800"])
def test_everything_else_is_none(text: str) -> None:
    assert not is_object(text)
