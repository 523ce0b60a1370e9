"""One request after the other: failures and what they mean, redirects, pieces, and keys that never show."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from actors.llm.http.limits import WaitLimits
from actors.llm.http.model import HttpModel
from actors.llm.http.session import address
from actors.llm.port import Failed, Finished, Piece
from config.providers import ProviderAccess
from config.quirks import Quirks
from config.secrets import Secret
from config.version import VERSION
from tests.actors.llm.hearing import DONE, PATIENCE, STOP, Hearing, call, text_event
from tests.servers.raw_server import HEAD, LAST_CHUNK, Line, RawServer

KEY = "top-secret-0123456789"
VARIABLE = "TEST_KEY"
WHOLE = text_event("Hello") + STOP + DONE


def plain(status: str, body: bytes = b"", **headers: str) -> bytes:
    """A response of known length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def access(url: str, key: str = KEY, variable: str = VARIABLE) -> ProviderAccess:
    return ProviderAccess("test", url, "m", key=Secret(key), key_variable=variable, headers=(("X-Team", "hush-hush"),))


@contextmanager
def session(
    *responses: bytes, stall_limit: float = PATIENCE, key: str = KEY, variable: str = VARIABLE
) -> Generator[tuple[HttpModel, list[bytes]]]:
    """A model whose server gives these responses, each on the connection that asks next, and the heads it heard."""
    left, heads, turn = list(responses), list[bytes](), threading.Lock()

    def serve(line: Line) -> None:
        while True:
            head, _ = line.hear()
            if not head:
                return
            with turn:
                heads.append(head)
                response = left.pop(0)
            line.say(response)
            if b"Content-Length" not in response and not response.endswith(LAST_CHUNK):
                return

    with RawServer(serve) as server:
        model = HttpModel(access(server.url, key, variable), limits=WaitLimits(stall=stall_limit))
        try:
            yield model, heads
        finally:
            model.close()


def asked(model: HttpModel) -> Hearing:
    hearing = Hearing()
    model.start("r", call(), hearing)
    hearing.final()
    return hearing


def failure(*responses: bytes, stall_limit: float = PATIENCE, key: str = KEY, variable: str = VARIABLE) -> Failed:
    with session(*responses, stall_limit=stall_limit, key=key, variable=variable) as (model, _):
        return asked(model).failed()


def chunked(*parts: bytes) -> bytes:
    return HEAD + b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + LAST_CHUNK


def test_the_request_carries_key_headers_and_no_compression() -> None:
    with session(chunked(WHOLE)) as (model, heads):
        asked(model).finished()
    assert heads[0].startswith(b"POST /v1/chat/completions HTTP/1.1\r\n")
    assert f"Authorization: Bearer {KEY}".encode() in heads[0]
    assert b"X-Team: hush-hush" in heads[0]
    assert b"Accept-Encoding: identity" in heads[0]


def test_without_a_key_none_is_sent_whatever_netrc_says(own_home: object) -> None:
    with session(chunked(WHOLE), key="") as (model, heads):
        asked(model).finished()
    assert b"Authorization" not in heads[0]


@pytest.mark.parametrize("size", [1, 2, 7, 50, 10_000])
def test_chunks_of_any_size_are_the_same_answer(size: int) -> None:
    parts = [WHOLE[start : start + size] for start in range(0, len(WHOLE), size)]
    with session(chunked(*parts)) as (model, _):
        hearing = asked(model)
        assert hearing.finished().message.text == hearing.text() == "Hello"


def test_a_compressed_stream_is_read_all_the_same() -> None:
    packed = gzip.compress(WHOLE)
    head = HEAD.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n")
    body = b"".join(b"%x\r\n%b\r\n" % (1, packed[place : place + 1]) for place in range(len(packed)))
    with session(head + body + LAST_CHUNK) as (model, _):
        assert asked(model).finished().message.text == "Hello"


def test_a_body_that_ends_with_the_connection_is_read_to_there() -> None:
    with session(b"HTTP/1.0 200 OK\r\n\r\n" + WHOLE) as (model, _):
        assert asked(model).finished().message.text == "Hello"


def test_a_body_of_known_length_is_an_answer() -> None:
    with session(plain("200 OK", WHOLE)) as (model, _):
        assert asked(model).finished().message.text == "Hello"


def test_thousands_of_tokens_come_in_few_pieces() -> None:
    """S0-25: what a token costs is not paid by every listener."""
    with session(chunked(*(text_event(f"{number} ") for number in range(5_000)), STOP + DONE)) as (model, _):
        hearing = asked(model)
        assert hearing.text() == "".join(f"{number} " for number in range(5_000))
        assert len(hearing.signals) < 500


