"""Which models can be named right away, for the list and the completion of the chat's `/model`.

Aliases, then of each provider that is configured or set up its own model, its short names and its well-known models.
Contacts no provider: what one really offers is `callboard models`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from config.models.known_models import known_models
from config.providers import OFFLINE, available_providers, effective_table
from config.settings import Settings


def model_choices(settings: Settings, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Their names, as `-m` takes them, the preferred first."""
    return tuple(dict.fromkeys((*settings.model.aliases, *_of_providers(settings, environ), OFFLINE)))


def _of_providers(settings: Settings, environ: Mapping[str, str]) -> Iterator[str]:
    allowed = settings.allowed_providers
    for key in available_providers(settings, environ):
        if allowed is not None and key not in allowed:
            continue
        table = effective_table(key, settings)
        listed = next((known.models for known in known_models() if known.provider == key), {})
        model = environ.get(table.model_env, "").strip() if table.model_env else ""
        for name in (model or table.model, *table.models, *table.facts, *listed):
            if name:
                yield f"{key}/{name}"
