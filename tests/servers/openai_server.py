"""A model server of every dialect on 127.0.0.1 for tests and benchmarks, to be run as a process of its own.

    python tests/servers/openai_server.py --script FILE [--port 0] [--log FILE] [--model offline]

Prints its base URL as the first line, serves until its stdin closes or it is ended, and plays the script to every
client as one. Each request, and each connection that breaks off, is a line of the log.
"""

from __future__ import annotations

import argparse
import json
import socket
import socketserver
import struct
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from itertools import count
from pathlib import Path
from typing import TextIO

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from actors.llm.offline import model
from actors.llm.scripted.chat_request import ChatRequest
from actors.llm.scripted.response import Disconnect, ResponseData, ResponseHead, ResponsePart, Silence, answered
from actors.llm.scripted.script import ScriptedAnswer, ScriptedStep, ScriptPlayer, load_script

RESET = struct.pack("ii", 1, 0)


@dataclass
class Served:
    """What all connections share."""

    answer: ScriptedAnswer
    log: TextIO | None = None
    connections: Iterator[int] = field(default_factory=count)
    requests: Iterator[int] = field(default_factory=lambda: count(1))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, **fields: object) -> None:
        """A line of the log."""
        with self.lock:
            if self.log is not None:
                self.log.write(json.dumps({"at": time.monotonic(), **fields}) + "\n")
                self.log.flush()

    def steps(self, asked: ChatRequest) -> tuple[ScriptedStep, ...]:
        """The answer; one request at a time, so that a script is played in order."""
        with self.lock:
            return self.answer(asked)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    served: Served
    wbufsize = 0

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.number = next(self.served.connections)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - as in http.server
        del format, arguments

    def do_GET(self) -> None:
        body = json.dumps({"object": "list", "data": [{"id": "scripted", "object": "model"}]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        number = next(self.served.requests)

        def answer(asked: ChatRequest) -> tuple[ScriptedStep, ...]:
            self.served.note(
                event="request",
                request=number,
                connection=self.number,
                path=self.path,
                authorized="Authorization" in self.headers or "x-api-key" in self.headers,
                bytes=len(body),
                model=asked.model,
                messages=[[message.role, message.content] for message in asked.messages],
                results=list(asked.results()),
            )
            return self.served.steps(asked)

        try:
            self.play(answered(self.path, body, answer))
        except OSError as problem:
            self.served.note(event="broken", request=number, connection=self.number, reason=type(problem).__name__)
            self.close_connection = True
        else:
            self.served.note(event="answered", request=number, connection=self.number)

    def play(self, parts: Iterator[ResponsePart]) -> None:
        """The response, with a chunk for each event."""
        for part in parts:
            match part:
                case ResponseHead(status, headers):
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("Transfer-Encoding", "chunked")
                    self.end_headers()
                case ResponseData(data):
                    if data:
                        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
                case Silence(seconds):
                    self.wait(seconds)
                case Disconnect(reset):
                    self.break_off(reset=reset)
                    return
        self.wfile.write(b"0\r\n\r\n")

    def wait(self, seconds: float) -> None:
        """Say nothing, unless the client goes away."""
        self.connection.settimeout(seconds)
        try:
            if not self.connection.recv(1, socket.MSG_PEEK):
                raise ConnectionAbortedError("the client went away")
        except TimeoutError:
            pass
        finally:
            self.connection.settimeout(None)

    def break_off(self, *, reset: bool) -> None:
        """End the connection before the response ends."""
        self.close_connection = True
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self.connection.close()
        else:
            self.connection.shutdown(socket.SHUT_RDWR)


class Server(socketserver.ThreadingTCPServer):
    """A thread for each connection."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is nothing to print."""
        del request, client_address


def serve(answer: ScriptedAnswer, port: int = 0, log: TextIO | None = None) -> Server:
    """A server that is bound, but not running yet."""
    handler = type("ServedHandler", (Handler,), {"served": Served(answer, log)})
    return Server(("127.0.0.1", port), handler)


def base_url(server: Server) -> str:
    """What to set as OPENAI_BASE_URL."""
    return f"http://127.0.0.1:{server.server_address[1]}/v1"


def main() -> None:
    """Serve until stdin closes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--script", type=Path, help="the script to play, TOML or JSON")
    chosen.add_argument("--model", choices=["offline"], help="answer with the embedded model")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path, help="a JSON Lines file to append to")
    arguments = parser.parse_args()
    answer = model.answer if arguments.model else ScriptPlayer(load_script(arguments.script))
    with serve(answer, arguments.port, arguments.log.open("a") if arguments.log else None) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        sys.stdout.write(base_url(server) + "\n")
        sys.stdout.flush()
        sys.stdin.read()
        server.shutdown()


if __name__ == "__main__":
    main()
