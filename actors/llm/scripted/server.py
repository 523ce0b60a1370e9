"""The scripted model's third carrier: a model server on 127.0.0.1 that speaks every dialect, with real sockets.

Used by drills on real threads and of the real program. It is bound to the loopback address only, knows no key, and
lives no longer than its `with` block. What it answers is decided by an `ScriptedAnswer`; what it was asked it hands on.
"""

from __future__ import annotations

import socket
import socketserver
import struct
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Self

from actors.llm.scripted.response import Disconnect, ResponseData, ResponseHead, ResponsePart, Silence, answered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from actors.llm.scripted.script import ScriptedAnswer

RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class ModelServer:
    """Serves from `with` to its end. `heard` is called with a word for each thing that happens, on its threads."""

    def __init__(self, answer: ScriptedAnswer, heard: Callable[[str], object] = lambda _: None) -> None:
        self._answer = answer
        self._heard = heard
        self._lock = threading.Lock()
        handler = type("ScriptedHandler", (_Handler,), {"model": self})
        self._server = _Server(("127.0.0.1", 0), handler)

    @property
    def url(self) -> str:
        """The base URL of the API."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> Self:
        serve = self._server.serve_forever
        threading.Thread(target=serve, args=(0.02,), name="model server", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def parts(self, path: str, body: bytes) -> Iterator[ResponsePart]:
        """The response to a request; one request is answered at a time, so that a script is played in order."""
        with self._lock:
            return answered(path, body, self._answer)

    def note(self, word: str) -> None:
        """Hand on what happened: `request`, `piece`, `answered`, `broken`."""
        self._heard(word)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is nothing to print."""
        del request, client_address


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    model: ModelServer
    wbufsize = 0

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - as in http.server
        """Nothing is printed."""
        del format, arguments

    def do_POST(self) -> None:
        """A request for an answer."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.model.note("request")
        try:
            self._play(self.model.parts(self.path, body))
        except (OSError, ValueError):
            self.model.note("broken")
            self.close_connection = True
        else:
            self.model.note("answered")

    def _play(self, parts: Iterator[ResponsePart]) -> None:
        for part in parts:
            match part:
                case ResponseHead(status, headers):
                    self._begin(status, headers)
                case ResponseData(data):
                    if data:
                        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
                        self.model.note("piece")
                case Silence(seconds):
                    self._wait(seconds)
                case Disconnect(reset):
                    self._break_off(reset=reset)
                    return
        self.wfile.write(b"0\r\n\r\n")

    def _begin(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def _wait(self, seconds: float) -> None:
        """Say nothing, unless the client goes away."""
        self.connection.settimeout(seconds)
        try:
            if not self.connection.recv(1, socket.MSG_PEEK):
                raise ConnectionAbortedError("the client went away")
        except TimeoutError:
            pass
        finally:
            self.connection.settimeout(None)

    def _break_off(self, *, reset: bool) -> None:
        """End the connection before the response ends."""
        self.close_connection = True
        with suppress(OSError):
            if reset:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            else:
                self.connection.shutdown(socket.SHUT_WR)
