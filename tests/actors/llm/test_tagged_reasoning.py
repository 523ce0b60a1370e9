"""Reasoning between tags at the start of an answer, in the dialects that have no place of their own for it."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.blocks import ContentBlock, ReasoningBlock, TextBlock
from actors.llm.dialect import Decoder, dialect_named
from actors.llm.port import Failed, Finished
from config.providers import ProviderAccess
from tests.actors.llm.dialects.anthropic import streams as messages
from tests.actors.llm.dialects.openai_responses.streams import MESSAGE, Event, added, completed, done, event

TAGGED = "\n<think>\nsecret\n</think>\n\nanswer"
DIALECTS = ["anthropic", "openai_responses"]


def decoder_of(dialect: str) -> Decoder:
    return dialect_named(ProviderAccess("p", "http://127.0.0.1:9/v1", "m", dialect=dialect)).decoder()


def stream(dialect: str, texts: list[str]) -> bytes:
    """A whole answer of these texts."""
    if dialect == "anthropic":
        return messages.start() + messages.said(0, *texts) + messages.end()
    item: Event = MESSAGE | {"content": [{"type": "output_text", "text": "".join(texts)}]}
    deltas = [
        event("output_text.delta", item_id="msg_1", output_index=0, content_index=0, delta=text) for text in texts
    ]
    events = [added(0, item), *deltas, done(0, item), completed(item)]
    return b"".join(b"data: " + json.dumps(each).encode() + b"\n\n" for each in events)


def read(dialect: str, *texts: str) -> tuple[str, str, tuple[ContentBlock, ...]]:
    """The text and the reasoning that streamed, and the blocks of the message."""
    decoder = decoder_of(dialect)
    data = stream(dialect, list(texts))
    pieces = [piece for place in range(0, len(data), 7) for piece in decoder.feed(data[place : place + 7])]
    final = decoder.close()
    assert isinstance(final, Finished)
    text, reasoning = ("".join(getattr(piece, sort) for piece in pieces) for sort in ("text", "reasoning"))
    assert (final.message.text, final.message.reasoning) == (text, reasoning)
    return text, reasoning, final.message.blocks


@pytest.mark.parametrize("dialect", DIALECTS)
@given(cuts=st.sets(st.integers(1, len(TAGGED) - 1)))
def test_reasoning_between_tags_is_reasoning_wherever_it_is_cut(dialect: str, cuts: set[int]) -> None:
    places = [0, *sorted(cuts), len(TAGGED)]
    texts = [TAGGED[start:end] for start, end in pairwise(places)]
    assert read(dialect, *texts)[:2] == ("answer", "secret")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("cut", range(len("<think>"), len(TAGGED.strip()) - len("answer") - len("\n</think>\n")))
def test_reasoning_that_is_cut_is_no_text(dialect: str, cut: int) -> None:
    assert read(dialect, TAGGED.strip()[:cut])[0] == ""


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("text", ["a <think>b</think> c", "<thi", "<b>bold</b>", "  plain"])
def test_text_that_begins_with_no_tag_stays_as_it_is(dialect: str, text: str) -> None:
    said, thought, blocks = read(dialect, text)
    assert (said, thought, len(blocks)) == (text, "", 1)


def test_a_signed_thought_and_the_blocks_around_the_text_stay_as_they_are() -> None:
    decoder = decoder_of("anthropic")
    data = messages.start() + messages.thought(0, "hm", "sig") + messages.said(1, "<think>a</think>b")
    decoder.feed(data + messages.called(2, "toolu_1", "find", "{}") + messages.said(3, "<think>c") + messages.end())
    final = decoder.close()
    assert isinstance(final, Finished)
    signed, tagged, text, call, later = final.message.blocks
    assert isinstance(signed, ReasoningBlock)
    assert signed.state is not None
    assert (tagged, text, later) == (ReasoningBlock("a"), TextBlock("b"), TextBlock("<think>c"))
    assert call == final.message.calls[0]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_answer_that_broke_off_inside_of_a_tag_is_a_failure(dialect: str) -> None:
    decoder = decoder_of(dialect)
    data = stream(dialect, ["<think>half"])
    decoder.feed(data[: data.index(b"half") + 20])
    assert isinstance(decoder.close(), Failed)
