"""Puts a company together: journal, tools, model and the real ports, around a front end's actor.

The one place where a front end meets the composition root. Loaded by name from `ui.startup.run_session`, when the front
end starts its company; what it is made from is `ui.startup.session_plan`'s. Decides nothing about a turn.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from actors.calls.tool_runner import RunnerSpec
from actors.company import Company
from actors.edges.real_ports import DiskJournal, MemoryJournal, RealTerminals, SessionBusyError, ThreadWorkers
from actors.llm.dialect import dialect_named
from actors.llm.http.limits import WaitLimits
from actors.llm.http.model import HttpModel
from actors.llm.model_chain import FallbackModel
from actors.llm.redacted import RedactedModel
from actors.llm.retry_budget import budget_of
from actors.llm_streamer import ModelAccess
from actors.runtime.clock import RealClock
from actors.runtime.thread_start import ThreadStartError
from actors.system import CompanyPlan, Ports, Session
from config.errors import ConfigError
from config.known_secrets import withheld_variables
from config.nearby import is_nearby
from config.permissions.saved_rules import save_rule, saved_rules
from config.places import JOURNAL, OUTPUTS, make_folder
from config.providers import ProviderAccess
from config.secrets import Redactor, redact
from tools.builtin.run_command import RunCommand
from tools.terminal.command_shell import CommandShell, NoShellError, choose_shell
from tools.toolbox import Toolbox
from tools.workspace import Workspace
from ui.startup.session_plan import SessionPlan

if TYPE_CHECKING:
    from collections.abc import Callable

    from actors.llm.port import ModelPort
    from actors.runtime.behaviour import Child
    from config.settings import ModelSettings, Settings
    from tools.terminal.terminals import JobLimits

SWEEP_LIMIT = 1.0
NEARBY_PATIENCE = 5.0
"""How much longer than elsewhere an answer may take to begin on a machine that may have no GPU."""


def open_company(order: SessionPlan, front_end: Child) -> Company:
    """The company, ready to start.

    Raises:
        ConfigError: there is no such dialect, or the session's folder cannot be used.
    """
    for access in (order.access, *order.fallbacks):
        dialect_named(access)
    try:
        journal, outputs = _storage(order)
    except SessionBusyError as problem:
        raise ConfigError(str(problem)) from problem
    except OSError as problem:
        hint = "--no-session-persistence keeps nothing"
        raise ConfigError(f"{problem.filename}: the session cannot be kept: {problem.strerror}; {hint}") from problem
    settings = order.opening.settings
    secrets = order.opening.secrets
    leftover = str(outputs) if order.folder is None else ""
    terminals = RealTerminals(os.urandom(8).hex(), outputs, partial(_job_limits, settings, secrets, leftover))
    workers = ThreadWorkers(settings.tools.workers)
    asked = _once(partial(workers.run, terminals.warm))
    models, *others = (_Models(access, settings, secrets, asked) for access in (order.access, *order.fallbacks))

    def close() -> tuple[str, ...]:
        for each in (models, *others):
            each.close()
        workers.close()
        survivors = terminals.close(SWEEP_LIMIT)
        journal.close()
        if order.folder is None:
            shutil.rmtree(outputs, ignore_errors=True)
        return survivors

    ports = Ports(models.fresh, workers, terminals, journal, close, RealClock(), random.random)
    plan = _plan(order, outputs, secrets)
    fallbacks = tuple(map(_fallback, order.fallbacks, others))
    return Company(replace(plan, access=replace(plan.access, fallbacks=fallbacks)), ports, front_end)


def _fallback(access: ProviderAccess, models: _Models) -> FallbackModel:
    return FallbackModel(_named(access), access.model, models.fresh, budget_of(access.place))


def _named(access: ProviderAccess) -> str:
    return f"{access.model} ({access.name})"


def _plan(order: SessionPlan, outputs: Path, secrets: tuple[str, ...]) -> CompanyPlan:
    opening, settings = order.opening, order.opening.settings
    shell = _shell(settings)
    toolbox = Toolbox.discover().with_tool(RunCommand(shell))
    directory = order.directory
    extra = tuple(directory / folder for folder in settings.tools.add_dirs)
    runner = RunnerSpec(
        toolbox=toolbox,
        workspace=Workspace(directory, extra, (outputs,)),
        policy=settings.policy,
        rules=saved_rules(order.places, directory),
        time_limit=settings.tools.time_limit,
        interactive=order.interactive,
        remember=partial(save_rule, order.places, directory),
        shell=shell.language,
        home=os.path.expanduser("~"),  # noqa: PTH111 - a text for rules
        hide=Redactor(secrets).hide,
    )
    access = ModelAccess(
        model=opening.model,
        system=order.system_prompt,
        tools=toolbox.definitions,
        max_tokens=settings.model.max_tokens,
        attempts=settings.model.attempts,
        backoff=settings.model.backoff,
        backoff_most=settings.model.backoff_most,
        facts=order.access.facts,
        name=_named(order.access),
        budget=budget_of(order.access.place),
    )
    session = Session(opening.session, opening.directory, order.folder, opening.model, opening.version)
    return CompanyPlan(settings, session, access, runner, _redactor((*order.access.secrets(), *secrets)))


def _shell(settings: Settings) -> CommandShell:
    try:
        return choose_shell(settings.tools.shell)
    except NoShellError as problem:
        raise ConfigError(f"tools.shell: {problem}") from problem


def _redactor(secrets: tuple[str, ...]) -> Callable[[str], str]:
    return lambda text: redact(text, secrets)


def _storage(order: SessionPlan) -> tuple[DiskJournal | MemoryJournal, Path]:
    """The journal, and the folder for whole outputs of jobs; of a session that is not kept it comes with the first."""
    if order.folder is None:
        return MemoryJournal(), Path(tempfile.gettempdir(), f"callboard-{os.urandom(8).hex()}")
    outputs = make_folder(order.folder / OUTPUTS)
    redactor = Redactor(order.opening.secrets)
    return DiskJournal(order.folder / JOURNAL, redactor.hide_in_line), outputs


def _job_limits(settings: Settings, secrets: tuple[str, ...], leftover: str) -> JobLimits:
    from tools.terminal.terminals import JobLimits  # noqa: PLC0415 - with the first job

    tools = settings.tools
    return JobLimits(
        head=tools.head,
        tail=tools.tail,
        spill_limit=tools.spill_limit,
        cancel_grace=tools.cancel_grace,
        time_limit=tools.time_limit,
        spill_reserve=tools.spill_reserve,
        withheld=withheld_variables(settings, os.environ),
        secrets=secrets,
        leftover=leftover,
    )


def _once(action: Callable[[], object]) -> Callable[[], object]:
    """Does it the first time; what it takes may fail, and is then done with the first need."""
    left = [action]

    def act() -> None:
        if left:
            with suppress(ThreadStartError):
                left.pop()()

    return act


def _wait_limits(access: ProviderAccess, settings: ModelSettings) -> WaitLimits:
    start = settings.start_limit
    if start is None and is_nearby(access.base_url):
        start = settings.stall_limit * NEARBY_PATIENCE
    return WaitLimits(settings.connect_limit, settings.stall_limit, start, settings.progress_limit)


class _Models:
    """Makes model ports; one at a time is alive."""

    def __init__(
        self, access: ProviderAccess, settings: Settings, secrets: tuple[str, ...], asked: Callable[[], object]
    ) -> None:
        self._access = access
        self._asked = asked
        self._secrets = secrets
        self._settings = settings.model
        self._live: ModelPort | None = None

    def fresh(self) -> ModelPort:
        """A new port; what the one before was doing is ended."""
        self.close()
        model = HttpModel(self._access, limits=_wait_limits(self._access, self._settings))
        self._live = RedactedModel(model, self._secrets, Redactor(self._secrets).hide_in, self._asked)
        return self._live

    def close(self) -> None:
        if self._live is not None:
            self._live.close()
