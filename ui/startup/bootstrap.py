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
from actors.llm.retries.model_chain import FallbackModel
from actors.llm.retries.retry_budget import budget_of
from actors.llm_streamer import ModelAccess
from actors.runtime.clock import RealClock
from actors.runtime.thread_start import ThreadStartError
from actors.system import CompanyPlan, Ports, Session
from config.errors import ConfigError
from config.known_secrets import withheld_variables
from config.permissions.saved_rules import save_rule, saved_rules
from config.places import JOURNAL, OUTPUTS, make_folder
from config.secrets import Redactor, redact
from tools.builtin.run_command import RunCommand
from tools.terminal.command_shell import CommandShell, NoShellError, choose_shell
from tools.toolbox import Toolbox
from tools.workspace import Workspace
from ui.startup.model_catalog import RealModels
from ui.startup.session_plan import SessionPlan

if TYPE_CHECKING:
    from collections.abc import Callable

    from actors.runtime.behaviour import Child
    from config.settings import Settings
    from tools.terminal.terminals import JobLimits

SWEEP_LIMIT = 1.0


def open_company(order: SessionPlan, front_end: Child) -> Company:
    """The company, ready to start.

    Raises:
        ConfigError: there is no such dialect, or the session's folder cannot be used.
    """
    for access in (order.access, *order.fallbacks):
        dialect_named(access)
    redactor = Redactor(order.opening.secrets)
    try:
        journal, outputs = _storage(order, redactor)
    except SessionBusyError as problem:
        raise ConfigError(str(problem)) from problem
    except OSError as problem:
        hint = "--no-session-persistence keeps nothing"
        raise ConfigError(f"{problem.filename}: the session cannot be kept: {problem.strerror}; {hint}") from problem
    settings = order.opening.settings
    leftover = str(outputs) if order.folder is None else ""
    terminals = RealTerminals(os.urandom(8).hex(), outputs, partial(_job_limits, settings, redactor, leftover))
    workers = ThreadWorkers(settings.tools.workers)
    warm = _once(partial(workers.run, terminals.warm))
    models = RealModels(order.access, settings, order.directory, warm, redactor.learn)

    def close() -> tuple[str, ...]:
        models.close()
        workers.close()
        survivors = terminals.close(SWEEP_LIMIT)
        journal.close()
        if order.folder is None:
            shutil.rmtree(outputs, ignore_errors=True)
        return survivors

    ports = Ports(models.fresh, workers, terminals, journal, close, RealClock(), random.random, models)
    plan = _plan(order, outputs, redactor)
    fallbacks = tuple(
        FallbackModel(
            access.title, access.model, partial(models.open_beside, access), budget_of(access.name), access.facts
        )
        for access in order.fallbacks
    )
    return Company(replace(plan, access=replace(plan.access, fallbacks=fallbacks)), ports, front_end)


def _plan(order: SessionPlan, outputs: Path, redactor: Redactor) -> CompanyPlan:
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
        hide=redactor.hide,
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
        name=order.access.title,
        provider=order.access.name,
        budgets=budget_of,
    )
    session = Session(opening.session, opening.directory, order.folder, opening.model, opening.version)
    return CompanyPlan(
        settings, session, access, runner, lambda text: redact(redactor.hide(text), order.access.secrets())
    )


def _shell(settings: Settings) -> CommandShell:
    try:
        return choose_shell(settings.tools.shell)
    except NoShellError as problem:
        raise ConfigError(f"tools.shell: {problem}") from problem


def _storage(order: SessionPlan, redactor: Redactor) -> tuple[DiskJournal | MemoryJournal, Path]:
    """The journal, and the folder for whole outputs of jobs; of a session that is not kept it comes with the first."""
    if order.folder is None:
        return MemoryJournal(), Path(tempfile.gettempdir(), f"callboard-{os.urandom(8).hex()}")
    outputs = make_folder(order.folder / OUTPUTS)
    return DiskJournal(order.folder / JOURNAL, redactor.hide_in_line), outputs


def _job_limits(settings: Settings, redactor: Redactor, leftover: str) -> JobLimits:
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
        learnt=redactor.known,
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
