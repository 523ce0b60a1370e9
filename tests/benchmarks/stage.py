"""A company in this process with a model that answers from a list, for what is measured without a whole program.

Used by `tools` and `resources`. Everything but the model is the real thing: journal, workers, terminals, policy.
"""

from __future__ import annotations

import random
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from actors.blocks import ToolCall
from actors.calls.tool_runner import RunnerSpec
from actors.company import Company
from actors.drill.user.probe import Probe
from actors.edges.real_ports import DiskJournal, RealTerminals, ThreadWorkers
from actors.ids import PromptId, SessionId
from actors.llm.port import Finished, Listener, ModelCall
from actors.llm_streamer import ModelAccess
from actors.messages import JobStreamed, SubmitPrompt
from actors.phase_messages import DrainScreen, ScreenDrained
from actors.records import TurnFinished
from actors.runtime.clock import RealClock
from actors.system import CompanyPlan, Ports, Session
from actors.transcript import AssistantMessage, Usage
from config.settings import Policy, Settings
from tests.benchmarks.table import CannotMeasureError
from tools.terminal.terminals import JobLimits
from tools.toolbox import Toolbox
from tools.workspace import Workspace

LONGEST = 60.0
Step = tuple[ToolCall, ...]


class ListedModel:
    """Asks for one step's calls after the other, and notes when it asked and when it was asked again."""

    def __init__(self, steps: list[Step]) -> None:
        self._steps = iter(steps)
        self.asked: list[float] = []
        self.answered: list[float] = []

    @property
    def overheads(self) -> tuple[float, ...]:
        """Seconds from each step's calls to the request that carries their results."""
        return tuple(later - earlier for earlier, later in zip(self.answered, self.asked[1:], strict=False))

    def start(self, request: str, call: ModelCall, listener: Listener) -> None:
        """See `ModelPort`."""
        del request, call
        self.asked.append(time.perf_counter())
        calls = next(self._steps, ())
        message = AssistantMessage.of("" if calls else "done", calls=calls)
        self.answered.append(time.perf_counter())
        listener(Finished(message, Usage(1, 1)))

    def cancel(self, request: str) -> None:
        """See `ModelPort`."""

    def close(self) -> None:
        """See `ModelPort`."""


def _forget(rule: str) -> None:
    """No rule is kept."""
    del rule


class Stage:
    """A company on stage; a context manager."""

    def __init__(self, folder: Path, model: ListedModel) -> None:
        self.model = model
        self.probe = Probe().answering(DrainScreen, lambda _: (ScreenDrained(),))
        toolbox = Toolbox.discover()
        runner = RunnerSpec(
            toolbox, Workspace(folder), Policy(mode="yolo"), (), LONGEST, interactive=False, remember=_forget
        )
        self._terminals = terminals = RealTerminals("benchmark", folder / "outputs", JobLimits)
        self._journal = journal = DiskJournal(folder / f"journal-{time.monotonic_ns()}.jsonl")
        workers = ThreadWorkers(Settings().tools.workers)
        ports = Ports(lambda: model, workers, terminals, journal, self._close, RealClock(), random.random)
        session = Session(SessionId("s"), str(folder), None, "listed", "0")
        plan = CompanyPlan(Settings(), session, ModelAccess("listed", "", toolbox.definitions), runner)
        self.company = Company(plan, ports, self.probe.child("ui", (TurnFinished, JobStreamed, DrainScreen)))

    def __enter__(self) -> Self:
        self.company.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.company.shut_down(0, "measured")
        self.company.wait(LONGEST)

    def begin(self) -> None:
        """Send the prompt."""
        self.company.send(SubmitPrompt(PromptId("p"), "go"))

    def wait_for_output(self, number: int) -> None:
        """Wait until so many commands have printed something."""
        self.probe.wait_for(JobStreamed, number=number, timeout=LONGEST)

    def finish(self) -> None:
        """Wait for the turn's end."""
        finished = self.probe.wait_for(TurnFinished, timeout=LONGEST)
        if finished.outcome != "done":
            raise CannotMeasureError(f"the turn ended as {finished.outcome}: {finished.text}")

    def _close(self) -> tuple[str, ...]:
        survivors = self._terminals.close(1.0)
        self._journal.close()
        return survivors


def stepped(folder: Path, steps: list[Step]) -> ListedModel:
    """Play the steps to their end."""
    model = ListedModel(steps)
    with Stage(folder, model) as stage:
        stage.begin()
        stage.finish()
    return model
