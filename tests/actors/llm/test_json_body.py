"""A JSON answer in pieces."""

from __future__ import annotations

from actors.llm.json_body import LONGEST_BODY, JsonBody


def test_it_may_be_whole_when_its_braces_are_closed() -> None:
    body = JsonBody()
    assert [body.add(part) for part in (b'{"a": ', b'{"b": 1', b"}", b"}\n")] == [False, False, False, True]
    assert bytes(body) == b'{"a": {"b": 1}}\n'
    assert not body.cut


def test_it_is_cut_while_one_is_open() -> None:
    body = JsonBody()
    body.add(b'{"a": [{}')
    assert body.cut


def test_braces_in_texts_make_it_tried_seldom() -> None:
    """A hostile server could make every read look like the end."""
    body = JsonBody()
    assert body.add(b'{"a": "}')
    tries = sum(body.add(b"{}") for _ in range(10_000))
    assert 5 < tries < 20


def test_it_has_a_longest_length() -> None:
    body = JsonBody()
    body.add(b"{" + b" " * LONGEST_BODY)
    assert body.endless
