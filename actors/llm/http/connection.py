"""Connections that can be broken off from another thread and waited for with a limit, under requests and urllib3.

Used by `actors.llm.http.session`. urllib3 makes the connection; its socket is put into the request's connection handle
the moment there is one, and responses read it through `PatientBody`. A socket is shared by duplicating its descriptor:
shutting down the duplicate wakes every reader, and closing it has no other effect.
"""

# ruff: noqa: ANN401 - arguments of requests and urllib3 are passed on as they are

from __future__ import annotations

import http.client
import io
import os
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, cast

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from actors.llm.http.exchange import ConnectionHandle, RequestCancelled

READ_SIZE = 32_768
NEVER = -1.0
LINE_END = b"\r\n"


class Holder:
    """The connection handle of the request that a session carries at the moment."""

    def __init__(self, sent: Callable[[], object] = bool) -> None:
        self.connection_handle = ConnectionHandle()
        self.sent = sent
        """To be called when all of a request was written."""

    def hold(self, connection: socket.socket) -> None:
        """This socket carries the request from now on."""
        handle = socket.socket(fileno=os.dup(connection.fileno()))

        def shut() -> None:
            with suppress(OSError):
                handle.shutdown(socket.SHUT_RDWR)

        self.connection_handle.hold(shut, handle.close)

    def hold_again(self, connection: socket.socket | None) -> None:
        """A request goes out; where its connection was not made for it, it is held now."""
        if connection is not None and not self.connection_handle.held:
            self.connection_handle.reused = True
            self.hold(connection)


class PatientBody(io.RawIOBase):
    """A socket's incoming bytes. Running out of patience leaves it as it was, unlike the file of a socket."""

    def __init__(self, connection: socket.socket) -> None:
        super().__init__()
        self._socket = connection
        self._file = connection.makefile("rb", buffering=0)  # counts as a user of the socket: close waits for it
        self._limit = connection.gettimeout()
        self._head_until = None if self._limit is None else time.monotonic() + self._limit
        """The head may take as long as its first byte: a server that sends it byte by byte is silent too."""
        self._probing: float | None = None
        self._quiet = False
        self.buffer = io.BufferedReader(self, READ_SIZE)

    def readable(self) -> bool:
        """Nothing else, in fact."""
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        """What has arrived; None where a probe ran out of time."""
        if self._probing == NEVER:
            return None
        self._socket.settimeout(self._patience() if self._probing is None else self._probing)
        try:
            return self._socket.recv_into(buffer)
        except (TimeoutError, BlockingIOError, ssl.SSLWantReadError):
            if self._probing is None:
                raise
            self._quiet = True
            return None

    def head_came(self) -> None:
        """What comes from now on is the body."""
        self._head_until = None

    def _patience(self) -> float | None:
        if self._head_until is None:
            return self._limit
        left = self._head_until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def ready(self, seconds: float) -> bool:
        """Whether a read would come back at once; waits as long as this for it."""
        if self.buffer.closed:
            return True
        self._probing, self._quiet = max(0.0, seconds), False
        try:
            self.buffer.peek(1)
        finally:
            self._probing = None
        return not self._quiet

    def arrived(self) -> bytes:
        """What is in memory already, without taking it."""
        self._probing = NEVER
        try:
            return self.buffer.peek(1)
        finally:
            self._probing = None

    def close(self) -> None:
        """Let go of the socket."""
        self._file.close()
        super().close()


