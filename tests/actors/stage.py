"""A company on stage for a test: the real actors on real threads, with a model, a tool and terminals of the test's own.

The model is a port whose answers a function gives; the terminals run no processes but obey the same contract; the front
end is a probe that approves what it is asked. `Stage.dressed` puts a test's own behaviour around any actor.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from msgspec.structs import replace

from actors.calls.tool_runner import RunnerSpec
from actors.company import Company
from actors.conversation import Conversation, fold
from actors.drill.user.probe import Probe
from actors.edges.real_ports import MemoryJournal, ThreadWorkers
from actors.ids import PromptId, SessionId
from actors.journal.journal import read_back
from actors.llm.port import ModelPort
from actors.llm_streamer import ModelAccess
from actors.messages import AnswerApproval, ApprovalRequested, PromptRefused, SubmitPrompt
from actors.phase_messages import DrainScreen, ScreenDrained
from actors.ports import JournalFile, TerminalPort
from actors.records import TurnFinished
from actors.runtime.behaviour import Behaviour, Child, Context
from actors.runtime.clock import Clock, RealClock, Timer
from actors.runtime.shutdown import ExitReport
from actors.runtime.signals import ActorFailed, ActorRestarted, Ping
from actors.system import CompanyPlan, Ports, Session
from actors.transcript import AssistantMessage, ToolMessage, Transcript
from actors.turn.turn_loop import TurnLoop
from actors.vocabulary import events
from config.settings import Limits, PermissionMode, Policy, Runtime, Settings
from tests.actors.staged_world import (
    BOUND as BOUND,
)
from tests.actors.staged_world import (
    USED as USED,
)
from tests.actors.staged_world import (
    AppendLine as AppendLine,
)
from tests.actors.staged_world import (
    AppendLineArguments as AppendLineArguments,
)
from tests.actors.staged_world import (
    Reply as Reply,
)
from tests.actors.staged_world import (
    StagedModel as StagedModel,
)
from tests.actors.staged_world import (
    StagedTerminals as StagedTerminals,
)
from tests.actors.staged_world import (
    answered as answered,
)
from tests.actors.staged_world import (
    call as call,
)
from tests.actors.staged_world import (
    one_answer as one_answer,
)
from tests.actors.staged_world import (
    two_calls as two_calls,
)
from tools.toolbox import AnyTool, Toolbox
from tools.workspace import Workspace

FASTER = 10.0

EVENTS = tuple(event for event in events() if event is not ScreenDrained)
"""Every event of the cast, but the last word of the front end itself."""


class FastClock(Clock):
    """The real clock, ten times as fast: seconds of it are tenths of a second."""

    def __init__(self) -> None:
        self._clock = RealClock()

    def now(self) -> float:
        return self._clock.now() * FASTER

    def wall(self) -> float:
        return self._clock.wall()

    def call_later(self, seconds: float, action: Callable[[], object]) -> Timer:
        return self._clock.call_later(seconds / FASTER, action)


@dataclass
class Options:
    """What a test may want otherwise."""

    reply: Reply = two_calls
    journal: JournalFile = field(default_factory=MemoryJournal)
    mode: PermissionMode = "yolo"
    interactive: bool = True
    limits: Limits = field(default_factory=Limits)
    runtime: Runtime = field(default_factory=Runtime)
    tools: tuple[AnyTool, ...] = ()
    time_limit: float = BOUND
    access: ModelAccess = field(default_factory=lambda: ModelAccess("m", "s", backoff=0.001, attempts=3))
    decorate: Callable[[Child], Child] = lambda child: child
    terminals: TerminalPort | None = None
    append_line: AnyTool = field(default_factory=AppendLine)
    clock: Clock = field(default_factory=RealClock)
    keep_log: bool = False
    secret: str = "nothing is secret"  # noqa: S105 - what the log must not show


class Stage:
    """`with Stage(tmp_path) as stage: stage.tell("hello"); stage.outcome("hello")`."""

    def __init__(self, folder: Path, options: Options | None = None) -> None:
        self.options = options = options or Options()
        self.folder = folder
        self.probe = Probe()
        self.probe.answering(DrainScreen, lambda _: (ScreenDrained(),))
        self.probe.answering(ApprovalRequested, lambda asked: (AnswerApproval(asked.turn, asked.call, "once"),))
        self.models: list[StagedModel] = []
        self.terminals = options.terminals or StagedTerminals(folder)
        self.report: ExitReport | None = None
        runner = RunnerSpec(
            Toolbox((options.append_line, Toolbox.discover().tool("run_command"), *options.tools)),
            Workspace(folder),
            Policy(mode=options.mode),
            (),
            options.time_limit,
            options.interactive,
            lambda _: None,
        )
        session = Session(SessionId("s"), str(folder), folder if options.keep_log else None, "m", "0")
        settings = Settings(limits=options.limits, runtime=options.runtime)
        secret = options.secret
        plan = CompanyPlan(settings, session, options.access, runner, lambda text: text.replace(secret, "[hidden]"))
        ports = Ports(
            self._model,
            ThreadWorkers(4),
            self.terminals,
            options.journal,
            lambda: (),
            options.clock,
            random.random,
        )
        front_end = self.probe.child("ui", (*EVENTS, ActorFailed, ActorRestarted, DrainScreen))
        self.company = Company(plan, ports, front_end)
        self.company.system.decorate = options.decorate

    def _model(self) -> ModelPort:
        for earlier in self.models:
            earlier.close()
        self.models.append(StagedModel(self.options.reply))
        return self.models[-1]

    def __enter__(self) -> Self:
        self.company.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.report is None:
            self.leave()

    def leave(self) -> ExitReport:
        """End in order, and say how it went."""
        self.company.shut_down(0, "the test is over")
        return self.ended()

    def ended(self) -> ExitReport:
        """How it ended, waited for."""
        self.report = self.company.wait(BOUND)
        assert self.report is not None, self.company.system.statuses()
        return self.report

    def tell(self, text: str) -> None:
        """Submit a prompt whose id is its text."""
        self.company.send(SubmitPrompt(PromptId(text), text))

    def outcome(self, prompt: str) -> TurnFinished | PromptRefused:
        """What became of the prompt, waited for."""
        ends = (TurnFinished, PromptRefused)
        found = self.probe.wait_for(
            object, lambda event: isinstance(event, ends) and event.prompt == prompt, timeout=BOUND
        )
        assert isinstance(found, ends)
        return found

    def outcomes(self, prompt: str) -> list[object]:
        """All that was said of how the prompt ended."""
        events: list[TurnFinished | PromptRefused] = [*self.probe.heard(TurnFinished), *self.probe.heard(PromptRefused)]
        return [event for event in events if event.prompt == prompt]

    def lines(self) -> list[str]:
        """The traces that tools left, in order."""
        path = self.folder / "lines"
        return path.read_text().splitlines() if path.exists() else []

    def written(self) -> Conversation:
        """What the journal adds up to, once it is at rest."""
        self.live()
        return fold(read_back(self.options.journal.read()).records)

    def live(self) -> Conversation:
        """What the turn loop holds, once it and the journal have done what they were told."""
        if self.report is None:
            for name in ("turn_loop", "journal", "turn_loop"):
                self.company.system.ask(name, Ping(), BOUND)
        behaviour = self.company.system.cell("turn_loop").behaviour
        inner = getattr(behaviour, "inner", behaviour)
        assert isinstance(inner, TurnLoop)
        return inner._state.conversation  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - nobody else may look


def is_balanced(transcript: Transcript) -> bool:
    """Whether each call is answered right behind it, in call order, and nothing else is."""
    owed: list[str] = []
    for message in transcript.messages:
        if isinstance(message, ToolMessage):
            if not owed or owed.pop(0) != message.call:
                return False
        elif owed:
            return False
        elif isinstance(message, AssistantMessage):
            owed = [one.id for one in message.calls]
    return not owed


class Decorated(Behaviour[object]):
    """A behaviour around a behaviour: `before` and `after` see each message, and may raise."""

    def __init__(
        self,
        inner: Behaviour[object],
        before: Callable[[object], object] = lambda _: None,
        after: Callable[[object], object] = lambda _: None,
    ) -> None:
        self.inner = inner
        self._before = before
        self._after = after

    def started(self) -> None:
        self.inner.started()

    def failed_on(self, message: object) -> None:
        self.inner.failed_on(message)

    def handle(self, message: object) -> object:
        self._before(message)
        answer = self.inner.handle(message)
        self._after(message)
        return answer

    def stopped(self) -> None:
        self.inner.stopped()


def decorate(
    child: Child,
    before: Callable[[object], object] = lambda _: None,
    after: Callable[[object], object] = lambda _: None,
) -> Child:
    """The actor with a test's own behaviour around each of its behaviours."""

    def factory(context: Context) -> Decorated:
        return Decorated(child.factory(context), before, after)

    return replace(child, factory=factory)
