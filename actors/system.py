"""The composition root: which actors there are, in which order they start, and in which phases they end.

`cast` and `PHASES` are the whole story; `stage` starts it in whatever actor system it is given, with real ports or with
simulated ones. `actors.company` is the handle that front ends hold.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct, field

from actors import llm_streamer, model_switch, pty_manager
from actors.calls import tool_runner
from actors.calls.runner_memory import RunnerMemory
from actors.context.opening import MeasuredOpening
from actors.context.plan import ContextPlan
from actors.ids import SessionId
from actors.journal import journal
from actors.journal.lease import JournalLease
from actors.llm.model_choice import FixedModel
from actors.phase_messages import (
    CloseIntake,
    DrainScreen,
    EndAllJobs,
    FlushJournal,
    IntakeClosed,
    JobsEnded,
    JournalFlushed,
    ScreenDrained,
    StopWork,
    WorkStopped,
)
from actors.runtime import shutdown
from actors.runtime.behaviour import Child
from actors.runtime.mailbox import MailboxSpec
from actors.runtime.shutdown import ExitReport, FinalSteps, Phase, Shutdown
from actors.runtime.signals import BeginShutdown, ReportFailure, ReportHang
from actors.runtime.supervisor import Supervisor, SupervisorSpec
from actors.turn import turn_loop
from config.places import JOURNAL

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from actors.calls.tool_runner import RunnerSpec
    from actors.llm.model_choice import ModelCatalog
    from actors.llm.port import ModelPort
    from actors.llm_streamer import ModelAccess
    from actors.ports import JournalFile, TerminalPort, Workers
    from actors.runtime.actor_system import ActorSystem
    from actors.runtime.clock import Clock
    from actors.runtime.message import Message
    from config.settings import Settings

ESCALATED = 70
"""Exit code of the orderly end that follows when restarting does not help."""

STOP_LIMIT = 1.0

PHASES = (
    Phase("intake closed", lambda _: CloseIntake(), IntakeClosed, 0.5),
    Phase("work stopped", lambda _: StopWork(), WorkStopped, 3.0),
    Phase("jobs ended", lambda _: EndAllJobs(), JobsEnded, 3.0),
    Phase("journal flushed", lambda _: FlushJournal(), JournalFlushed, 2.0),
    Phase("screen drained", lambda order: DrainScreen(order.exit_code, order.reason), ScreenDrained, 3.0),
)


class Ports(Struct, frozen=True):
    """The world, as the cast sees it. `close` ends what is left and names it."""

    model: Callable[[], ModelPort]
    """A fresh port; whatever an earlier one was doing is ended."""
    workers: Workers
    terminals: TerminalPort
    journal: JournalFile
    close: Callable[[], tuple[str, ...]]
    clock: Clock
    jitter: Callable[[], float]
    """Numbers from 0 to 1, for pauses between retries."""
    catalog: ModelCatalog = field(default_factory=FixedModel)
    """Finds the models that `/model` names."""


class Session(Struct, frozen=True):
    """Which conversation this is. `folder` is None for a session that is not kept."""

    id: SessionId
    directory: str
    folder: Path | None
    model: str
    version: str

    @property
    def journal(self) -> str:
        """Where a person finds the journal."""
        return "kept in memory" if self.folder is None else str(self.folder / JOURNAL)


class CompanyPlan(Struct, frozen=True):
    """Everything a company is built from."""

    settings: Settings
    session: Session
    access: ModelAccess
    runner: RunnerSpec
    redact: Callable[[str], str] = lambda text: text


ACTORS: dict[str, tuple[type[Message], ...]] = {
    "journal": journal.RECEIVES,
    "llm_streamer": llm_streamer.RECEIVES,
    "model_switch": model_switch.RECEIVES,
    "pty_manager": pty_manager.RECEIVES,
    "tool_runner": tool_runner.RECEIVES,
    "turn_loop": turn_loop.RECEIVES,
}
"""The actors beside the front end, and what each of them receives; drills attack them by these names."""


def company_children(plan: CompanyPlan, ports: Ports, front_end: Child) -> tuple[Child, ...]:
    """The actors, in the order they start; they stop in the reverse one. What outlives a restart is their `state`."""
    return (
        front_end,
        Child(
            "journal",
            lambda context, lease: journal.Journal(context, lease.take(), plan.session.journal),
            ACTORS["journal"],
            MailboxSpec(10_000),
            state=JournalLease(ports.journal),
        ),
        Child(
            "llm_streamer",
            lambda context: llm_streamer.LlmStreamer(context, ports.model(), plan.access, ports.jitter, ports.catalog),
            ACTORS["llm_streamer"],
            MailboxSpec(10_000, "coalesce"),
        ),
        Child(
            "model_switch",
            lambda context: model_switch.ModelSwitch(context, ports.catalog),
            ACTORS["model_switch"],
            MailboxSpec(),
        ),
        Child(
            "pty_manager",
            lambda context, known: pty_manager.PtyManager(context, ports.terminals, known),
            ACTORS["pty_manager"],
            MailboxSpec(10_000, "coalesce"),
            state=pty_manager.KnownJobs(),
        ),
        Child(
            "tool_runner",
            lambda context, memory: tool_runner.ToolRunner(context, ports.workers, plan.runner, memory),
            ACTORS["tool_runner"],
            MailboxSpec(10_000),
            state=RunnerMemory(tool_runner.permissions_of(plan.runner)),
        ),
        Child(
            "turn_loop",
            lambda context, left: turn_loop.TurnLoop(context, turn_spec(plan), left),
            ACTORS["turn_loop"],
            MailboxSpec(10_000),
            state=turn_loop.OpenPrompts(),
        ),
    )


def turn_spec(plan: CompanyPlan) -> turn_loop.TurnSpec:
    """What the turn loop is made from: the limits, and what is known of the model and of what it is told first."""
    access, session = plan.access, plan.session
    journal = "" if session.folder is None else session.journal
    rules = ContextPlan(settings=plan.settings.context, max_tokens=access.max_tokens, journal=journal)
    context = rules.of_model(access.model, access.facts)
    return turn_loop.TurnSpec(plan.settings.limits, context, MeasuredOpening(access.system, access.tools).measured)


def start_company(
    system: ActorSystem, plan: CompanyPlan, ports: Ports, front_end: Child, ended: Callable[[ExitReport], object]
) -> None:
    """Start everybody: the shutdown first, beside the supervisor, so that it works when the supervisor has failed."""
    ending = FinalSteps(STOP_LIMIT, ports.close, ended)
    system.start(
        Child(
            "shutdown",
            lambda context: Shutdown(context, system, PHASES, ending),
            shutdown.RECEIVES,
            MailboxSpec(),
        )
    )
    runtime = plan.settings.runtime
    spec = SupervisorSpec(
        company_children(plan, ports, front_end), intensity=runtime.restart_intensity, period=runtime.restart_period
    )
    system.escalated = partial(_given_up, system, ended)
    system.start(
        Child("supervisor", lambda context: Supervisor(context, system, spec, ports.jitter), (), MailboxSpec())
    )


def _given_up(system: ActorSystem, ended: Callable[[ExitReport], object], report: Message) -> None:
    """An actor without a supervisor has failed: end in order, or at once where it is the shutdown itself."""
    match report:
        case ReportFailure(child="shutdown", problem=problem):
            ended(ExitReport(ESCALATED, f"the shutdown failed: {problem}", late=("shutdown",)))
        case ReportHang(child="shutdown", message=message):
            ended(ExitReport(ESCALATED, f"the shutdown hung in {message}", late=("shutdown",)))
        case ReportFailure(child=child, problem=problem):
            system.publish(BeginShutdown(ESCALATED, f"giving up: {child} failed: {problem}"), "runtime")
        case _:
            system.publish(BeginShutdown(ESCALATED, f"giving up: {report}"), "runtime")
