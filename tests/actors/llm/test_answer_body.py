"""What the first bytes of an answer tell of it, in the same way for every dialect."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from actors.llm.answer_body import BLANK, NOT_BEGUN, QUOTED, AnswerBody
from actors.llm.dialect import dialect_named
from actors.llm.port import Failed
from config.models.provider_access import SCRIPTED, ProviderAccess

DIALECTS = ("anthropic", "openai_chat", "openai_responses")


def spoken(dialect: str) -> ProviderAccess:
    return replace(SCRIPTED, dialect=dialect)


@pytest.mark.parametrize(
    ("data", "page", "json"),
    [
        (b"data: {}", False, False),
        (BLANK + b"{", False, True),
        (b"\r\n [", False, True),
        (b" <html>", True, False),
        (b"", False, False),
    ],
)
def test_the_first_visible_byte_tells_what_comes_however_it_is_split(data: bytes, page: bool, json: bool) -> None:  # noqa: FBT001 - a table
    body = AnswerBody()
    for byte in data:
        assert not body.look(bytes((byte,)))
    assert (body.page, body.json is not None) == (page, json)


def test_of_a_page_no_more_is_read_than_is_quoted() -> None:
    body = AnswerBody()
    assert not body.look(b"<" * (QUOTED - 1))
    assert body.look(b"<")


def test_what_ends_within_a_field_of_a_stream_had_not_begun() -> None:
    for start in (b"", b"da", b"data: {", b": ping", b"\xef\xbb\xbf\n"):
        body = AnswerBody()
        body.look(start)
        assert body.senseless("a stream", "as it is") == NOT_BEGUN


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_plain_text_that_says_a_known_reason_is_taken_for_it(dialect: str) -> None:
    decoder = dialect_named(spoken(dialect)).decoder()
    decoder.feed(b"Error: This model's maximum context length is 8192 tokens. However, you requested 9000 tokens.")
    failure = decoder.close()
    assert isinstance(failure, Failed)
    assert failure.kind == "context_exceeded"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_json_in_place_of_a_stream_is_progress(dialect: str) -> None:
    """Else a slow server would be given up in the middle of its answer."""
    decoder = dialect_named(spoken(dialect)).decoder()
    decoder.feed(b'{"id": "x",')
    before = decoder.progress
    decoder.feed(b' "model": "m",')
    assert decoder.progress > before


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_json_answer_that_texts_with_braces_disguise_is_read_at_its_end(dialect: str) -> None:
    answers = {
        "anthropic": b'{"type": "message", "content": [{"type": "text", "text": "a {"}], "stop_reason": "end_turn"}',
        "openai_chat": b'{"choices": [{"message": {"content": "a {"}, "finish_reason": "stop"}]}',
        "openai_responses": b'{"status": "completed", "output": [{"type": "message", "content": '
        b'[{"type": "output_text", "text": "a {"}]}]}',
    }
    decoder = dialect_named(spoken(dialect)).decoder()
    decoder.feed(answers[dialect])
    final = decoder.close()
    assert not isinstance(final, Failed)
    assert final.message.text == "a {"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_half_a_json_answer_is_a_cut(dialect: str) -> None:
    decoder = dialect_named(spoken(dialect)).decoder()
    decoder.feed(b'{"choices": [{"mess')
    failure = decoder.close()
    assert isinstance(failure, Failed)
    assert (failure.kind, failure.retryable) == ("cut", True)
