"""The mandate: what a tool runner leaves to the one that replaces it.

The composition root makes one and gives it to each runner in turn, so that a failure neither forgets what the person
allowed nor which calls somebody waits for. Only the present runner changes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from actors.calls.open_calls import OpenCall
    from actors.ids import CallId
    from config.settings import PermissionMode, Policy


class SessionPermissions:
    """The policy in force, the rules that were added in this session, and the calls that are not answered yet."""

    def __init__(self, policy: Policy, rules: tuple[str, ...]) -> None:
        self.policy = policy
        self.rules = rules
        self.calls: dict[CallId, OpenCall] = {}

    def change(self, mode: PermissionMode) -> None:
        """Judge in this mode from now on."""
        self.policy = msgspec.structs.replace(self.policy, mode=mode)

    def allow(self, rule: str) -> None:
        """Allow what the rule names for the rest of the session."""
        self.rules = (*self.rules, rule)
