"""What survives a restart of the tool runner."""

from __future__ import annotations

from actors.calls.open_calls import NO_CALLS, OpenCall
from actors.calls.runner_memory import RunnerMemory
from actors.calls.session_permissions import SessionPermissions
from actors.ids import CallId, TurnId
from config.settings import Policy
from tests.actors.stage import AppendLine

WORKING = OpenCall(TurnId("t1"), CallId("c1"), AppendLine(), None, waits="execution")
PERMISSIONS = SessionPermissions(Policy())


def test_the_next_runner_finds_what_the_one_before_kept() -> None:
    memory = RunnerMemory(PERMISSIONS)
    memory.keep(memory.take(), PERMISSIONS.allowing("a"), NO_CALLS.having(WORKING))
    memory.take()
    assert memory.permissions.rules == ("a",)
    assert memory.calls.by_id == {"c1": WORKING}
    assert memory.awaits(CallId("c1"), "execution")
    assert not memory.awaits(CallId("c1"), "conclusion")


def test_a_runner_that_was_replaced_changes_nothing_any_more() -> None:
    memory = RunnerMemory(PERMISSIONS)
    hung, present = memory.take(), memory.take()
    memory.keep(present, PERMISSIONS, NO_CALLS)
    memory.keep(hung, PERMISSIONS.allowing("late"), NO_CALLS.having(WORKING))
    assert memory.permissions == PERMISSIONS
    assert memory.calls == NO_CALLS
