"""A behaviour that a test writes as a function."""

from __future__ import annotations

from collections.abc import Callable

from actors.runtime.behaviour import Behaviour, Context


class Scripted(Behaviour[object]):
    """Does with a message what a function says."""

    def __init__(self, context: Context, act: Callable[[Context, object], object]) -> None:
        self._context = context
        self._act = act

    def handle(self, message: object) -> object:
        return self._act(self._context, message)
