"""What a refusal means, and whether another try makes sense."""

from __future__ import annotations

import pytest

from actors.llm.failures import LONGEST_TEXT, retry_after, server_message, shortened, status_failure, stream_failure

NOW = 1_700_000_000.0


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 529])
def test_a_busy_server_may_be_asked_again(status: int) -> None:
    failure = status_failure(status, {"retry-after": "7"}, b"", NOW)
    assert (failure.kind, failure.retryable, failure.retry_after) == ("overloaded", True, 7.0)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
def test_a_refusal_is_final_and_quotes_the_server(status: int) -> None:
    failure = status_failure(status, {}, b'{"error": {"message": "no such thing"}}', NOW)
    assert (failure.kind, failure.retryable) == ("rejected", False)
    assert "no such thing" in failure.text
    assert str(status) in failure.text


def test_an_account_without_credit_is_not_asked_again() -> None:
    body = b'{"error": {"message": "You exceeded your quota", "code": "insufficient_quota"}}'
    failure = status_failure(429, {"retry-after": "1"}, body, NOW)
    assert (failure.kind, failure.retryable) == ("rejected", False)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("1.5", 1.5),
        ("Tue, 14 Nov 2023 22:13:30 GMT", 10.0),
        ("Tue, 14 Nov 2023 22:13:10 GMT", 0.0),
        ("-3", None),
        ("nan", None),
        ("inf", None),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_comes_as_seconds_or_as_a_date(value: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": value}, NOW) == seconds


def test_milliseconds_are_more_exact_and_win() -> None:
    assert retry_after({"retry-after-ms": "250", "retry-after": "1"}, NOW) == 0.25


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"error": {"message": "m", "type": "t", "code": "c"}}', "m"),
        (b'{"error": "bare"}', "bare"),
        (b'[{"error": {"message": "listed", "code": 400}}]', "listed"),
        (b'{"detail": "Not Found"}', "Not Found"),
        (b'{"detail": [{"loc": ["body"], "msg": "field required"}]}', '[{"loc":["body"],"msg":"field required"}]'),
        (b'{"message": "top"}', "top"),
        (b"<html><head><title>502 Bad &amp; Gateway</title></head><body>x</body></html>", "502 Bad & Gateway"),
        (b"plain \x1b[31m text\n", "plain [31m text"),
        (b"", ""),
        (b"{}", ""),
        (b"null", ""),
        (b"\xff\xfe", "\ufffd\ufffd"),
    ],
)
def test_the_servers_words_are_found_wherever_they_stand(body: bytes, said: str) -> None:
    assert server_message(body)[0] == said


def test_long_words_are_cut() -> None:
    assert len(shortened("word " * 10_000)) <= LONGEST_TEXT + 2


@pytest.mark.parametrize(
    ("error", "kind", "retryable"),
    [
        ({"message": "x", "code": 429}, "overloaded", True),
        ({"message": "x", "code": 502}, "overloaded", True),
        ({"message": "x", "code": 400}, "rejected", False),
        ({"message": "x", "type": "overloaded_error"}, "overloaded", True),
        ({"message": "x", "type": "invalid_request_error"}, "rejected", False),
        ({"message": "x", "code": "context_length_exceeded"}, "rejected", False),
        ({"message": "x"}, "overloaded", True),
        ("x", "overloaded", True),
    ],
)
def test_an_error_in_a_stream_is_judged_by_what_it_says(error: object, kind: str, retryable: bool) -> None:  # noqa: FBT001 - a table's column
    failure = stream_failure(error)
    assert (failure.kind, failure.retryable) == (kind, retryable)
    assert "x" in failure.text
