"""The models that a session can ask, and the port that its requests go through.

Made by `ui.startup.bootstrap`: the session's first model, and every one that `/model` finds. A turn keeps the model
that it began with. Looking one up may run a command for its key, so it has a thread of its own. An open port is kept
until another model is asked, so that nothing is encoded twice.
"""

from __future__ import annotations

import os
import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from actors.llm.dialect import dialect_named
from actors.llm.http.limits import WaitLimits
from actors.llm.http.model import HttpModel
from actors.llm.model_choice import ModelChoice, NoSuchModel, TurnModels, turn_of
from actors.llm.redacted import RedactedModel
from actors.runtime.thread_start import ThreadStartError, start_thread
from config.errors import ConfigError
from config.known_secrets import secrets_of
from config.models.budget import check_budget
from config.nearby import is_nearby
from config.providers import choose_model
from config.secrets import Redactor
from tools.text.screen_text import visible
from ui.startup.credentials import with_credentials

if TYPE_CHECKING:
    from collections.abc import Callable

    from actors.llm.model_choice import LookUpListener
    from actors.llm.port import Listener, ModelCall, ModelPort
    from config.models.provider_access import ProviderAccess
    from config.settings import ModelSettings, Settings

NEARBY_PATIENCE = 5.0
"""How much longer than elsewhere an answer may take to begin on a machine that may have no GPU."""


class RealModels:
    """Implement `ModelCatalog`. `sent` is called when a request was written; `learn` is told new secrets."""

    def __init__(
        self,
        access: ProviderAccess,
        settings: Settings,
        directory: Path,
        sent: Callable[[], object] = bool,
        learn: Callable[[tuple[str, ...]], object] = bool,
    ) -> None:
        self._settings = settings
        self._directory = directory
        self._sent = sent
        self._learn = learn
        self._lock = threading.Lock()
        self.chosen: ModelChoice | None = None
        self._found = {access.selector: access}
        self._turns = TurnModels(access.selector)
        self._live: ModelPort | None = None
        self._beside: list[ModelPort] = []

    def find(self, name: str, listener: LookUpListener) -> None:
        """Implement `ModelCatalog`."""
        try:
            start_thread(partial(self._find, name, listener), "model look-up")
        except ThreadStartError as problem:
            listener(NoSuchModel(f"The model was not changed: {problem}"))

    def use(self, choice: ModelChoice) -> None:
        """Implement `ModelCatalog`."""
        with self._lock:
            self.chosen = choice
            self._turns.chosen = choice.selector

    def of_turn(self, turn: str) -> ProviderAccess:
        """Who is asked in this turn: the choice that held when its first request was made."""
        with self._lock:
            return self._found[self._turns.of_turn(turn)]

    def fresh(self) -> ModelPort:
        """A new port; what the one before was doing is ended."""
        self.close()
        self._live = TurnModel(self)
        return self._live

    def close(self) -> None:
        """End every request."""
        if self._live is not None:
            self._live.close()
        while self._beside:
            self._beside.pop().close()

    def open_beside(self, access: ProviderAccess) -> ModelPort:
        """A port to a fallback, which is kept until everything is closed."""
        self._beside.append(self.open(access))
        return self._beside[-1]

    def open(self, access: ProviderAccess) -> ModelPort:
        """A port to this provider, which takes everything secret out of its answers."""
        secrets = secrets_of(access, self._settings, os.environ)
        model = HttpModel(access, limits=wait_limits(access, self._settings.model), sent=self._sent)
        return RedactedModel(model, secrets, Redactor(secrets).hide_in)

    def _find(self, name: str, listener: LookUpListener) -> None:
        try:
            access = with_credentials(choose_model(name, self._settings, os.environ, self._directory))
            dialect_named(access)
            check_budget(self._settings.limits, access)
        except ConfigError as problem:
            listener(NoSuchModel(visible(f"The model was not changed: {problem}")))
            return
        except Exception as problem:  # noqa: BLE001 - a look-up that fails must answer, or the person waits for ever
            listener(NoSuchModel(f"The model was not changed: {type(problem).__name__}; see the session's log."))
            return
        self._learn(secrets_of(access, self._settings, os.environ))
        with self._lock:
            self._found[access.selector] = access
        listener(ModelChoice(access.selector, access.name, access.model, access.facts))


def wait_limits(access: ProviderAccess, settings: ModelSettings) -> WaitLimits:
    """How long this provider is waited for."""
    start = settings.start_limit
    if start is None and is_nearby(access.base_url):
        start = settings.stall_limit * NEARBY_PATIENCE
    return WaitLimits(settings.connect_limit, settings.stall_limit, start, settings.progress_limit)


class TurnModel:
    """A `ModelPort` whose requests go to the model of their turn. One is open at a time."""

    def __init__(self, models: RealModels) -> None:
        self._models = models
        self._open: tuple[ProviderAccess, ModelPort] | None = None

    def start(self, request: str, call: ModelCall, listener: Listener) -> None:
        """Implement `ModelPort`."""
        access = self._models.of_turn(turn_of(request))
        if self._open is None or self._open[0] is not access:
            self.close()
            self._open = (access, self._models.open(access))
        self._open[1].start(request, replace(call, model=access.model), listener)

    def cancel(self, request: str) -> None:
        """Implement `ModelPort`."""
        if self._open is not None:
            self._open[1].cancel(request)

    def close(self) -> None:
        """Implement `ModelPort`."""
        if self._open is not None:
            self._open[1].close()
            self._open = None
