"""Exceptions of the libraries become advice, and never show what they quote."""

from __future__ import annotations

import pytest
import requests
from urllib3.exceptions import DecodeError, ProtocolError

from actors.llm.http.limits import WaitLimits, stalled
from actors.llm.http.trouble import broken_off, never_sent
from config.providers import ProviderAccess

ACCESS = ProviderAccess("test", "https://name:word@host.example/v1?k=v", "m")


LIMITS = WaitLimits(3.0, 7.0)


@pytest.mark.parametrize(
    ("problem", "kind", "retryable", "word"),
    [
        (requests.ConnectTimeout(), "unreachable", True, "3 s"),
        (requests.ReadTimeout(), "stalled", True, "7 s"),
        (requests.exceptions.ProxyError(), "unreachable", True, "HTTPS_PROXY"),
        (requests.exceptions.SSLError(), "unreachable", False, "REQUESTS_CA_BUNDLE"),
        (requests.exceptions.InvalidURL(), "rejected", False, "base_url"),
        (requests.exceptions.InvalidHeader("Bearer word"), "rejected", False, "header"),
        (
            requests.ConnectionError(ProtocolError("x", ConnectionResetError(104, "x"))),
            "unreachable",
            True,
            "reset by peer",
        ),
        (requests.ConnectionError(ConnectionRefusedError(111, "x")), "unreachable", True, "Nothing listens"),
    ],
)
def test_what_kept_a_request_from_being_answered(
    problem: Exception,
    kind: str,
    retryable: bool,  # noqa: FBT001 - a table's column
    word: str,
) -> None:
    failure = never_sent(problem, ACCESS, LIMITS, reused=False)
    assert (failure.kind, failure.retryable, failure.retry_after) == (kind, retryable, None)
    assert word in failure.text
    assert "word" not in failure.text
    assert "k=v" not in failure.text


def test_an_old_connection_that_died_may_be_replaced_at_once() -> None:
    problem = requests.ConnectionError(ProtocolError("x", ConnectionResetError(104, "x")))
    assert never_sent(problem, ACCESS, LIMITS, reused=True).retry_after == 0.0


def test_a_refused_connect_is_never_blamed_on_an_old_connection() -> None:
    assert (
        never_sent(requests.ConnectionError(ConnectionRefusedError(111, "x")), ACCESS, LIMITS, reused=True).retry_after
        is None
    )


def test_what_ends_a_stream_is_told_apart() -> None:
    assert broken_off(DecodeError("bad")).kind == "malformed"
    assert broken_off(ProtocolError("x", TimeoutError())).kind == "stalled"
    assert broken_off(ProtocolError("x", ConnectionResetError())).kind == "cut"
    assert all(broken_off(problem).retryable for problem in (DecodeError("bad"), OSError()))


def test_a_stall_names_its_limit_and_its_setting() -> None:
    limits = WaitLimits(stall=120.0, start=600.0)
    assert "120 s" in stalled(limits, begun=True).text
    assert "model.stall_limit" in stalled(limits, begun=True).text
    assert "600 s" in stalled(limits, begun=False).text
    assert "model.start_limit" in stalled(limits, begun=False).text
