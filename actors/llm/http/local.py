"""Models inside the process, reached as if by HTTP: `offline://model` and `script://FILE`.

Used by `actors.llm.http.session` as a transport of requests, so that everything above the socket is the real thing. The
reads of a script are cut where its seed says.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import requests
from requests.adapters import BaseAdapter
from requests.models import PreparedRequest, Response
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse

from actors.llm.http.connection import Holder
from actors.llm.offline import model
from actors.llm.scripted.endpoint import endpoint_at
from actors.llm.scripted.response import Disconnect, ResponseData, ResponseHead, ResponsePart, Silence, answered
from actors.llm.scripted.script import ScriptedAnswer, ScriptedStep, ScriptPlayer, load_script
from config.errors import ConfigError

LONGEST_CUT = 48


class LocalAdapter(BaseAdapter):
    """Answers requests by itself."""

    def __init__(self, holder: Holder) -> None:
        super().__init__()
        self._holder = holder
        self._players: dict[str, tuple[ScriptPlayer, random.Random | None]] = {}

    def send(  # noqa: PLR0913 - as in requests
        self,
        request: PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002 - as in requests
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,
        verify: bool | str = True,  # noqa: FBT001, FBT002 - as in requests
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> Response:
        """The answer of the model that the address names."""
        del stream, timeout, verify, cert, proxies
        url = request.url or ""
        body = request.body if isinstance(request.body, bytes) else str(request.body or "").encode()
        answer, chance = self._model(url)
        self._holder.sent()
        parts = answered(url, body, answer)
        head = next(parts)
        local = LocalBody(parts, chance)
        self._holder.connection_handle.body = local
        self._holder.connection_handle.hold(local.shut, _nothing)
        return _response(request, head if isinstance(head, ResponseHead) else ResponseHead(500, {}), local)

    def close(self) -> None:
        """Nothing is open."""

    def _model(self, url: str) -> tuple[ScriptedAnswer, random.Random | None]:
        scheme, _, place = url.partition("://")
        if scheme == "offline":
            return model.answer, None
        endpoint = endpoint_at(url)
        path = place.rpartition(endpoint.PATH)[0] if endpoint and endpoint.PATH in place else place
        if path not in self._players:
            try:
                script = load_script(Path(path))
            except ConfigError as problem:
                return _refuses(str(problem)), None
            chance = random.Random(script.seed) if script.seed else None  # noqa: S311 - repeatable is the point
            self._players[path] = (ScriptPlayer(script), chance)
        return self._players[path]


class LocalBody:
    """The bytes of an answer, as a file that urllib3 can read."""

    def __init__(self, parts: Iterator[ResponsePart], chance: random.Random | None) -> None:
        self.closed = False
        self._parts = parts
        self._chance = chance
        self._buffer = b""
        self._silence = 0.0
        self._ended = False
        self._reset = False
        self._shut = threading.Event()

    def shut(self) -> None:
        """Break off, from another thread."""
        self._shut.set()

    def close(self) -> None:
        """As files do."""
        self.closed = True

    def ready(self, seconds: float) -> bool:
        """Whether a read would come back at once; waits as long as this for it."""
        while not self._buffer and not self._ended and not self._shut.is_set():
            if self._silence > 0:
                waited = min(self._silence, max(0.0, seconds))
                self._shut.wait(waited)
                seconds -= waited
                self._silence -= waited
                if self._silence > 0:
                    return self._shut.is_set()
            self._advance()
        return True

    def read(self, size: int | None = None) -> bytes:
        """As files do."""
        return self.read1(size)

    def read1(self, size: int | None = None) -> bytes:
        """The next bytes, cut at random where the script wants it; waits for them."""
        while not self.ready(60.0):
            pass
        if self._shut.is_set() or self._reset:
            raise ConnectionResetError("the scripted model broke off")
        longest = len(self._buffer) if self._chance is None else self._chance.randint(1, LONGEST_CUT)
        if size is not None and size > 0:
            longest = min(longest, size)
        data, self._buffer = self._buffer[:longest], self._buffer[longest:]
        return data

    def _advance(self) -> None:
        match next(self._parts, None):
            case ResponseData(data):
                self._buffer = data
            case Silence(seconds):
                self._silence = seconds
            case Disconnect(reset):
                self._ended, self._reset = True, reset
            case _:
                self._ended = True


def _response(request: PreparedRequest, head: ResponseHead, body: LocalBody) -> Response:
    raw: Any = HTTPResponse(
        body=cast("Any", body), headers=head.headers, status=head.status, preload_content=False, decode_content=False
    )
    response = requests.Response()
    response.status_code = head.status
    response.headers = CaseInsensitiveDict(head.headers)
    response.raw = raw
    response.request = request
    response.url = request.url or ""
    return response


def _refuses(text: str) -> ScriptedAnswer:
    return lambda _asked: (ScriptedStep(status=400, body=text),)


def _nothing() -> None:
    """A local body holds nothing that must be let go."""
