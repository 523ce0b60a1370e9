"""What tokens cost."""

from __future__ import annotations

import pytest

from actors.context.cost import cost_of, dollars
from actors.transcript import Usage
from config.model_facts import FREE, Prices

PRICES = Prices(input=2.0, output=10.0, cached=0.2, cache_written=2.5)


def test_each_token_is_paid_once_at_its_own_price() -> None:
    usage = Usage(1_000_000, 100_000, cached_tokens=500_000, cache_written_tokens=100_000, reasoning_tokens=50_000)
    assert cost_of(usage, PRICES) == pytest.approx(0.4 * 2 + 0.5 * 0.2 + 0.1 * 2.5 + 0.1 * 10)


def test_an_unknown_price_is_no_price_of_zero() -> None:
    assert cost_of(Usage(5, 5), None) is None
    assert cost_of(Usage(5, 5), FREE) == 0


def test_counts_that_contradict_each_other_never_make_a_cost_negative() -> None:
    cost = cost_of(Usage(10, 0, cached_tokens=100, cache_written_tokens=100), PRICES)
    assert cost is not None
    assert cost >= 0


def test_small_amounts_are_told_with_more_places() -> None:
    assert [dollars(amount) for amount in (0.0, 0.0012, 0.5, 12.345)] == ["$0.00", "$0.0012", "$0.50", "$12.35"]


def test_a_small_amount_is_never_shown_as_nothing() -> None:
    assert [dollars(amount) for amount in (0.00003, 1e-9, 0.000099)] == ["$0.000030", "$0.0000000010", "$0.000099"]
