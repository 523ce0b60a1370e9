"""The port to real models: dialects' bytes over HTTP, on edge threads that are kept from request to request.

Used by the LLM streamer. Beside it the modules of this folder are the only ones that know requests and urllib3; they
are imported on the edge thread with the first request, so that starting Callboard does not pay for them. Never retries:
a failure says whether another try makes sense.

A worker is one edge thread with its own session, and so its own kept-alive connection. Where a cancel finds nothing to
break off (a name look-up or a connect that hangs), the worker is fenced: a fresh one takes its place, says that the
request is cancelled, and signals of the old one are dropped.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from queue import SimpleQueue
from typing import TYPE_CHECKING

from actors.llm.dialect import Dialect, HttpRequest, dialect_named
from actors.llm.http.exchange import Exchange
from actors.llm.http.limits import WaitLimits
from actors.llm.port import Failed, Listener, ModelCall
from actors.llm.sound_text import SoundDecoder
from actors.runtime.thread_start import ThreadStartError, start_thread
from config.providers import ProviderAccess

if TYPE_CHECKING:
    from collections.abc import Callable

    from actors.llm.dialect import Decoder
    from actors.llm.http.session import HttpSession

USUAL_LIMITS = WaitLimits()
UNEXPECTED = Failed("malformed", "The request could not be carried out: see the session's log for the reason.")


class HttpModel:
    """A model behind HTTP; also `offline://` and `script://FILE`, which are answered inside the process."""

    def __init__(
        self,
        access: ProviderAccess,
        dialect: Dialect | None = None,
        *,
        limits: WaitLimits = USUAL_LIMITS,
        sent: Callable[[], object] = bool,
    ) -> None:
        """`sent` is called on the edge thread each time that a request was written; it must be quick."""
        self.access = access
        self.limits = limits
        self.sent = sent
        self._dialect = dialect or dialect_named(access)
        self._encoding = threading.Lock()
        self._lock = threading.Lock()
        self._workers: list[Worker] = []
        self._in_flight: dict[str, tuple[Exchange, Worker]] = {}
        self._closed = False

    def start(self, request: str, call: ModelCall, listener: Listener) -> None:
        """Begin the request. Once closed, it is answered as cancelled.

        Raises:
            ValueError: a request of this id is in flight.
        """
        exchange = Exchange(request, call, listener, self._ended)
        with self._lock:
            if request in self._in_flight:
                raise ValueError(f"request {request} is in flight")
            exchange.cancelled = self._closed
            try:
                self._assign(exchange)
            except ThreadStartError as error:
                unstarted = Failed("unreachable", f"The model was not asked: {error}.")
            else:
                return
        exchange.end(unstarted)

    def cancel(self, request: str) -> None:
        """End the request at once; a request that has ended is ignored."""
        with self._lock:
            found = self._in_flight.get(request)
        if found is None or found[0].cancel():
            return
        exchange, worker = found
        with self._lock:
            if request not in self._in_flight:
                return
            worker.fence()
            self._workers.remove(worker)
            with suppress(ThreadStartError):
                self._assign(exchange)
                return
        exchange.end(UNEXPECTED)  # as cancelled, which it is

    def warm(self) -> None:
        """Get an edge thread ready, so that the first request need not wait for it."""
        with self._lock, suppress(ThreadStartError):  # the first request says so
            if not self._workers and not self._closed:
                self._workers.append(Worker(self))

    def close(self) -> None:
        """Cancel what is in flight; the threads end by themselves."""
        with self._lock:
            self._closed = True
            requests = tuple(self._in_flight)
        for request in requests:
            self.cancel(request)
        with self._lock:
            workers, self._workers = self._workers, []
        for worker in workers:
            worker.finish()

    def encode(self, call: ModelCall) -> tuple[HttpRequest, Decoder]:
        """The call as a request with the decoder of its answer; on an edge thread, one at a time."""
        with self._encoding:
            return self._dialect.request(call), SoundDecoder(self._dialect.decoder())

    def authorization(self) -> tuple[tuple[str, str], ...]:
        """The headers that let us in; none without a key."""
        key = self.access.key.reveal()
        return self._dialect.authorization(key) if key else ()

    def _assign(self, exchange: Exchange) -> None:
        """To a worker that has nothing to do, so that its connection is used again. The lock is held."""
        busy = {worker for _, worker in self._in_flight.values()}
        worker = next((worker for worker in self._workers if worker not in busy), None)
        if worker is None:
            worker = Worker(self)
            self._workers.append(worker)
        self._in_flight[exchange.request] = (exchange, worker)
        worker.give(exchange)
        if self._closed:
            self._workers.remove(worker)
            worker.finish()

    def _ended(self, exchange: Exchange) -> None:
        """Called right before the final signal: from here on the worker can be given the next request."""
        with self._lock:
            self._in_flight.pop(exchange.request, None)


class Worker:
    """One edge thread."""

    def __init__(self, model: HttpModel) -> None:
        self._model = model
        self._queue: SimpleQueue[Exchange | None] = SimpleQueue()
        self._fenced = False
        start_thread(self._work, "model")

    def give(self, exchange: Exchange) -> None:
        """The next request."""
        self._queue.put(exchange)

    def finish(self) -> None:
        """Nothing more will come."""
        self._queue.put(None)

    def fence(self) -> None:
        """Drop this worker's signals from now on; its thread ends when it can."""
        self._fenced = True
        self._queue.put(None)

    def is_wanted(self) -> bool:
        """Something waits for the thread to come back."""
        return self._fenced or not self._queue.empty()

    def _work(self) -> None:
        session: HttpSession | None = None
        try:
            while (exchange := self._queue.get()) is not None and not self._fenced:
                try:
                    if not exchange.cancelled:
                        session = session or self._session()
                        session.carry(exchange)
                finally:
                    exchange.end(UNEXPECTED)
        finally:
            if session is not None:
                session.close()

    def _session(self) -> HttpSession:
        from actors.llm.http.session import HttpSession  # noqa: PLC0415 - requests is loaded with the first request

        return HttpSession(self._model, self)
