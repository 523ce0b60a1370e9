"""Lists of models, as servers send them and fail to."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from actors.llm.http.model_list import LONGEST, ListedModel, ListLimits, NoListError, list_models
from config.models.provider_access import SCRIPTED, ProviderAccess
from config.quirks import Quirks
from config.secrets import Secret
from config.settings import FactsTable, Provider
from tests.servers.raw_server import Line, RawServer

KEY = "top-secret-0123456789"
LIMITS = ListLimits(connect_limit=20.0, stall_limit=20.0, whole=20.0)


def whole(status: str, body: bytes = b"", header: str = "X: y") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{header}\r\n\r\n".encode() + body


@contextmanager
def server(response: bytes, *, silent: bool = False) -> Generator[tuple[str, list[bytes]]]:
    """A server that gives this response to everything, and the heads it heard; silent: it keeps the line open."""
    heads: list[bytes] = []

    def serve(line: Line) -> None:
        heads.append(line.hear()[0])
        line.say(response)
        if silent:
            line.hear()

    with RawServer(serve) as raw:
        yield raw.url, heads


def listed(response: bytes, own: Provider = Provider(), **changes: object) -> tuple[ListedModel, ...]:  # noqa: B008 - frozen
    with server(response) as (url, _):
        return list_models(access(url, **changes), own, LIMITS)


def access(url: str, **changes: object) -> ProviderAccess:
    fields: dict[str, object] = {"key": Secret(KEY), "key_variable": "TEST_KEY", "table": "test", **changes}
    return ProviderAccess("test", url, "", **fields)  # type: ignore[arg-type]


def problem(response: bytes, **changes: object) -> str:
    with pytest.raises(NoListError) as caught:
        listed(response, **changes)  # type: ignore[arg-type]
    return str(caught.value)


def body_of(*entries: object) -> bytes:
    return whole("200 OK", json.dumps({"data": entries}).encode())


@pytest.mark.parametrize(
    "body",
    [
        {"object": "list", "data": [{"id": "a"}, {"id": "models/b", "object": "model"}]},
        {"models": [{"name": "models/a"}, {"model": "b"}]},
        [{"id": "a"}, {"id": "b"}],
        {"data": [{"id": "a"}, {"id": 7}, "x", None, {}, {"id": "b"}]},
    ],
)
def test_every_shape_of_a_list_is_read_and_what_is_no_model_is_passed_over(body: object) -> None:
    assert [model.name for model in listed(whole("200 OK", json.dumps(body).encode()))] == ["a", "b"]


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"data": 3}', b'{"error": "x"}', b"[" * 100_000, b"\xff\xfe"])
def test_what_is_no_list_is_said(body: bytes) -> None:
    assert "answered with no list of models" in problem(whole("200 OK", body))


@pytest.mark.parametrize("name", ["context_length", "max_model_len", "max_input_tokens"])
def test_a_window_that_no_table_knows_is_the_servers(name: str) -> None:
    (model,) = listed(body_of({"id": "new", name: 32768, "max_output_tokens": 99}))
    assert (model.facts.context_window, model.facts.window_assumed, model.facts.output_limit) == (32768, False, 99)


def test_what_the_configuration_says_wins_and_nonsense_is_no_window() -> None:
    own = Provider(facts={"new": FactsTable(context_window=10)})
    (model,) = listed(body_of({"id": "new", "context_length": 32768}), own)
    assert model.facts.context_window == 10
    (model,) = listed(body_of({"id": "new", "context_length": -1, "max_model_len": "x", "meta": {"n_ctx_train": True}}))
    assert model.facts.window_assumed
    (model,) = listed(body_of({"id": "new", "meta": {"n_ctx_train": 2048}}))
    assert model.facts.context_window == 2048


@pytest.mark.parametrize(
    ("header", "expected"), [("bearer", f"Authorization: Bearer {KEY}"), ("x-api-key", f"x-api-key: {KEY}")]
)
def test_the_question_carries_key_headers_and_query(header: str, expected: str) -> None:
    quirks = Quirks(query={"api-version": "1 2"}, auth_header=header)  # type: ignore[arg-type]
    with server(body_of()) as (url, heads):
        assert list_models(access(url, quirks=quirks, headers=(("X-Team", "a"),)), Provider(), LIMITS) == ()
    head = heads[0].decode()
    assert head.startswith("GET /v1/models?api-version=1+2 HTTP/1.1")
    assert expected in head
    assert "X-Team: a" in head


def test_anthropic_is_asked_where_and_as_it_wants() -> None:
    with server(body_of({"id": "claude-x"})) as (url, heads):
        asked = access(url.removesuffix("/v1"), dialect="anthropic", quirks=Quirks(auth_header="x-api-key"))
        assert [model.name for model in list_models(asked, Provider(), LIMITS)] == ["claude-x"]
    assert heads[0].startswith(b"GET /v1/models?limit=1000 HTTP/1.1")
    assert b"anthropic-version: 2023-06-01" in heads[0]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("401 No", "check TEST_KEY"),
        ("403 No", "check TEST_KEY"),
        ("404 No", "answered 404"),
        ("500 No", "answered 500"),
    ],
)
def test_a_refusal_says_what_to_do_and_never_the_key(status: str, expected: str) -> None:
    said = problem(whole(status, f"wrong key {KEY}".encode()))
    assert expected in said
    assert KEY not in said


def test_the_key_never_follows_a_redirect() -> None:
    with server(body_of()) as (other, heads):
        assert "it has moved" in problem(whole("302 Found", header=f"Location: {other}/models"))
    assert heads == []


def test_a_list_without_an_end_is_given_up() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n"
    assert f"more than {LONGEST} bytes" in problem(head + b" " * (LONGEST + 100_000))


def test_a_server_that_goes_silent_or_away_is_said() -> None:
    with server(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{", silent=True) as (url, _):  # noqa: SIM117
        with pytest.raises(NoListError, match="silent"):
            list_models(access(url), Provider(), ListLimits(stall_limit=0.5))
    with pytest.raises(NoListError, match="Nothing listens"):
        list_models(access("http://127.0.0.1:9/v1"), Provider(), LIMITS)
    assert "closed the connection" in problem(b"") or "broke off" in problem(b"")


def test_a_model_inside_the_process_is_its_own_list() -> None:
    assert [model.name for model in list_models(SCRIPTED, Provider(), LIMITS)] == ["scripted"]


def test_a_list_that_comes_byte_by_byte_is_given_up_when_its_time_is_over() -> None:
    """What came is looked at as it comes: a server that never fills a chunk cannot hold the command."""

    def serve(line: Line) -> None:
        line.hear()
        line.say(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n ")
        line.wait_for_end()

    with RawServer(serve) as raw, pytest.raises(NoListError) as caught:
        list_models(access(raw.url), Provider(), ListLimits(connect_limit=20.0, stall_limit=20.0, whole=0.0))
    assert "too slowly" in str(caught.value)
