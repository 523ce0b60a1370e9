"""Carries requests, one after the other, over one kept-alive connection, and streams their answers.

Owned by a worker of `http`, on whose edge thread everything here happens. Text is handed on in few large pieces: the
first at once, later ones at most every `FRAME` seconds, and never held back while the server is silent. Every response
is read to its very end, so that the connection can be used again.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import requests
from msgspec.structs import replace
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from actors.llm.dialect import Decoder, HttpRequest
from actors.llm.failures import is_key_problem, status_failure
from actors.llm.http.connection import HeldAdapter, Holder
from actors.llm.http.exchange import Body, Exchange, RequestCancelled
from actors.llm.http.limits import TRAILER, ProgressWatch, WaitLimits
from actors.llm.http.trouble import broken_off, never_sent
from actors.llm.port import Failed, Finished, Piece
from config.models.address import OWN_SCHEMES
from config.providers import ProviderAccess
from config.secrets import redact
from config.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

    from actors.llm.dialect import Headers
    from actors.llm.port import ModelCall

FRAME = 0.016
OWN_HEADERS = (("Accept-Encoding", "identity"), ("User-Agent", f"callboard/{VERSION}"))
PROMPT_END = 0.002
DRAIN_SLICE = 0.05
REFUSAL_LIMIT = 5.0
LONGEST_REFUSAL = 65_536
LONGEST_TRAILER = 1_048_576
REDIRECTS = 3
SUCCESS = range(200, 300)
KEEPS_METHOD = frozenset({307, 308})
MOVED = range(300, 400)


class RequestModel(Protocol):
    """What a session needs of its port."""

    access: ProviderAccess
    limits: WaitLimits
    sent: Callable[[], object]

    def encode(self, call: ModelCall) -> tuple[HttpRequest, Decoder]:
        """The request and the decoder of its answer."""
        ...

    def authorization(self) -> Headers:
        """The headers that let us in."""
        ...


class Owner(Protocol):
    """The worker the session belongs to."""

    def is_wanted(self) -> bool:
        """Something waits for the thread to come back."""
        ...


class HttpSession:
    """One connection's worth of requests."""

    def __init__(self, model: RequestModel, owner: Owner) -> None:
        self._model = model
        self._access = model.access
        self._owner = owner
        self._holder = Holder(model.sent)
        self._session = requests.Session()
        adapter = HeldAdapter(self._holder)
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)
        if self._access.embedded:
            from actors.llm.http.local import LocalAdapter  # noqa: PLC0415 - real servers need no embedded model

            for scheme in OWN_SCHEMES:
                self._session.mount(scheme, LocalAdapter(self._holder))

    def close(self) -> None:
        """Let go of the connection."""
        self._session.close()

    def carry(self, exchange: Exchange) -> None:
        """Send the request, hand its answer on, end it."""
        self._holder.connection_handle = exchange.connection_handle
        request, decoder = self._model.encode(exchange.call)
        try:
            response = self._sent(request)
        except RequestCancelled:
            exchange.end(Failed("cancelled", ""))
        except (requests.RequestException, HTTPError, OSError, ValueError) as problem:
            reused = exchange.connection_handle.reused
            exchange.end(self._safe(never_sent(problem, self._access, self._model.limits, reused=reused)))
        else:
            try:
                self._answered(response, exchange, decoder)
            finally:
                response.close()
        finally:
            exchange.connection_handle.release()

    def _sent(self, request: HttpRequest) -> requests.Response:
        """The response's head has come. Redirects are followed where the same server asks for the same request."""
        url = address(self._access, request.path)
        limits = self._model.limits
        headers = dict((*request.headers, *OWN_HEADERS, *self._model.authorization()))
        headers.update(self._access.headers)
        for left in reversed(range(REDIRECTS)):
            response = self._session.request(
                "POST",
                url,
                data=request.body,
                headers=headers,
                stream=True,
                timeout=(limits.connect, limits.first),
                allow_redirects=False,
                auth=_as_it_is,
            )
            target = urljoin(url, response.headers.get("Location", ""))
            if not left or response.status_code not in KEEPS_METHOD or not _is_same_server(url, target):
                return response
            response.close()
            url = target
        raise AssertionError("the last round returns")

    def _answered(self, response: requests.Response, exchange: Exchange, decoder: Decoder) -> None:
        body = exchange.connection_handle.body
        if body is None:
            exchange.end(Failed("malformed", "The response has no body that can be read."))
        elif response.status_code in SUCCESS:
            stream = Stream(response.raw, body, exchange, decoder)
            outcome = stream.run(self._model.limits)
            if not stream.drain(PROMPT_END, self._owner):
                exchange.end(self._safe(outcome))
                stream.drain(TRAILER, self._owner)
            exchange.end(self._safe(outcome))
        else:
            exchange.end(self._safe(self._refused(response, body)))

    def _refused(self, response: requests.Response, body: Body) -> Failed:
        status = response.status_code
        headers = {name.lower(): value for name, value in response.headers.items()}
        if status in MOVED:
            place = redact(headers.get("location", "elsewhere"))
            return Failed("rejected", f"{self._access.place} has moved to {place}: set the provider's base_url to it.")
        said = _refusal(response.raw, body)
        failure = status_failure(status, headers, said, time.time())
        if not is_key_problem(status, said):
            return failure
        return Failed("rejected", f"{failure.text} {self._key_advice()}")

    def _key_advice(self) -> str:
        """What to do about a key that was refused. One of no variable was printed by a command."""
        variable = self._access.key_variable
        if not self._access.key:
            named = variable or "api_key_env of the provider to the name of the variable with your key"
            return f"No key was sent: set {named}."
        return f"Set {variable} to a valid key." if variable else "Look at what api_key_command of the provider prints."

    def _safe(self, outcome: Finished | Failed) -> Finished | Failed:
        """A failure's text without anything secret."""
        if isinstance(outcome, Finished):
            return outcome
        secrets = [self._access.key.reveal(), *(value for _, value in self._access.headers)]
        return replace(outcome, text=redact(outcome.text, secrets), told=redact(outcome.told, secrets))