class HeldResponse(http.client.HTTPResponse):
    """A response whose body can be waited for.

    The library takes the line end after a chunk only with the next chunk, so that two bytes of no interest would make
    a silent server look ready. Here they are taken with their chunk, or before anything is waited for.
    """

    chunk_left: int | None
    """The library's: what is left of a chunk; None where the next line is the head of one."""

    def __init__(self, holder: Holder, connection: socket.socket, *arguments: Any, **named: Any) -> None:
        super().__init__(connection, *arguments, **named)
        self.fp.close()
        self._body = PatientBody(connection)
        self._line_end = 0
        self.fp = cast("Any", self._body.buffer)
        holder.connection_handle.body = self

    def begin(self) -> None:
        """Read the head."""
        super().begin()
        self._body.head_came()

    def ready(self, seconds: float) -> bool:
        """Whether a read would come back at once, be it with the end; waits as long as this for it."""
        if self.isclosed() or self.length == 0:
            return True
        while self._line_end:
            if not self._body.ready(seconds):
                return False
            if not self._take_line_end():
                return True
        return self._body.ready(seconds)

    def read1(self, n: int = -1) -> bytes:
        """The next chunk, and with it every whole one that has arrived: there is one for each event."""
        while self._line_end and self._take_line_end():
            pass
        data = super().read1(n)
        if not self.chunked or self.chunk_left != 0 or not data:
            return data
        self.chunk_left, self._line_end = None, len(LINE_END)
        arrived = self._body.arrived()
        if not arrived.startswith(LINE_END):
            return data
        chunks, size = whole_chunks(arrived, len(LINE_END))
        self.fp.read(size)
        self._line_end = 0
        return b"".join((data, *chunks))

    def _take_line_end(self) -> int:
        """Take what has arrived of it; 0 where the stream has ended."""
        taken = len(self.fp.read1(self._line_end))
        self._line_end = self._line_end - taken if taken else 0
        return taken


class HeldConnection(HTTPConnection):
    """A connection whose socket the request's connection handle knows from the moment there is one."""

    def __init__(self, *arguments: Any, holder: Holder, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._holder = holder
        self.response_class: Any = partial(HeldResponse, holder)

    def request(self, *arguments: Any, **named: Any) -> None:
        """Send a request."""
        self._holder.hold_again(self.sock)
        super().request(*arguments, **named)
        self._holder.sent()

    def _new_conn(self) -> socket.socket:
        made = super()._new_conn()
        try:
            self._holder.hold(made)
        except RequestCancelled:
            made.close()
            raise
        return made


class HeldSecureConnection(HeldConnection, HTTPSConnection):
    """The same with TLS."""


class HeldPool(HTTPConnectionPool):
    """Connections to one server."""

    def __init__(self, *arguments: Any, holder: Holder, **named: Any) -> None:
        self.ConnectionCls: Any = partial(HeldConnection, holder=holder)
        super().__init__(*arguments, **named)


class HeldSecurePool(HTTPSConnectionPool):
    """The same with TLS."""

    def __init__(self, *arguments: Any, holder: Holder, **named: Any) -> None:
        self.ConnectionCls: Any = partial(HeldSecureConnection, holder=holder)
        super().__init__(*arguments, **named)


class HeldAdapter(HTTPAdapter):
    """A transport of requests whose connections are held, and which never tries twice."""

    def __init__(self, holder: Holder) -> None:
        self._pools: dict[str, Any] = {
            "http": partial(HeldPool, holder=holder),
            "https": partial(HeldSecurePool, holder=holder),
        }
        super().__init__(pool_connections=2, pool_maxsize=1)

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        """As in requests, with our pools."""
        super().init_poolmanager(*arguments, **named)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, *arguments: Any, **named: Any) -> PoolManager:
        """As in requests, with our pools."""
        manager: PoolManager = super().proxy_manager_for(*arguments, **named)
        manager.pool_classes_by_scheme = self._pools
        return manager

    def close(self) -> None:
        """Close the connections now; left to the library they would wait for the garbage collector."""
        for manager in (self.poolmanager, *self.proxy_manager.values()):
            for key in manager.pools.keys():  # noqa: SIM118 - it is no dict and cannot be iterated
                pool = manager.pools.get(key)
                if pool is not None:
                    pool.close()
        super().close()


def whole_chunks(data: bytes, start: int) -> tuple[list[bytes], int]:
    """The chunks that are complete from `start` on, where the head of one is; and where the next one begins."""
    chunks: list[bytes] = []
    while True:
        body = data.find(LINE_END, start) + len(LINE_END)
        head = data[start : body - len(LINE_END)]
        if body < len(LINE_END) + start or not head.isalnum():  # not here yet, or with an extension
            return chunks, start
        try:
            end = body + int(head, 16)
        except ValueError:
            return chunks, start
        if end == body or data[end : end + len(LINE_END)] != LINE_END:
            return chunks, start
        chunks.append(data[body:end])
        start = end + len(LINE_END)
