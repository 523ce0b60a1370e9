"""A model server on 127.0.0.1 that checks every request against the rules of one provider, as the real one does.

A broken rule is answered with 400 and the reason, and kept in `refused`; otherwise the next step of the turn follows.
"""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from tests.servers.strict_exchange import Fields, Issued, StrictRequest, first_problem
from tests.servers.strict_providers import StrictProvider


class StrictServer:
    """Serves within its `with` block, on threads of its own."""

    def __init__(self, provider: StrictProvider) -> None:
        self.refused: list[str] = []
        self.requests: list[Fields] = []
        self._provider = provider
        self._issued = Issued()
        self._lock = threading.Lock()
        handler = type("StrictHandler", (_Handler,), {"server_of_rules": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        """The base URL, as a person would write it."""
        return f"http://127.0.0.1:{self._server.server_address[1]}{self._provider.root}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def respond(self, request: StrictRequest) -> tuple[int, bytes]:
        """Status and body."""
        with self._lock:
            self.requests.append(request.body)
            problem = first_problem(self._provider.rules, request, self._issued)
            if problem is None:
                return 200, b"".join(self._provider.answer(request, self._issued))
            self.refused.append(problem)
        error = {"type": "invalid_request_error", "message": problem}
        return 400, json.dumps({"type": "error", "error": error}).encode()


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server_of_rules: StrictServer

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - as in http.server
        """Nothing is printed."""
        del format, arguments

    def do_POST(self) -> None:
        """Check a request and answer it."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        place = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            fields: Fields = json.loads(body)
        except ValueError as problem:
            fields = {"unreadable": str(problem)}
        status, answer = self.server_of_rules.respond(
            StrictRequest(place.path, dict(parse_qsl(place.query)), headers, fields)
        )
        self.send_response(status)
        self.send_header("Content-Type", "text/event-stream" if status == 200 else "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