class Stream:
    """The body of one successful response."""

    def __init__(self, raw: BaseHTTPResponse, body: Body, exchange: Exchange, decoder: Decoder) -> None:
        self._raw = raw
        self._body = body
        self._exchange = exchange
        self._decoder = decoder
        self._pending: list[Piece] = []
        self._flushed = float("-inf")
        self._ended = False

    def run(self, limits: WaitLimits) -> Finished | Failed:
        """Read until the answer is whole, handing pieces on."""
        decoder = self._decoder
        try:
            outcome = self._read(limits)
        except (HTTPError, OSError, ValueError) as problem:
            self._ended = True
            outcome = None if decoder.complete else broken_off(problem)
        self._flush()
        return outcome or decoder.close()

    def drain(self, limit: float, owner: Owner) -> bool:
        """Read what follows the answer, for so many seconds; whether its end was reached."""
        deadline = time.monotonic() + limit
        size = 0
        try:
            while not self._ended and size < LONGEST_TRAILER and not self._exchange.cancelled:
                left = deadline - time.monotonic()
                if self._body.ready(min(left, DRAIN_SLICE)):
                    data = self._raw.read1(decode_content=True)
                    size += len(data)
                    self._ended = not data
                elif left <= 0 or owner.is_wanted():
                    break
        except (HTTPError, OSError, ValueError):
            self._ended = True
        return self._ended

    def _read(self, limits: WaitLimits) -> Failed | None:
        decoder, body, pending = self._decoder, self._body, self._pending
        now = time.monotonic
        watch = ProgressWatch(limits, now())
        while not decoder.done:
            wait = self._flushed + FRAME - now() if pending else watch.patience(now())
            if not body.ready(wait):
                if pending:
                    self._flush()
                    continue
                return watch.given_up(now(), silent=True)
            data = self._raw.read1(decode_content=True)
            if not data:
                self._ended = True
                return None
            pending += decoder.feed(data)
            watch.note(decoder.progress, now(), complete=decoder.complete)
            if pending and now() - self._flushed >= FRAME:
                self._flush()
            given_up = watch.given_up(now(), silent=False)
            if given_up is not None or watch.is_over(now()):
                return given_up
        return None

    def _flush(self) -> None:
        """Hand on what is pending, neighbours of one sort joined."""
        if not self._pending:
            return
        for piece in joined(self._pending):
            self._exchange.say(piece)
        self._pending.clear()
        self._flushed = time.monotonic()


def address(access: ProviderAccess, path: str) -> str:
    """Where a request goes: the path behind the base URL's, its query and the provider's own behind both."""
    if access.embedded:
        return access.base_url.rstrip("/") + path
    base = urlsplit(access.base_url)
    query = parse_qsl(base.query, keep_blank_values=True)
    query += [(name, value) for name, value in access.quirks.query.items() if name not in dict(query)]
    return urlunsplit((base.scheme, base.netloc, base.path.rstrip("/") + path, urlencode(query), ""))


def joined(pieces: list[Piece]) -> list[Piece]:
    """Neighbours of one sort as one piece each."""
    result: list[Piece] = []
    texts: list[str] = []
    thinking = False
    for piece in pieces:
        if texts and bool(piece.reasoning) != thinking:
            result.append(_piece(texts, thinking=thinking))
            texts = []
        thinking = bool(piece.reasoning)
        texts.append(piece.reasoning or piece.text)
    result.append(_piece(texts, thinking=thinking))
    return result


def _piece(texts: list[str], *, thinking: bool) -> Piece:
    text = "".join(texts)
    return Piece(reasoning=text) if thinking else Piece(text)


def _refusal(raw: BaseHTTPResponse, body: Body) -> bytes:
    """What the server says; never waited for long, and never much of it."""
    said = b""
    deadline = time.monotonic() + REFUSAL_LIMIT
    try:
        while len(said) < LONGEST_REFUSAL and body.ready(deadline - time.monotonic()):
            data = raw.read1(decode_content=True)
            if not data:
                break
            said += data
    except (HTTPError, OSError, ValueError):
        pass
    return said


def _is_same_server(url: str, target: str) -> bool:
    here, there = urlsplit(url), urlsplit(target)
    return (here.scheme, here.hostname, here.port) == (there.scheme, there.hostname, there.port)


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keeps requests from taking a password out of ~/.netrc in place of our key."""
    return request
