"""The scripted model as a server with real sockets."""

from __future__ import annotations

import http.client
import json
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from actors.llm.scripted.script import ScriptedStep
from actors.llm.scripted.server import ModelServer

if TYPE_CHECKING:
    from collections.abc import Generator

    from actors.llm.scripted.chat_request import ChatRequest

BODY = json.dumps({"model": "m", "stream": True, "messages": [{"role": "user", "content": "hello"}], "tools": []})


@contextmanager
def asked(server: ModelServer) -> Generator[http.client.HTTPResponse, None, None]:
    with closing(http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)) as connection:
        connection.request("POST", "/v1/chat/completions", BODY, {"Content-Type": "application/json"})
        with connection.getresponse() as response:
            yield response


def test_an_answer_is_streamed_and_what_happens_is_handed_on() -> None:
    heard: list[str] = []

    def answer(request: ChatRequest) -> tuple[ScriptedStep, ...]:
        return (ScriptedStep(delta=f"you said {request.prompt()}"),)

    with ModelServer(answer, heard.append) as server, asked(server) as response:
        assert server.url.startswith("http://127.0.0.1:")
        text = response.read().decode()
    assert "you said hello" in text
    assert "[DONE]" in text
    assert heard[0] == "request"
    assert "piece" in heard


def test_a_status_is_sent_with_its_headers() -> None:
    steps = (ScriptedStep(status=429, headers={"Retry-After": "7"}),)
    with ModelServer(lambda _: steps) as server, asked(server) as response:
        assert (response.status, response.headers["Retry-After"]) == (429, "7")


def test_a_cut_ends_before_the_response_does() -> None:
    steps = (ScriptedStep(delta="a"), ScriptedStep(cut="end"))
    broken = pytest.raises(http.client.IncompleteRead)
    with ModelServer(lambda _: steps) as server, asked(server) as response, broken:
        response.read()
