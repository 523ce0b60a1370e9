"""Reasoning between tags at the start of the content."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.llm.dialects.openai_chat.think_tags import PAIRS, ThinkTags


def read(text: str, *cuts: int) -> tuple[str, str]:
    tags, start, thought, said = ThinkTags(), 0, "", ""
    for cut in [*sorted(cuts), len(text)]:
        more, others = tags.feed(text[start:cut])
        thought, said, start = thought + more, said + others, cut
    more, others = tags.finish()
    return thought + more, said + others


@pytest.mark.parametrize(("tag", "end"), PAIRS.items())
def test_what_stands_between_tags_at_the_start_is_reasoning(tag: str, end: str) -> None:
    assert read(f"\n{tag}\nhm, well\n{end}\n\nThe answer.") == ("hm, well", "The answer.")


@pytest.mark.parametrize(
    ("text", "thought", "said"),
    [
        ("Use <think> tags</think> so.", "", "Use <think> tags</think> so."),
        ("<think>a</think>b<think>c</think>", "a", "b<think>c</think>"),
        ("<think></think>b", "", "b"),
        ("<think>\n\n</think>\n\nb", "", "b"),
        ("<thin", "", "<thin"),
        ("<thinker>x", "", "<thinker>x"),
        ("  a", "", "  a"),
        ("", "", ""),
        ("<think>a < b </thin", "a < b </thin", ""),
        ("<think>a\n\nb\n</think>c", "a\n\nb", "c"),
    ],
)
def test_only_what_stands_at_the_very_start_is_taken(text: str, thought: str, said: str) -> None:
    assert read(text) == (thought, said)


TEXT = "\n <think>\nfirst</thi\n\n  <think> second\n</think>\n\nThe <think>answer</think>.\n"


@given(st.lists(st.integers(0, len(TEXT)), max_size=40))
def test_tags_may_be_cut_anywhere(cuts: list[int]) -> None:
    assert read(TEXT, *cuts) == read(TEXT)


def test_a_long_blank_start_is_not_held_for_ever() -> None:
    tags = ThinkTags()
    assert tags.feed(" " * 1_000) == ("", " " * 1_000)
