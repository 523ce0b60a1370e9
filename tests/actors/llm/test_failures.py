"""What a refusal means, and whether another try makes sense."""

from __future__ import annotations

import msgspec
import pytest

from actors.llm.error_body import LONGEST_TEXT, shortened
from actors.llm.failures import (
    is_key_problem,
    retry_after,
    server_message,
    status_failure,
    stream_failure,
    text_failure,
)

NOW = 1_700_000_000.0


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 529])
def test_a_busy_server_may_be_asked_again(status: int) -> None:
    failure = status_failure(status, {"retry-after": "7"}, b"", NOW)
    assert (failure.kind, failure.retryable, failure.retry_after) == ("overloaded", True, 7.0)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
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
        ({"message": "x", "code": "context_length_exceeded"}, "context_exceeded", False),
        ({"message": "x"}, "overloaded", True),
        ("x", "overloaded", True),
    ],
)
def test_an_error_in_a_stream_is_judged_by_what_it_says(error: object, kind: str, retryable: bool) -> None:  # noqa: FBT001 - a table's column
    failure = stream_failure(error)
    assert (failure.kind, failure.retryable) == (kind, retryable)
    assert "x" in failure.text


@pytest.mark.parametrize("status", [400, 413, 422, 429, 500])
def test_a_request_that_is_too_long_is_told_from_other_refusals(status: int) -> None:
    body = b'{"error": {"message": "prompt is too long: 208310 tokens > 200000 maximum"}}'
    failure = status_failure(status, {"retry-after": "1"}, body, NOW)
    assert (failure.kind, failure.retryable) == ("context_exceeded", False)
    assert "208310" in failure.text


def test_a_413_without_a_word_is_a_request_that_is_too_long() -> None:
    assert status_failure(413, {}, b"", NOW).kind == "context_exceeded"


def test_a_text_in_place_of_a_stream_may_say_that_the_request_is_too_long() -> None:
    failure = text_failure("error: the request exceeds the available context size, try increasing it")
    assert failure is not None
    assert failure.kind == "context_exceeded"
    assert text_failure("Hello, this is a text.") is None


@pytest.mark.parametrize(
    "error",
    [
        {"message": "The response was filtered", "code": "content_filter"},
        {"message": "Your input requires moderation: it was flagged", "code": 403},
        {"message": "The prompt triggers Azure OpenAI's content management policy.", "code": 400},
        {"message": "Output data may contain inappropriate content.", "code": "data_inspection_failed"},
    ],
)
def test_what_a_provider_forbids_by_its_rules_is_filtered(error: dict[str, object]) -> None:
    assert (stream_failure(error).kind, stream_failure(error).retryable) == ("filtered", False)


@pytest.mark.parametrize(
    "raw",
    [
        '{"error": {"message": "prompt is too long: 9 tokens > 8 maximum"}}',
        {"error": {"message": "prompt is too long: 9 tokens > 8 maximum"}},
        "prompt is too long: 9 tokens > 8 maximum",
        '[{"error": {"message": "prompt is too long: 9 tokens > 8 maximum", "status": "INVALID_ARGUMENT"}}]',
    ],
)
def test_the_reason_behind_a_gateway_is_quoted_and_counts(raw: object) -> None:
    body = msgspec.json.encode(
        {"error": {"message": "Provider returned error", "code": 400, "metadata": {"raw": raw, "provider_name": "P"}}}
    )
    failure = status_failure(400, {}, body, NOW)
    assert failure.kind == "context_exceeded"
    assert "Provider returned error: prompt is too long" in failure.text


def test_errors_that_hold_each_other_without_end_are_read_to_a_depth() -> None:
    raw = "deepest"
    for _ in range(10):
        raw = msgspec.json.encode({"error": {"message": "m", "metadata": {"raw": raw}}}).decode()
    assert server_message(raw.encode())[0].startswith("m")
    assert server_message(b'{"error": ' * 20_000)[0].startswith('{"error":')


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        (b'{"error": {"code": 429, "details": [{"@type": "x"}, {"retryDelay": "27.5s"}]}}', 27.5),
        (b'[{"error": {"code": 429, "details": [{"retryDelay": {"seconds": 27}}]}}]', 27.0),
        (b'{"error": {"message": "Rate limit reached. Please try again in 1m2.5s. Visit"}}', 62.5),
        (b'{"error": {"message": "Please try again in 320ms."}}', 0.32),
        (b'{"error": {"message": "Please retry in 7 seconds"}}', 7.0),
        (b'{"error": {"message": "Please retry after 2h"}}', 7200.0),
        (b'{"error": {"message": "m"}, "retry_after": 3}', 3.0),
        (b'{"error": {"message": "m", "retry_after": -3}}', None),
        (b'{"error": {"message": "m", "details": "none"}}', None),
        (b'{"error": {"message": "try again in a while"}}', None),
    ],
)
def test_a_pause_that_the_body_asks_for_is_kept(body: bytes, seconds: float | None) -> None:
    assert status_failure(429, {}, body, NOW).retry_after == seconds
    assert status_failure(429, {"retry-after": "5"}, body, NOW).retry_after == 5.0, "a header is more exact"


@pytest.mark.parametrize(
    ("status", "body", "about_the_key"),
    [
        (401, b"", True),
        (403, b"", True),
        (403, b'{"error": {"message": "Incorrect API key provided"}}', True),
        (403, b'{"error": {"message": "Country, region, or territory not supported"}}', False),
        (403, b'{"error": {"message": "This model is not available in your plan"}}', False),
        (403, b"<html><title>Just a moment...</title></html>", False),
        (400, b'{"error": {"message": "api key"}}', False),
    ],
)
def test_a_403_may_be_about_something_else_than_the_key(status: int, body: bytes, *, about_the_key: bool) -> None:
    assert is_key_problem(status, body) is about_the_key


def test_a_call_that_the_server_could_not_read_goes_back_to_the_model() -> None:
    body = b'{"error": {"message": "Failed to call a function", "code": "tool_use_failed", "failed_generation": "<f>"}}'
    failure = status_failure(400, {}, body, NOW)
    assert (failure.kind, failure.retryable) == ("malformed", True)
    assert "<f>" in failure.told


def test_half_a_surrogate_pair_in_an_error_is_no_obstacle() -> None:
    failure = status_failure(400, {}, b'{"error": {"message": "bad \\ud83d text"}}', NOW)
    assert "bad \ufffd text" in failure.text
