"""Server-sent events, however the reads are cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.llm.sse import LONGEST_EVENT, EventDecoder, EventTooLong, ServerEvent

STREAM = (
    b"\xef\xbb\xbf: a comment\r\ndata: one\r\n\r\n"
    b"event: error\ndata:two\ndata: three\n\n"
    b"data: \xc3\xa4\xe2\x82\xac\r\rid: 7\nretry: 5\n\nevent: lonely\n\ndata\n\ndata: [DONE]\n\n"
)
EVENTS = [
    ServerEvent(b"", b"one"),
    ServerEvent(b"error", b"two\nthree"),
    ServerEvent(b"", "ä€".encode()),
    ServerEvent(b"", b""),
    ServerEvent(b"", b"[DONE]"),
]


def decoded(stream: bytes, cuts: list[int]) -> list[ServerEvent]:
    decoder, events, start = EventDecoder(), list[ServerEvent](), 0
    for cut in [*sorted(cuts), len(stream)]:
        events += decoder.feed(stream[start:cut])
        start = cut
    return events + decoder.close()


def test_a_whole_stream_is_decoded() -> None:
    assert decoded(STREAM, []) == EVENTS


@given(st.lists(st.integers(0, len(STREAM)), max_size=20))
def test_cuts_anywhere_change_nothing(cuts: list[int]) -> None:
    assert decoded(STREAM, cuts) == EVENTS


def test_single_bytes_change_nothing() -> None:
    assert decoded(STREAM, list(range(len(STREAM)))) == EVENTS


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_every_line_end_of_the_standard_is_understood(line_end: bytes) -> None:
    stream = b"data: a\n\ndata: b\ndata: c\n\n".replace(b"\n", line_end)
    expected = [ServerEvent(b"", b"a"), ServerEvent(b"", b"b\nc")]
    assert decoded(stream, []) == expected
    assert decoded(stream, list(range(len(stream)))) == expected


def test_an_event_is_given_out_as_soon_as_its_empty_line_has_come() -> None:
    decoder = EventDecoder()
    assert decoder.feed(b"data: a\r\n\r") == [ServerEvent(b"", b"a")]
    assert decoder.feed(b"\ndata: b\n\n") == [ServerEvent(b"", b"b")]


def test_a_last_event_without_its_empty_line_comes_with_the_end() -> None:
    decoder = EventDecoder()
    assert decoder.feed(b"data: [DONE]") == []
    assert decoder.close() == [ServerEvent(b"", b"[DONE]")]


def test_only_the_first_space_belongs_to_the_field() -> None:
    assert EventDecoder().feed(b"data:  a\n\n") == [ServerEvent(b"", b" a")]


def test_a_mark_in_the_middle_is_kept() -> None:
    assert EventDecoder().feed(b"data: a\xef\xbb\xbf\n\n") == [ServerEvent(b"", b"a\xef\xbb\xbf")]


def test_a_line_without_end_is_refused() -> None:
    decoder = EventDecoder()
    part = b"x" * (LONGEST_EVENT // 4)
    for _ in range(4):
        assert decoder.feed(part) == []
    with pytest.raises(EventTooLong):
        decoder.feed(b"x")


def test_an_event_of_endless_lines_is_refused() -> None:
    decoder = EventDecoder()
    lines = b"data: " + b"x" * (LONGEST_EVENT // 4) + b"\n"
    for _ in range(4):
        decoder.feed(lines)
    with pytest.raises(EventTooLong):
        decoder.feed(b"data: y\n")
