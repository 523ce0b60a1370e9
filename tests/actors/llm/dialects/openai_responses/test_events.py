"""Single events and items, in every sort that servers send."""

from __future__ import annotations

import msgspec
import pytest

from actors.llm.dialects.openai_responses.events import WireItem, WireResponse, decode_event, place, usage_of, words
from actors.transcript import Usage


def test_half_a_pair_stays_in_the_delta_and_is_a_mark_elsewhere() -> None:
    event = decode_event(b'{"type": "t", "delta": "a\\ud83d", "item": {"id": "\\ud83d"}, "text": "\\ude00"}')
    assert (event.delta, event.text) == ("a\ud83d", "\ufffd")
    assert msgspec.json.decode(event.item) == {"id": "\ufffd"}


def test_bytes_that_are_no_text_become_marks() -> None:
    assert decode_event(b'{"type": "t", "delta": "a\xff"}').delta == "a\ufffd"


@pytest.mark.parametrize("data", [b"[]", b"1", b'"a"', b"null", b"{", b'{"type": 3}', b'{"type": []}', b"", b"[DONE]"])
def test_what_is_no_event_is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        decode_event(data)


@pytest.mark.parametrize(
    ("value", "index"), [(1, 1), ("2", 2), (3.0, 3), (None, None), (True, None), ("x", None), ([], None), (1e400, None)]
)
def test_a_place_may_be_text(value: object, index: int | None) -> None:
    assert place(value) == index


def test_words_are_texts_and_numbers() -> None:
    assert [words(value) for value in ("a", 7, None, True, [], {})] == ["a", "7", "", "", "", ""]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("hi", "hi"),
        ([{"text": "a"}, {"refusal": "b"}, {"type": "x"}, 3, "c"], "abc"),
        ({"text": "a"}, "a"),
        (None, ""),
        ([{"text": 3}], ""),
    ],
)
def test_the_content_of_a_message_may_be_of_any_sort(content: object, said: str) -> None:
    assert WireItem(type="message", content=content).said == said


def test_the_reason_may_be_an_object_or_a_text() -> None:
    assert WireResponse(incomplete_details={"reason": "a"}).reason == "a"
    assert WireResponse(incomplete_details="b").reason == "b"
    assert WireResponse(incomplete_details=["c"]).reason == ""


@pytest.mark.parametrize(
    ("counts", "usage"),
    [
        (None, Usage()),
        ([], Usage()),
        ({"input_tokens": 9, "output_tokens": 2}, Usage(9, 2)),
        ({"prompt_tokens": 9, "completion_tokens": 2.0}, Usage(9, 2)),
        ({"input_tokens": None, "output_tokens": -1}, Usage()),
        ({"input_tokens": 9, "input_tokens_details": {"cached_tokens": 6, "cache_write_tokens": 2}},
         Usage(9, cached_tokens=6, cache_written_tokens=2)),
        ({"output_tokens": 4, "output_tokens_details": {"reasoning_tokens": 3}}, Usage(0, 4, reasoning_tokens=3)),
        ({"input_tokens": 1, "input_tokens_details": "no", "output_tokens_details": None}, Usage(1)),
    ],
)  # fmt: skip
def test_usage_is_what_was_said_and_zero_elsewhere(counts: object, usage: Usage) -> None:
    assert usage_of(counts) == usage
