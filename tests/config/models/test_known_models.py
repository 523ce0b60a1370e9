"""Facts of models: the built-in table, and what the configuration lays over it."""

from __future__ import annotations

from datetime import date

import pytest

from config.errors import ConfigError
from config.model_facts import ASSUMED_WINDOW, Prices
from config.models.known_models import facts_of, known_models
from config.models.known_providers import known_providers
from config.settings import FactsTable, PriceTable, Provider


def test_a_well_known_model_has_facts_with_their_date() -> None:
    facts = facts_of("anthropic", Provider(), "claude-sonnet-4-5")
    assert (facts.context_window, facts.window_assumed, facts.output_limit) == (200_000, False, 64_000)
    assert facts.prices == Prices(3, 15, 0.3, 3.75)
    assert date.fromisoformat(facts.as_of) > date(2025, 1, 1)


@pytest.mark.parametrize(
    ("key", "model", "window"),
    [
        ("anthropic", "claude-sonnet-4-5-20250929", 200_000),
        ("openrouter", "anthropic/claude-sonnet-4.5", 200_000),
        ("bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", 200_000),
        ("openrouter", "moonshotai/kimi-k2.6:free", 262_144),
        ("openai", "gpt-5-2025-08-07", 400_000),
        ("mine", "o3", 200_000),
    ],
)
def test_editions_and_routes_of_a_model_have_its_window(key: str, model: str, window: int) -> None:
    facts = facts_of(key, Provider(), model)
    assert (facts.context_window, facts.window_assumed) == (window, False)


@pytest.mark.parametrize("model", ["gpt-5-something-new", "claude", "o", "my-gpt-5", "llama-3", ""])
def test_a_model_that_only_resembles_a_known_one_is_unknown(model: str) -> None:
    facts = facts_of("openai", Provider(), model)
    assert (facts.context_window, facts.window_assumed) == (ASSUMED_WINDOW, True)
    assert (facts.prices, facts.as_of) == (None, "")


def test_prices_are_never_those_of_another_provider() -> None:
    assert facts_of("openrouter", Provider(), "openai/gpt-5").prices is None


def test_a_local_server_costs_nothing() -> None:
    prices = facts_of("ollama", known_providers()["ollama"], "qwen3-coder").prices
    assert prices == Prices(0, 0, 0, 0)


def test_the_configuration_wins_for_the_model_then_for_the_provider() -> None:
    own = Provider(
        context_window=10,
        output_limit=5,
        prices=PriceTable(input=1, output=2),
        facts={"gpt-5": FactsTable(context_window=20, prices=PriceTable(input=3, output=4, cached=0.5))},
    )
    one, other = facts_of("openai", own, "gpt-5"), facts_of("openai", own, "gpt-5-mini")
    assert (one.context_window, one.output_limit, one.prices) == (20, 5, Prices(3, 4, 0.5, 3))
    assert (other.context_window, other.window_assumed, other.prices) == (10, False, Prices(1, 2, 1, 1))


def test_half_a_price_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"providers\.x\.prices: needs both"):
        facts_of("x", Provider(prices=PriceTable(input=1)), "m")


def test_every_entry_is_of_a_built_in_provider_and_complete() -> None:
    for table in known_models():
        assert table.provider in known_providers()
        assert date.fromisoformat(table.as_of) > date(2025, 1, 1)
        for name, facts in table.models.items():
            assert facts.context_window is not None, name
            assert (facts.prices.input is None) == (facts.prices.output is None), name


def test_the_model_that_a_provider_is_asked_for_by_default_is_known() -> None:
    named = [(key, known) for key, known in known_providers().items() if known.model not in ("", "default")]
    assert not [key for key, known in named if facts_of(key, known, known.model).window_assumed]
