"""A budget needs a price."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from config.errors import ConfigError
from config.model_facts import FREE, ModelFacts
from config.models.budget import check_budget
from config.models.provider_access import SCRIPTED
from config.settings import Limits

UNPRICED = replace(SCRIPTED, name="Corp", model="large", table="corp", facts=ModelFacts())


def test_a_model_of_unknown_price_is_refused_under_a_budget_only_and_the_setting_is_named() -> None:
    check_budget(Limits(), UNPRICED)
    check_budget(Limits(max_budget_usd=1.0), replace(UNPRICED, facts=ModelFacts(prices=FREE)))
    with pytest.raises(ConfigError, match=r'large at Corp .*providers\.corp\.facts\."large"\.prices'):
        check_budget(Limits(max_budget_usd=1.0), UNPRICED)
