"""Text that every encoder takes."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as some

from actors.valid_unicode import valid_unicode, valid_unicode_result
from tools.tool import TodoItem, ToolResult


@given(some.text())
def test_text_stays_as_it_is(text: str) -> None:
    whole = text.encode("utf-8", "ignore").decode()
    assert valid_unicode(whole) == whole


@given(some.text(some.characters()))
def test_whatever_it_was_it_can_be_encoded(text: str) -> None:
    made = valid_unicode(text)
    assert len(made) == len(text)
    msgspec.json.encode(made)


@given(some.text(some.characters()))
def test_so_can_a_whole_result(text: str) -> None:
    result = ToolResult("ok", text, (text,), spill=text, diff=text, todo=(TodoItem(text),))
    msgspec.json.encode(valid_unicode_result(result))
    assert valid_unicode_result(ToolResult("ok", "plain")) == ToolResult("ok", "plain")
