"""The mandate: what the person allowed so far, kept while the tool runner that acts on it comes and goes.

The composition root makes one and gives it to each runner in turn; a runner that failed is replaced by one that still
knows the mode and the rules of the session. Work of a runner that was replaced finds out here that it is in vain. Only
the present runner changes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from config.settings import PermissionMode, Policy


class Mandate:
    """The policy in force, the rules that were added, and how many runners there have been."""

    def __init__(self, policy: Policy, rules: tuple[str, ...]) -> None:
        self.policy = policy
        self.rules = rules
        self._runners = 0

    def taken_over(self) -> int:
        """The number of the runner that acts on it from now on."""
        self._runners += 1
        return self._runners

    def is_held_by(self, runner: int) -> bool:
        """Whether this runner is the present one; from any thread."""
        return self._runners == runner

    def change(self, mode: PermissionMode) -> None:
        """Judge in this mode from now on."""
        self.policy = msgspec.structs.replace(self.policy, mode=mode)

    def allow(self, rule: str) -> None:
        """Allow what the rule names for the rest of the session."""
        self.rules = (*self.rules, rule)
