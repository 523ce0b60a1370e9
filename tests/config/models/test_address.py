"""Addresses of model servers, as people paste them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ConfigError
from config.models.address import ENDPOINTS, host_of, is_same_host, place_of, read_address, shown


@pytest.mark.parametrize(
    ("text", "base", "dialect"),
    [
        ("https://h/v1", "https://h/v1", ""),
        ("https://h/v1/", "https://h/v1", ""),
        (" https://h/v1 ", "https://h/v1", ""),
        ("HTTPS://h/v1", "https://h/v1", ""),
        ("https://h/v1/chat/completions", "https://h/v1", "openai_chat"),
        ("https://h/v1/chat/completions/", "https://h/v1", "openai_chat"),
        ("https://h/chat/completions", "https://h", "openai_chat"),
        ("https://h/v1/responses", "https://h/v1", "openai_responses"),
        ("https://h/v1/messages", "https://h", "anthropic"),
        ("https://h/anthropic/v1/messages", "https://h/anthropic", "anthropic"),
        ("http://[::1]:8080/v1", "http://[::1]:8080/v1", ""),
        ("http://me:word@h:1/v1", "http://me:word@h:1/v1", ""),
    ],
)
def test_a_base_or_a_whole_endpoint_is_understood(text: str, base: str, dialect: str) -> None:
    address = read_address(text)
    assert (address.base_url, address.dialect, dict(address.query)) == (base, dialect, {})


def test_the_query_is_taken_off_and_kept() -> None:
    pasted = "https://r.openai.azure.com/openai/deployments/d/chat/completions?api-version=2025-04-01&x=a%20b&flag"
    address = read_address(pasted)
    assert address.base_url == "https://r.openai.azure.com/openai/deployments/d"
    assert address.query == {"api-version": "2025-04-01", "x": "a b", "flag": ""}


def test_anthropic_is_given_its_base_with_or_without_its_version() -> None:
    for text in ("https://h", "https://h/", "https://h/v1", "https://h/v1/", "https://h/v1/messages"):
        assert read_address(text, "anthropic").base_url == "https://h"


def test_a_server_without_a_path_gets_that_of_its_kind() -> None:
    assert read_address("http://gpu:11434", root="/v1").base_url == "http://gpu:11434/v1"
    assert read_address("http://gpu:11434/", root="/v1").base_url == "http://gpu:11434/v1"
    assert read_address("http://gpu:11434/api/v1", root="/v1").base_url == "http://gpu:11434/api/v1"
    assert read_address("https://h/chat/completions", root="/v1").base_url == "https://h"


@pytest.mark.parametrize(
    "text",
    [
        *("", "localhost:80", "h/v1", "ftp://h", "http://", "http:///v1", "http://h /v1", "http://h/v1#part"),
        *(
            "http://h/v\n1",
            "http://:80/v1",
            "http://h:port/v1",
            "http://me:word@/v1",
            "http://h/\x1b[2J",
            "http://[::1",
        ),
    ],
)
def test_what_is_no_address_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ConfigError, match="write http://HOST/v1"):
        read_address(text)


def test_an_error_never_shows_the_password_or_a_value_of_the_query() -> None:
    with pytest.raises(ConfigError) as caught:
        read_address("ftp://me:s3cret@h/v1?key=k-123")
    assert "s3cret" not in str(caught.value)
    assert "k-123" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://me:word@h/v1?key=a&b", "https://me:[hidden]@h/v1?key=[hidden]&b=[hidden]"),
        ("https://token@h/v1", "https://token@h/v1"),
        ("https://h/v1", "https://h/v1"),
        ("no address", "no address"),
    ],
)
def test_an_address_is_shown_without_what_lets_in(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_hosts_are_compared_without_login_and_case() -> None:
    assert host_of("http://me:word@H:1?x") == "H:1"
    assert is_same_host("https://a:b@API.x/v1", "https://api.x/other?y")
    assert not is_same_host("https://api.x.evil/v1", "https://api.x/v1")
    assert place_of("http://me:word@h:1/v1?x=y#z") == "http://h:1/v1"


@given(
    st.from_regex(r"[a-z][a-z0-9.-]{0,20}[a-z0-9]", fullmatch=True),
    st.lists(st.sampled_from(["v1", "api", "openai", "deployments"]), max_size=3),
    st.dictionaries(
        st.from_regex(r"[a-z-]{1,8}", fullmatch=True), st.text(alphabet="abc &=%/é", max_size=8), max_size=3
    ),
    st.sampled_from(["", *ENDPOINTS]),
)
def test_what_is_read_does_not_depend_on_how_much_was_pasted(
    host: str, path: list[str], query: dict[str, str], end: str
) -> None:
    from urllib.parse import urlencode  # noqa: PLC0415 - as in the module

    base = f"https://{host}" + "".join(f"/{part}" for part in path)
    address = read_address(f"{base}{end}?{urlencode(query)}")
    assert dict(address.query) == query
    assert "?" not in address.base_url
    assert read_address(address.base_url, address.dialect).base_url == address.base_url
