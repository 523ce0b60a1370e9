"""The ladder by which a tree is ended: INT, grace, TERM, grace, KILL, and then none may be left.

`tools.terminal.running_job` climbs it with the times of its own clock; a look at the tree is the only thing done here
that takes time, and nothing waits.
"""

from __future__ import annotations

import signal
from typing import Final

from tools.terminal.process_tree import ProcessTree

INT: Final = 0
TERM: Final = 1
KILL: Final = 2

VERIFY_MOST: Final = 1.0
"""Seconds after KILL in which the tree must be gone; what is left then is given up and reported."""

LOOK_EACH: Final = 0.02
"""Seconds between two looks at the tree while a process is left."""

_UNSURE_MOST: Final = 4
_UNSURE_EACH: Final = 0.005
"""Looks, and seconds between them, that are granted to a process that may be one of the tree's, until it shows."""

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)


class Ladder:
    """Every step returns when to `look` again, or None once none is left or the rest was given up."""

    def __init__(self, tree: ProcessTree, grace: float) -> None:
        self.survivors: tuple[int, ...] = ()
        """Who was given up."""
        self.ended: set[int] = set()
        """Who was signalled, the root not among them."""
        self._tree = tree
        self._grace = grace
        self._rung = INT
        self._over = 0.0
        self._unsure = 0

    def shorten(self, grace: float) -> None:
        """Wait no longer than this between two rungs."""
        self._grace = min(grace, self._grace)

    def climb(self, rung: int, now: float) -> float | None:
        """Send this rung's signal to the whole tree."""
        self._rung = rung
        self._over = now + (VERIFY_MOST if rung == KILL else self._grace)
        return self._signal(self._tree.members(), now)

    def climb_on(self, now: float) -> float | None:
        """Take the next rung without waiting."""
        return self.climb(min(self._rung + 1, KILL), now)

    def look(self, now: float) -> float | None:
        """See who is left, and take the next rung if this one's time is over."""
        members = self._tree.members()
        if members and now >= self._over:
            if self._rung < KILL:
                return self.climb_on(now)
            self.survivors, members = members, ()
        if members and self._rung < KILL:
            return min(now + LOOK_EACH, self._over)
        return self._signal(members, now)

    def give_up(self) -> None:
        """Kill what is there, and take those that do not vanish at once for survivors."""
        self._tree.signal(signal.SIGKILL, self._tree.members())
        self.survivors = self._tree.members()

    def _signal(self, members: tuple[int, ...], now: float) -> float | None:
        if not members:
            if self._tree.blind:
                self._tree.signal(signal.SIGKILL, ())
            self._unsure += self._tree.unsure
            return now + _UNSURE_EACH if self._tree.unsure and self._unsure <= _UNSURE_MOST else None
        self.ended.update(members)
        self.ended.discard(self._tree.root)
        self._tree.signal(_SIGNALS[self._rung], members)
        return now + LOOK_EACH