def test_text_is_not_held_back_while_the_server_is_silent() -> None:
    go_on = threading.Event()

    def serve(line: Line) -> None:
        line.hear()
        line.say(HEAD)
        line.chunk(text_event("a"))
        line.chunk(text_event("b"))
        assert go_on.wait(PATIENCE)
        line.chunk(STOP + DONE)
        line.say(LAST_CHUNK)

    heard = threading.Event()
    with RawServer(serve) as server:
        model = HttpModel(access(server.url))
        text: list[str] = []
        final = Hearing()

        def listener(signal: Piece | Finished | Failed) -> None:
            if isinstance(signal, Piece):
                text.append(signal.text)
                if "".join(text) == "ab":
                    heard.set()
            else:
                final(signal)

        model.start("r", call(), listener)
        assert heard.wait(PATIENCE)
        go_on.set()
        final.finished()
        model.close()


def test_429_says_when_to_come_back() -> None:
    """Pain 18: a server's Retry-After is passed on."""
    final = failure(plain("429 Too Many Requests", b'{"error": {"message": "slow down"}}', Retry_After="12"))
    assert (final.kind, final.retryable, final.retry_after) == ("overloaded", True, 12.0)
    assert "slow down" in final.text


def test_a_refused_key_names_the_variable_and_never_the_key() -> None:
    body = f'{{"error": {{"message": "Incorrect API key provided: {KEY}, team hush-hush"}}}}'.encode()
    final = failure(plain("401 Unauthorized", body))
    assert (final.kind, final.retryable) == ("rejected", False)
    assert "TEST_KEY" in final.text
    assert "Incorrect API key provided" in final.text
    assert KEY not in final.text
    assert "hush-hush" not in final.text


def test_a_missing_key_is_told_as_such() -> None:
    assert "No key was sent" in failure(plain("401 Unauthorized"), key="").text


def test_a_key_that_a_command_printed_is_told_as_such() -> None:
    said = failure(plain("401 Unauthorized"), variable="").text
    assert "Look at what api_key_command of the provider prints." in said


def test_a_server_error_in_the_stream_hides_the_key_too() -> None:
    final = failure(chunked(text_event("a") + f'data: {{"error": "key {KEY} is bad"}}\n\n'.encode()))
    assert "is bad" in final.text
    assert KEY not in final.text


def test_a_connection_serves_again_after_a_refusal() -> None:
    with session(plain("500 Oh", b"no"), plain("429 Slow", b"no"), chunked(WHOLE)) as (model, heads):
        assert asked(model).failed().kind == "overloaded"
        assert asked(model).failed().kind == "overloaded"
        assert asked(model).finished().message.text == "Hello"
        assert len(heads) == 3


def test_nothing_is_tried_twice() -> None:
    """Pain 18: retries are the streamer's alone."""
    with session(plain("503 Busy", b"", Retry_After="0"), chunked(WHOLE)) as (model, heads):
        assert asked(model).failed().retryable
        assert len(heads) == 1


def test_a_stream_that_is_cut_is_a_failure() -> None:
    """Pain 17: a cut stream is never taken for success."""
    for cut in (
        HEAD + b"5",
        HEAD + b"%x\r\n%b\r\n" % (len(text_event("Hel")), text_event("Hel")),
        chunked(text_event("H")),
    ):
        final = failure(cut)
        assert (final.kind, final.retryable) == ("cut", True)


def test_a_cut_after_the_finish_reason_is_no_failure() -> None:
    part = text_event("Hello") + STOP
    with session(HEAD + b"%x\r\n%b\r\n" % (len(part), part)) as (model, _):
        assert asked(model).finished().message.text == "Hello"


def test_a_reset_in_the_middle_is_a_cut() -> None:
    ready = threading.Event()

    def serve(line: Line) -> None:
        line.hear()
        line.say(HEAD)
        line.chunk(text_event("Hel"))
        ready.wait(PATIENCE)
        line.reset()

    with RawServer(serve) as server:
        model, hearing = HttpModel(access(server.url)), Hearing()
        model.start("r", call(), hearing)
        hearing.piece()
        ready.set()
        assert (hearing.failed().kind, hearing.failed().retryable) == ("cut", True)
        model.close()


def test_a_silent_server_is_given_up_after_the_limit_in_the_middle_and_before_the_head() -> None:
    """Pain 16: a stalled stream does not wait for ever."""
    for said in (b"", HEAD + b"%x\r\n%b\r\n" % (len(text_event("Hel")), text_event("Hel"))):

        def serve(line: Line, said: bytes = said) -> None:
            line.hear()
            line.say(said)
            line.wait_for_end()

        with RawServer(serve) as server:
            model, hearing = HttpModel(access(server.url), limits=WaitLimits(stall=0.2)), Hearing()
            model.start("r", call(), hearing)
            assert (hearing.failed().kind, hearing.failed().retryable) == ("stalled", True)
            assert hearing.text() in ("", "Hel")
            model.close()


def test_html_with_status_200_is_malformed_with_advice() -> None:
    page = b"<html><head><title>Our router</title></head></html>"
    final = failure(plain("200 OK", page, Content_Type="text/html"))
    assert (final.kind, final.retryable) == ("malformed", False)
    assert "base_url" in final.text


