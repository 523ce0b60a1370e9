"""What a tool runner leaves to the one that replaces it."""

from __future__ import annotations

from actors.calls.session_permissions import SessionPermissions
from config.settings import Policy


def test_a_changed_mode_keeps_the_rules_of_the_policy() -> None:
    permissions = SessionPermissions(Policy(mode="yolo", deny=("run_command(rm *)",)), ("one",))
    permissions.change("plan")
    assert permissions.policy == Policy(mode="plan", deny=("run_command(rm *)",))
    permissions.allow("two")
    assert permissions.rules == ("one", "two")
    assert permissions.calls == {}
