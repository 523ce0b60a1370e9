"""The calls that are not answered yet, as a value."""

from __future__ import annotations

from actors.calls.open_calls import NO_CALLS, OpenCall
from actors.ids import CallId, JobId, TurnId
from config.permissions.policy import Decision
from tests.actors.stage import AppendLine

T1, C1, C2 = TurnId("t1"), CallId("c1"), CallId("c2")
WORKING = OpenCall(T1, C1, AppendLine(), None, waits="execution")
ASKING = OpenCall(T1, C2, AppendLine(), None, waits="approval", decision=Decision("ask", "mode", "append_line(x)"))


def test_a_call_is_found_by_what_it_waits_for_only() -> None:
    calls = NO_CALLS.having(WORKING)
    assert calls.at(C1, "job", "execution") == WORKING
    assert calls.at(C1, "job") is None
    assert calls.at(CallId("other"), "execution") is None


def test_calls_are_told_in_the_order_in_which_they_came() -> None:
    calls = NO_CALLS.having(WORKING).having(ASKING).having(WORKING)
    assert calls.where(lambda opened: opened.turn == T1) == (WORKING, ASKING)
    assert calls.where(lambda opened: opened.waits == "job") == ()


def test_a_call_that_is_taken_out_leaves_the_earlier_value_as_it_was() -> None:
    calls = NO_CALLS.having(WORKING).having(ASKING)
    assert calls.without(C1).where(lambda _: True) == (ASKING,)
    assert calls.without(CallId("other")) == calls
    assert len(calls.by_id) == 2
    assert NO_CALLS.by_id == {}


def test_what_is_derived_of_a_call() -> None:
    assert WORKING.job == JobId("c1")
    assert (WORKING.rule, ASKING.rule) == ("", "append_line(x)")