def test_broken_compression_is_malformed() -> None:
    head = HEAD.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n")
    assert failure(head + b"4\r\nabcd\r\n" + LAST_CHUNK).kind == "malformed"


def test_a_redirect_on_the_same_server_is_followed_with_the_same_request() -> None:
    moved = plain("307 Moved", Location="/v2/chat/completions")
    with session(moved, chunked(WHOLE)) as (model, heads):
        assert asked(model).finished().message.text == "Hello"
    assert heads[1].startswith(b"POST /v2/chat/completions")
    assert f"Bearer {KEY}".encode() in heads[1]


def test_the_key_is_never_taken_to_another_server() -> None:
    visited: list[bytes] = []
    with RawServer(lambda line: visited.append(line.hear()[0])) as other:
        final = failure(plain("307 Moved", Location=f"{other.url}/chat/completions"))
        assert final.kind == "rejected"
        assert other.url in final.text
        assert visited == []


def test_a_server_that_redirects_for_ever_is_given_up() -> None:
    moved = plain("308 Moved", Location="/v1/chat/completions")
    with session(moved, moved, moved, moved) as (model, heads):
        assert asked(model).failed().kind == "rejected"
        assert len(heads) == 3


def test_a_closed_port_is_unreachable_and_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    model, hearing = HttpModel(access(f"http://user:pass@127.0.0.1:{port}/v1")), Hearing()
    model.start("r", call(), hearing)
    final = hearing.failed()
    assert (final.kind, final.retryable) == ("unreachable", True)
    assert f"127.0.0.1:{port}" in final.text
    assert "pass" not in final.text
    model.close()


def test_a_kept_alive_connection_that_has_died_may_be_tried_again_at_once() -> None:
    closed = threading.Event()

    def serve(line: Line) -> None:
        line.hear()
        line.say(chunked(WHOLE))
        if line.number == 0:
            line.hear()
            line.reset()
            closed.set()

    with RawServer(serve) as server:
        model = HttpModel(access(server.url))
        for expected in (True, False, True):
            hearing = Hearing()
            model.start("r", call(), hearing)
            final = hearing.final()
            assert isinstance(final, Finished) is expected
            if isinstance(final, Failed):
                assert (final.kind, final.retryable, final.retry_after) == ("unreachable", True, 0.0)
        assert closed.wait(PATIENCE)
        model.close()


@pytest.mark.parametrize("url", ["http://[::1/v1", "http://", "nothing", "ftp://127.0.0.1/v1"])
def test_an_address_that_is_none_is_rejected_with_advice(url: str) -> None:
    model, hearing = HttpModel(access(url)), Hearing()
    model.start("r", call(), hearing)
    final = hearing.failed()
    assert (final.kind, final.retryable) == ("rejected", False)
    assert "base_url" in final.text
    model.close()


def test_a_key_that_no_header_can_hold_is_rejected_and_not_shown() -> None:
    final = failure(chunked(WHOLE), key="abc\ndef-secret")
    assert final.kind == "rejected"
    assert "def-secret" not in final.text


def test_the_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    heads: list[bytes] = []

    def serve(line: Line) -> None:
        heads.append(line.hear()[0])
        line.say(chunked(WHOLE))

    with RawServer(serve) as proxy:
        monkeypatch.setenv("http_proxy", f"http://{proxy.address}")
        monkeypatch.setenv("no_proxy", "")
        model, hearing = HttpModel(access("http://model.invalid/v1")), Hearing()
        model.start("r", call(), hearing)
        assert hearing.finished().message.text == "Hello"
        assert heads[0].startswith(b"POST http://model.invalid/v1/chat/completions ")
        model.close()


def test_we_say_who_we_are() -> None:
    with session(chunked(WHOLE)) as (model, heads):
        asked(model).finished()
    assert f"User-Agent: callboard/{VERSION}\r\n".encode() in heads[0]


@pytest.mark.parametrize(
    ("base", "query", "expected"),
    [
        ("https://h/v1", {}, "https://h/v1/chat/completions"),
        ("https://h/v1/", {"api-version": "1"}, "https://h/v1/chat/completions?api-version=1"),
        ("https://h/v1?a=b&c=", {"d": "e f"}, "https://h/v1/chat/completions?a=b&c=&d=e+f"),
        ("https://h?api-version=1", {"api-version": "2"}, "https://h/chat/completions?api-version=1"),
        ("https://u:p@h:1/x/v1#f", {}, "https://u:p@h:1/x/v1/chat/completions"),
        ("script:///a?b", {}, "script:///a?b/chat/completions"),
    ],
)
def test_the_path_goes_before_the_query_of_a_base_url(base: str, query: dict[str, str], expected: str) -> None:
    provider = ProviderAccess("p", base, "m", quirks=Quirks(query=query))
    assert address(provider, "/chat/completions") == expected
