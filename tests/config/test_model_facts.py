"""Facts of models: what holds where nothing is known."""

from __future__ import annotations

from config.model_facts import ASSUMED_WINDOW, EMBEDDED, ModelFacts


def test_an_unknown_model_has_an_assumed_window_and_no_prices() -> None:
    unknown = ModelFacts()
    assert (unknown.context_window, unknown.window_assumed) == (ASSUMED_WINDOW, True)
    assert unknown.prices is None


def test_a_model_inside_the_process_costs_nothing() -> None:
    assert EMBEDDED.prices is not None
    assert EMBEDDED.prices.input == EMBEDDED.prices.output == 0
    assert not EMBEDDED.window_assumed
