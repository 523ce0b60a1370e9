"""How long an answer is waited for: silence, and bytes that bring nothing of it.

Used by the carrier. Until the first part of an answer has come, `start` holds: a local model reads a long prompt for
minutes. From then on `stall` bounds the silence. What comes and is no part of the answer, comments and empty events, is
life for `progress` seconds only.
"""

from __future__ import annotations

from msgspec import Struct

from actors.llm.port import Failed

TRAILER = 1.0
"""Seconds of silence that the end of a response may take once the answer is whole."""
LONGEST_TRAILER = 5.0
"""Seconds in all."""


class WaitLimits(Struct, frozen=True):
    """Limits in seconds. `start` None: as long as `stall`."""

    connect: float = 10.0
    stall: float = 120.0
    start: float | None = None
    progress: float = 300.0

    @property
    def first(self) -> float:
        """How long the first part of an answer may take."""
        return self.stall if self.start is None else self.start


class ProgressWatch:
    """One response: told what came and when, it says how long to wait and when to give up."""

    def __init__(self, limits: WaitLimits, now: float) -> None:
        self._limits = limits
        self._progress = 0
        self._moved = self._heard = now
        self._completed: float | None = None

    def note(self, progress: int, now: float, *, complete: bool) -> None:
        """Bytes came; `progress` and `complete` are the decoder's."""
        self._heard = now
        if progress != self._progress:
            self._progress, self._moved = progress, now
        if complete and self._completed is None:
            self._completed = now

    def patience(self, now: float) -> float:
        """Seconds that may pass before something must have come; 0 or less: none."""
        if self._completed is not None:
            return min(TRAILER, self._silence(), self._completed + LONGEST_TRAILER - now)
        return min(self._silent_until(), self._barren_until()) - now

    def given_up(self, now: float, *, silent: bool) -> Failed | None:
        """Why nothing more is waited for; None: the answer is whole, or the time has not come."""
        if self._completed is not None:
            return None
        if not silent and now < self._barren_until():
            return None
        if silent and self._silent_until() <= self._barren_until():
            return stalled(self._limits, begun=bool(self._progress))
        return barren(self._barren())

    def is_over(self, now: float) -> bool:
        """The answer is whole, and its trailer has had its time."""
        return self._completed is not None and now >= self._completed + LONGEST_TRAILER

    def _silent_until(self) -> float:
        return self._heard + self._silence()

    def _barren_until(self) -> float:
        return self._moved + self._barren()

    def _silence(self) -> float:
        return self._limits.stall if self._progress else self._limits.first

    def _barren(self) -> float:
        limit = self._limits.progress
        return limit if self._progress else max(limit, self._limits.first)


def stalled(limits: WaitLimits, *, begun: bool) -> Failed:
    """Nothing came for too long."""
    limit, setting = (limits.stall, "stall_limit") if begun else (limits.first, "start_limit")
    text = f"The model server sent nothing for {limit:g} s. A longer wait is model.{setting} in the configuration."
    return Failed("stalled", text, retryable=True)


def barren(limit: float) -> Failed:
    """Something came all the time, and none of it was a part of the answer."""
    text = (
        f"The model server kept the connection alive for {limit:g} s and sent nothing of its answer. A longer wait is "
        "model.progress_limit in the configuration."
    )
    return Failed("stalled", text, retryable=True)
