"""`callboard models [PROVIDER]`: which models the providers offer, what they hold and what they cost.

Asks every provider that is configured or whose key is set, and the local servers, each on its own thread and within a
few seconds. A provider that gives no list is one line on stderr. Never prints a key; what servers say is escaped.
"""

from __future__ import annotations

import json
import os
import sys
import time
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from actors.llm.http.model_list import ListedModel, ListLimits, NoListError, list_models
from actors.runtime.thread_start import start_thread
from config.errors import ConfigError
from config.known_secrets import secrets_of
from config.models.known_providers import is_hosted, known_providers
from config.providers import access_to, available_providers, effective_table
from config.secrets import Redactor
from tools.text.screen_text import visible
from ui import exit_codes
from ui.cli.standard_streams import complain
from ui.startup.credentials import with_credentials
from ui.startup.load_settings import load_settings
from ui.startup.secret_command import TIME_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from config.model_facts import ModelFacts
    from config.places import Places
    from config.settings import Settings
    from ui.arguments import Arguments

LIMITS = ListLimits()
PATIENCE = LIMITS.connect_limit + LIMITS.whole + LIMITS.stall_limit
"""Seconds for all of them; a name that is not found may take longer than any limit of a request."""
THOUSAND = 1_000


class Listing(Struct, frozen=True):
    """What one provider said, or why it said nothing."""

    provider: str
    name: str = ""
    place: str = ""
    models: tuple[ListedModel, ...] = ()
    problem: str = ""


def main(arguments: Arguments, places: Places) -> int:
    """Print the lists; 75 if the provider that was named gave none, 1 if none of several did.

    Raises:
        ConfigError: the settings are wrong, or the provider that was named is unknown or not usable.
    """
    settings = load_settings(arguments, places).settings
    named = arguments.action
    wanted = (named,) if named else _wanted(settings, os.environ)
    if named:
        access_to(named, settings, os.environ)
    found = sorted(listings(wanted, settings, os.environ), key=lambda listing: wanted.index(listing.provider))
    expected = (named, *available_providers(settings, os.environ))
    told = [listing for listing in found if listing.models or listing.provider in expected]
    sys.stdout.write(_as_json(told) if arguments.as_json else "".join(map(_as_text, told)))
    for listing in told:
        if listing.problem:
            complain(visible(f"{listing.provider}: {listing.problem}"))
    if any(not listing.problem for listing in told):
        return exit_codes.DONE
    if not told:
        complain("no provider is configured and no local server answers; docs/models.md says how to set one up")
    return exit_codes.UNAVAILABLE if named else exit_codes.FAILED


def listings(wanted: Iterable[str], settings: Settings, environ: Mapping[str, str]) -> list[Listing]:
    """One listing for each provider, in the order in which they came; a provider that hangs is given up."""
    heard: SimpleQueue[Listing] = SimpleQueue()
    missing = dict.fromkeys(wanted)
    for key in missing:
        start_thread(partial(_put, heard, key, settings, environ), "models")
    deadline = time.monotonic() + PATIENCE + (TIME_LIMIT if any(_has_command(key, settings) for key in missing) else 0)
    found: list[Listing] = []
    while missing:
        try:
            listing = heard.get(timeout=max(0.0, deadline - time.monotonic()))
        except Empty:
            return found + [Listing(key, problem="did not answer in time; is the network there?") for key in missing]
        found.append(listing)
        del missing[listing.provider]
    return found


def _wanted(settings: Settings, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Those set up, and the local servers; that one of the latter does not run is no news."""
    local = (key for key, known in known_providers().items() if not is_hosted(known))
    return tuple(dict.fromkeys((*available_providers(settings, environ), *local)))


def _has_command(key: str, settings: Settings) -> bool:
    table = effective_table(key, settings)
    return bool(table.api_key_command or table.headers_command)


def _put(heard: SimpleQueue[Listing], key: str, settings: Settings, environ: Mapping[str, str]) -> None:
    heard.put(_listed(key, settings, environ))


def _listed(key: str, settings: Settings, environ: Mapping[str, str]) -> Listing:
    try:
        access = with_credentials(access_to(key, settings, environ))
        models = list_models(access, effective_table(key, settings), LIMITS)
    except (ConfigError, NoListError) as problem:
        return Listing(key, problem=str(problem).removeprefix(f"provider {key}: "))
    except Exception as problem:  # noqa: BLE001 - one provider's trouble must not take the others' lists along
        return Listing(key, problem=f"could not be asked: {type(problem).__name__}")
    hide = Redactor(secrets_of(access, settings, environ)).hide
    shown = tuple(msgspec.structs.replace(model, name=hide(model.name)) for model in models)
    return Listing(key, access.name, access.place, shown)


def _as_text(listing: Listing) -> str:
    if listing.problem:
        return ""
    count = f"{len(listing.models)} model" + ("" if len(listing.models) == 1 else "s")
    rows = [f"{listing.provider}  {listing.name} at {listing.place}, {count}"]
    width = min(60, max((len(visible(model.name)) for model in listing.models), default=0))
    rows += [f"  {visible(model.name):{width}}  {_facts(model.facts)}" for model in listing.models]
    return "".join(f"{visible(row)}\n" for row in rows)


def _facts(facts: ModelFacts) -> str:
    window = f"{facts.context_window // THOUSAND}k" + (" assumed" if facts.window_assumed else "")
    prices = ""
    if facts.prices is not None:
        prices = f"  {facts.prices.input:g} / {facts.prices.output:g} USD"
    return f"{window}{prices}" + (f"  as of {facts.as_of}" if facts.as_of else "")


def _as_json(found: list[Listing]) -> str:
    rows = [
        {
            "provider": listing.provider,
            "name": listing.name,
            "place": listing.place,
            "problem": listing.problem,
            "models": [
                {"name": model.name, "selector": f"{listing.provider}/{model.name}", **msgspec.to_builtins(model.facts)}
                for model in listing.models
            ],
        }
        for listing in found
    ]
    return json.dumps(rows, indent=2) + "\n"
