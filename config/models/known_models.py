"""The built-in facts of well-known models, and what holds for one model when the configuration has had its say.

`known_models.json` holds windows, output limits and list prices with the date at which they were looked up. Prices are
taken only from the entry of the provider that is asked, windows of the same model wherever it is served.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

from config.errors import ConfigError
from config.model_facts import ASSUMED_WINDOW, ModelFacts, Prices
from config.settings import FactsTable, PriceTable, Provider

TABLE = Path(__file__).with_name("known_models.json")
DATED = re.compile(r"[-@](?:\d{8}|\d{4}-\d{2}-\d{2})(?:-v\d+)?(?::\d+)?$|:(?:free|nitro|floor|exacto|thinking)$")
"""What stands behind a model's name for one edition or route of it."""


class KnownModels(Struct, frozen=True):
    """The models of one provider; `as_of` is the date of these facts, YYYY-MM-DD."""

    provider: str
    as_of: str
    models: dict[str, FactsTable]


@cache
def known_models() -> tuple[KnownModels, ...]:
    """The built-in table."""
    return msgspec.json.decode(TABLE.read_bytes(), type=tuple[KnownModels, ...])


def facts_of(key: str, provider: Provider, model: str) -> ModelFacts:
    """What is known of `model` at the provider `key`: the configuration first, then the built-in table.

    Raises:
        ConfigError: a table of prices is incomplete.
    """
    own = provider.facts.get(model, FactsTable())
    listed, as_of, is_same_provider = _listed(key, model)
    window = own.context_window or provider.context_window or listed.context_window
    prices = _prices(own.prices, f"providers.{key}.facts.{model}") or _prices(provider.prices, f"providers.{key}")
    used = as_of if listed.context_window is not None else ""
    return ModelFacts(
        context_window=window or ASSUMED_WINDOW,
        window_assumed=window is None,
        output_limit=own.output_limit or provider.output_limit or listed.output_limit,
        prices=prices or (_prices(listed.prices, "") if is_same_provider else None),
        as_of=used,
    )


def _listed(key: str, model: str) -> tuple[FactsTable, str, bool]:
    """The built-in facts of the model, their date, and whether they are of this provider."""
    names = _spellings(model)
    for own in (True, False):
        for table in known_models():
            found = next((table.models[name] for name in names if name in table.models), None)
            if found is not None and (table.provider == key) == own:
                return found, table.as_of, own
    return FactsTable(), "", False


def _spellings(model: str) -> tuple[str, ...]:
    """The name as it is, without its vendor, and without its edition; dashes where others write dots."""
    bare = model.lower().rpartition("/")[2]
    plain = DATED.sub("", re.sub(r"^(?:\w+\.)?anthropic\.", "", bare))
    return tuple(dict.fromkeys((model, bare, plain, plain.replace(".", "-") if plain.startswith("claude") else plain)))


def _prices(table: PriceTable, key: str) -> Prices | None:
    if table.input is None and table.output is None:
        return None
    if table.input is None or table.output is None:
        raise ConfigError(f"{key}.prices: needs both, input and output, in USD per million tokens")
    cached = table.input if table.cached is None else table.cached
    return Prices(
        table.input, table.output, cached, table.input if table.cache_written is None else table.cache_written
    )
