"""What calls may do in this session."""

from __future__ import annotations

from actors.calls.session_permissions import SessionPermissions
from config.settings import Policy


def test_a_changed_mode_keeps_the_rules_of_the_policy() -> None:
    permissions = SessionPermissions(Policy(mode="yolo", deny=("run_command(rm *)",)), ("one",))
    changed = permissions.in_mode("plan")
    assert changed.policy == Policy(mode="plan", deny=("run_command(rm *)",))
    assert changed.allowing("two").rules == ("one", "two")
    assert permissions.rules == changed.rules == ("one",), "an earlier value stays as it is"
