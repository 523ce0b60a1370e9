"""How often one provider may be asked while it fails, by everything in the process together.

Used by the LLM streamer; `budget_of` gives every session of the process the same one for a provider. While a request
failed within the last minute, at most ten requests are begun in a minute that have not come to a good end: whatever is
wrong, and however many ask. The breaker opens after five failures in a row: then a request is tried once and not
again, until one succeeds or a minute has passed.
"""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MOST = 10
"""Requests in a period."""
PERIOD = 60.0
"""Seconds."""
OPENS_AFTER = 5
"""Failures in a row."""


class RetryBudget:
    """The requests of the last minute that did not succeed. Times are seconds of one monotonic clock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun: list[float] = []
        self._failed_at: float | None = None
        self._failures = 0

    def begin(self, now: float) -> float:
        """Begin a request: 0.0 where it may begin, and counts; else the seconds to wait before it is asked again."""
        with self._lock:
            self._begun = [begun for begun in self._begun if now - PERIOD < begun <= now]
            if len(self._begun) >= MOST and self._has_failed(now):
                return max(0.001, self._begun[-MOST] + PERIOD - now)
            self._begun.append(now)
            return 0.0

    def end(self, begun: float) -> None:
        """The request that was begun then needs no place any more: it succeeded, or was cancelled."""
        with self._lock:
            if begun in self._begun:
                self._begun.remove(begun)

    def succeed(self, begun: float) -> None:
        """The request that was begun then has its answer."""
        self.end(begun)
        with self._lock:
            self._failures = 0

    def fail(self, now: float, *, outage: bool) -> None:
        """A request failed. `outage`: the provider did; else it refused this one request."""
        with self._lock:
            self._failed_at = now
            self._failures += outage

    def is_open(self, now: float) -> bool:
        """Whether the breaker is open: a request is tried once only."""
        with self._lock:
            return self._failures >= OPENS_AFTER and self._has_failed(now)

    def _has_failed(self, now: float) -> bool:
        return self._failed_at is not None and 0 <= now - self._failed_at < PERIOD


def own_budgets() -> Callable[[str], RetryBudget]:
    """Budgets by provider that nothing else shares: for companies that have a clock of their own."""
    budgets: dict[str, RetryBudget] = {}
    return lambda provider: budgets.setdefault(provider, RetryBudget())


@cache
def budget_of(provider: str) -> RetryBudget:
    """The budget of a provider, by its display name: one for the whole process."""
    del provider
    return RetryBudget()
