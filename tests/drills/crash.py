"""A crash that a test plans: an actor fails once, before or after it handles a certain message."""

from __future__ import annotations

import threading

from actors.runtime.behaviour import Child
from tests.actors.stage import decorate


class PlannedCrash(Exception):  # noqa: N818 - what happens, not what is wrong
    """The crash that the test asked for."""


class Crash:
    """Once, when an actor handles the `number`-th message of a class; counted over all of its behaviours."""

    def __init__(self, actor: str, message: str, number: int = 1, *, after: bool = False) -> None:
        self._actor, self._message, self._number, self._after = actor, message, number, after
        self._seen = 0
        self.happened = threading.Event()

    def around(self, child: Child) -> Child:
        """For `Options.dressed`."""
        if child.name != self._actor:
            return child
        return decorate(child, after=self._look) if self._after else decorate(child, before=self._look)

    def _look(self, message: object) -> None:
        if type(message).__name__ != self._message:
            return
        self._seen += 1
        if self._seen == self._number:
            self.happened.set()
            raise PlannedCrash(f"{self._actor} at {self._message} {self._number}")
