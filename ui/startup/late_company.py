"""A company that is put together only when it starts, so that a front end can draw its first frame before that.

`ui.startup.run_session` hands it to the front end in place of the real one. What is sent before the start is kept and
delivered right after it, in order. It decides nothing.
"""

from __future__ import annotations

import gc
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from actors.edges.status_socket import Snapshot
    from actors.records import Record
    from actors.runtime.message import Message
    from actors.runtime.shutdown import ExitReport
    from ui.front_end import CompanyHandle


COLLECT_EACH = 20_000
"""New objects after which Python looks for garbage, from the start on."""
SWITCH_EACH = 0.0005
"""Seconds after which a busy thread lets another one run: a key must not wait for ten times as long, Python's own."""


class LateCompany:
    """Implement `CompanyHandle` of `ui.front_end`; `make` may raise ConfigError, and then `start` does."""

    def __init__(self, make: Callable[[], CompanyHandle]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._company: CompanyHandle | None = None
        self._early: list[Callable[[CompanyHandle], object]] = []

    def start(self) -> None:
        """Make the real one, start it, and deliver what was sent before."""
        sys.setswitchinterval(SWITCH_EACH)
        company = self._make()
        company.start()
        with self._lock:
            for word in self._early:
                word(company)
            self._company = company
        gc.freeze()  # what was loaded stays, and need not be looked through
        gc.set_threshold(COLLECT_EACH)

    def send(self, message: Message) -> None:
        """Implement `CompanyHandle`."""
        self._tell(lambda company: company.send(message))

    def show(self, records: tuple[Record, ...]) -> None:
        """Implement `CompanyHandle`."""
        self._tell(lambda company: company.show(records))

    def attach_loop(self, call_soon: Callable[[Callable[[], object]], object]) -> None:
        """Implement `CompanyHandle`."""
        self._tell(lambda company: company.attach_loop(call_soon))

    def detach_loop(self) -> None:
        """Implement `CompanyHandle`."""
        self._tell(lambda company: company.detach_loop())

    def open_log(self) -> None:
        """Implement `CompanyHandle`."""
        self._tell(lambda company: company.open_log())

    def snapshot(self) -> Snapshot | None:
        """Implement `CompanyHandle`."""
        return self._company.snapshot() if self._company is not None else None

    def dump(self) -> None:
        """Implement `CompanyHandle`."""
        self._tell(lambda company: company.dump())

    def shut_down(self, exit_code: int, reason: str) -> None:
        """Implement `CompanyHandle`."""
        self._tell(lambda company: company.shut_down(exit_code, reason))

    def wait(self, timeout: float | None = None) -> ExitReport | None:
        """Implement `CompanyHandle`; a company that never started has no end to wait for."""
        return self._company.wait(timeout) if self._company is not None else None

    def _tell(self, word: Callable[[CompanyHandle], object]) -> None:
        with self._lock:
            if self._company is None:
                self._early.append(word)
                return
        word(self._company)
