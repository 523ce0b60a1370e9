"""One provider is asked ten times a minute at most while it fails, by however many."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from actors.llm.retries.retry_budget import MOST, PERIOD, RetryBudget, budget_of


@given(st.lists(st.tuples(st.floats(0.0, 30.0), st.integers(1, 5)), max_size=40))
def test_whatever_fails_and_however_many_ask_a_minute_holds_ten_requests(asks: list[tuple[float, int]]) -> None:
    budget, now, begun = RetryBudget(), 0.0, list[float]()
    budget.fail(now, outage=True)
    for pause, askers in asks:
        now += pause
        for _ in range(askers):
            if budget.begin(now) == 0.0:
                begun.append(now)
                budget.fail(now, outage=True)
    for start in begun:
        assert sum(start <= at < start + PERIOD for at in begun) <= MOST


def test_who_waits_as_long_as_told_may_begin() -> None:
    budget = RetryBudget()
    for _ in range(MOST):
        assert budget.begin(5.0) == 0.0
    budget.fail(5.0, outage=False)
    wait = budget.begin(10.0)
    assert wait == 55.0
    assert budget.begin(10.0 + wait) == 0.0


def test_a_provider_that_answers_is_asked_as_often_as_one_likes() -> None:
    budget = RetryBudget()
    for number in range(1_000):
        assert budget.begin(number / 100) == 0.0
        budget.succeed(number / 100)
    budget.fail(10.0, outage=True)
    assert budget.begin(10.0) == 0.0, "those that succeeded have no place in it"


def test_cancelled_requests_have_no_place_in_it() -> None:
    budget = RetryBudget()
    for _ in range(100):
        assert budget.begin(1.0) == 0.0
        budget.end(1.0)
    budget.fail(1.0, outage=True)
    assert budget.begin(1.0) == 0.0


def test_the_breaker_opens_after_five_outages_in_a_row_and_closes_with_an_answer_or_a_minute() -> None:
    budget = RetryBudget()
    for _ in range(5):
        assert not budget.is_open(0.0)
        budget.fail(0.0, outage=True)
    assert budget.is_open(59.0)
    assert not budget.is_open(61.0)
    budget.succeed(0.0)
    assert not budget.is_open(0.0)


def test_requests_that_were_wrong_themselves_do_not_open_it() -> None:
    budget = RetryBudget()
    for _ in range(50):
        budget.fail(0.0, outage=False)
    assert not budget.is_open(0.0)


def test_all_sessions_of_the_process_share_the_budget_of_a_provider() -> None:
    assert budget_of("https://a.example/v1") is budget_of("https://a.example/v1")
    assert budget_of("https://a.example/v1") is not budget_of("https://b.example/v1")
