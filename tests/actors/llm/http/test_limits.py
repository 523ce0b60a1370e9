"""How long an answer is waited for, in times that the test tells."""

from __future__ import annotations

import pytest

from actors.llm.http.limits import LONGEST_TRAILER, TRAILER, ProgressWatch, WaitLimits, stalled

LIMITS = WaitLimits(stall=10.0, start=60.0, progress=30.0)


def test_until_an_answer_begins_the_longer_wait_holds() -> None:
    watch = ProgressWatch(LIMITS, 100.0)
    assert watch.patience(100.0) == 60.0
    given_up = watch.given_up(160.0, silent=True)
    assert given_up is not None
    assert "60 s" in given_up.text
    assert "model.start_limit" in given_up.text


def test_an_answer_that_has_begun_and_falls_silent_is_given_up_after_the_stall_limit() -> None:
    watch = ProgressWatch(LIMITS, 100.0)
    watch.note(5, 150.0, complete=False)
    assert watch.patience(150.0) == 10.0
    given_up = watch.given_up(160.0, silent=True)
    assert given_up is not None
    assert "model.stall_limit" in given_up.text


@pytest.mark.parametrize(("begun", "longest"), [(False, 60), (True, 30)])
def test_what_is_alive_and_brings_nothing_is_given_up_after_the_progress_limit(begun: bool, longest: int) -> None:  # noqa: FBT001 - a table's column
    watch, now = ProgressWatch(LIMITS, 100.0), 100
    if begun:
        watch.note(1, now, complete=False)
    while (given_up := watch.given_up(now, silent=False)) is None:
        now += 1
        watch.note(int(begun), now, complete=False)
    assert now == 100 + longest
    assert (given_up.kind, given_up.retryable) == ("stalled", True)
    assert "model.progress_limit" in given_up.text


def test_a_slow_answer_that_goes_on_is_never_given_up() -> None:
    watch = ProgressWatch(LIMITS, 0.0)
    for number in range(1, 1_000):
        watch.note(number, number * 9.0, complete=False)
        assert watch.given_up(number * 9.0, silent=False) is None
        assert watch.patience(number * 9.0) == 10.0


def test_a_whole_answer_is_no_failure_and_its_trailer_is_not_waited_for_long() -> None:
    watch = ProgressWatch(LIMITS, 0.0)
    watch.note(1, 5.0, complete=True)
    assert watch.patience(5.0) == TRAILER
    assert watch.given_up(1_000.0, silent=True) is None
    assert not watch.is_over(5.0 + TRAILER)
    assert watch.is_over(5.0 + LONGEST_TRAILER)


def test_without_a_limit_of_its_own_the_beginning_has_that_of_silence() -> None:
    assert WaitLimits(stall=7.0).first == 7.0
    assert "7 s" in stalled(WaitLimits(stall=7.0), begun=False).text
