"""What is wrong between here and the server is named as what it is: TLS, proxies, certificates."""

from __future__ import annotations

import pytest

from actors.llm.http.model import HttpModel
from config.providers import ProviderAccess
from tests.actors.llm.hearing import Hearing, call
from tests.servers.raw_server import RawServer


def access(url: str) -> ProviderAccess:
    return ProviderAccess("test", url, "m")


def test_a_server_without_tls_behind_https_is_named_as_what_it_is() -> None:
    with RawServer(lambda line: line.say(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")) as server:
        model, hearing = HttpModel(access(server.url.replace("http:", "https:"))), Hearing()
        model.start("r", call(), hearing)
        final = hearing.failed()
        model.close()
    assert final.kind == "rejected"
    assert "does not speak TLS" in final.text


def test_a_server_of_tls_behind_http_is_named_as_what_it_is() -> None:
    alert = b"\x15\x03\x01\x00\x02\x02\x46"
    with RawServer(lambda line: line.say(alert)) as server:
        model, hearing = HttpModel(access(server.url)), Hearing()
        model.start("r", call(), hearing)
        final = hearing.failed()
        model.close()
    assert final.kind == "rejected"
    assert "speaks TLS only" in final.text


@pytest.mark.parametrize(
    ("variable", "value", "word"),
    [
        ("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem", "REQUESTS_CA_BUNDLE names a file"),
        ("HTTPS_PROXY", "socks5h://127.0.0.1:1", "HTTPS_PROXY names a SOCKS proxy"),
        ("ALL_PROXY", "socks5://127.0.0.1:1", "ALL_PROXY names a SOCKS proxy"),
    ],
)
def test_what_is_wrong_with_the_environment_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, word: str
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, value)
    model, hearing = HttpModel(access("https://model.invalid/v1")), Hearing()
    model.start("r", call(), hearing)
    final = hearing.failed()
    model.close()
    assert (final.kind, final.retryable) == ("rejected", False)
    assert word in final.text
    assert "/nowhere" not in final.text
