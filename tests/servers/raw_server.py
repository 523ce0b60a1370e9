"""A server on 127.0.0.1 that does exactly what a test says, byte by byte, on threads of the test's own process."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

PATIENCE = 20.0
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"


class Line:
    """One connection, from the server's side."""

    def __init__(self, connection: socket.socket, number: int) -> None:
        self.number = number
        self._connection = connection
        self._connection.settimeout(PATIENCE)
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = connection.makefile("rb")

    def hear(self) -> tuple[bytes, bytes]:
        """The head and the body of the next request; both empty where the client has gone."""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self._file.readline()
            if not line:
                return b"", b""
            head += line
        sizes = [line[15:] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
        return head, self._file.read(int(sizes[0]) if sizes else 0)

    def say(self, data: bytes) -> None:
        """Send bytes."""
        self._connection.sendall(data)

    def chunk(self, data: bytes) -> None:
        """Send a chunk of a response that `HEAD` began."""
        self.say(b"%x\r\n%b\r\n" % (len(data), data))

    def wait_for_end(self) -> bool:
        """Until the client breaks off; whether it did."""
        try:
            return self._file.read(1) == b""
        except ConnectionError:
            return True

    def reset(self) -> None:
        """Break off with a reset."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._file.close()
        self._connection.close()

    def close(self) -> None:
        """End the connection, also under another thread that reads."""
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        self._file.close()
        self._connection.close()


class RawServer:
    """Serves each connection with the function it was given, each on its own thread, until left."""

    def __init__(self, serve: Callable[[Line], None]) -> None:
        self.connections = 0
        self._serve = serve
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._lines: list[Line] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://{self.address}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for line in self._lines:
            line.close()
        self._thread.join(PATIENCE)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            line = Line(connection, self.connections)
            self.connections += 1
            self._lines.append(line)
            threading.Thread(target=self._one, args=(line,), daemon=True).start()

    def _one(self, line: Line) -> None:
        try:
            self._serve(line)
        except (OSError, ValueError):
            return
        finally:
            line.close()
