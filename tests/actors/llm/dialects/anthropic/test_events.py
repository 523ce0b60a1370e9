"""Shapes of what servers send."""

from __future__ import annotations

import pytest

from actors.llm.dialects.anthropic.events import (
    MessageBlock,
    TokenCounts,
    decode_event,
    json_text,
    shaped,
    words,
)


@pytest.mark.parametrize("data", [b"", b"[1]", b"1", b"{oops", b'{"delta": 7}', b'{"type": {}}', b"\xff\xfe"])
def test_what_is_no_event_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        decode_event(data)


def test_bytes_that_are_no_text_become_marks() -> None:
    event = decode_event(b'{"type": "content_block_delta", "delta": {"text": "a\xff"}}')
    assert event.delta is not None
    assert event.delta.text == "a\ufffd"


def test_half_a_pair_stays_in_the_delta_and_is_a_mark_elsewhere() -> None:
    event = decode_event(
        b'{"type": "x", "delta": {"text": "\\ud83d"}, "content_block": {"type": "text", "text": "\\ud83d"}}'
    )
    assert event.delta is not None
    assert event.delta.text == "\ud83d"
    block = shaped(event.content_block, MessageBlock)
    assert block is not None
    assert block.text == "\ufffd"


def test_a_shape_that_does_not_fit_is_none() -> None:
    assert shaped(b'"x"', MessageBlock) is None
    assert shaped(b"[" * 100_000, list[object]) is None


def test_what_is_said_later_counts_unless_it_is_nothing() -> None:
    counts = TokenCounts(0, 9).after(TokenCounts(5, 1, 2))
    assert (counts.input_tokens, counts.output_tokens, counts.cache_read_input_tokens) == (5, 9, 2)


def test_thinking_is_a_part_of_the_output_where_it_is_counted() -> None:
    counts = shaped(b'{"output_tokens": 9, "output_tokens_details": {"thinking_tokens": 4}}', TokenCounts)
    assert counts is not None
    assert counts.usage().reasoning_tokens == 4


@pytest.mark.parametrize(("value", "text"), [("a", "a"), (1, "1"), (True, ""), (None, ""), ([1], "")])
def test_words_are_text_and_numbers(value: object, text: str) -> None:
    assert words(value) == text


def test_fragments_that_are_no_text_become_json() -> None:
    assert (json_text("a"), json_text(None), json_text({"a": 1})) == ("a", "", '{"a": 1}')
