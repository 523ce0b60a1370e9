"""A budget needs a price: asked before a model is used, at the start and where a session goes over to another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.errors import ConfigError

if TYPE_CHECKING:
    from config.models.provider_access import ProviderAccess
    from config.settings import Limits


def check_budget(limits: Limits, access: ProviderAccess) -> None:
    """A budget that cannot be kept is none.

    Raises:
        ConfigError: there is one, and the prices of the model are not known.
    """
    if limits.max_budget_usd is None or access.facts.prices is not None:
        return
    raise ConfigError(
        f"limits.max_budget_usd is set, and the prices of {access.model} at {access.name} are not known, so that the "
        f'budget could not be kept: set providers.{access.table}.facts."{access.model}".prices, or use '
        "limits.max_tokens instead"
    )
