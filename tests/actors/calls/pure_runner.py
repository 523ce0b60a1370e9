"""The tool runner's pure step with a state that goes along: no actor, no thread; work is done when the test says so."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from actors.blocks import ToolCall
from actors.calls.call_worker import done
from actors.calls.self_messages import WorkFinished
from actors.calls.session_permissions import SessionPermissions
from actors.calls.stages import STAGES
from actors.calls.state import CallsOutgoing, CallsState, CallWork, StartCallTimer
from actors.calls.tool_runner import Received, step
from actors.ids import CallId, TurnId
from actors.messages import RunCalls
from config.settings import PermissionMode, Policy
from tests.actors.calls.serving import Dictionary
from tests.actors.hand_runner import Versatile
from tests.actors.stage import AppendLine
from tools.tool import ToolError
from tools.toolbox import Toolbox
from tools.workspace import Workspace

T1, C1 = TurnId("t1"), CallId("c1")
NOWHERE = Workspace(Path("/"))
TOOLS = Toolbox((AppendLine(), Versatile(), Dictionary()))


def new_state(mode: PermissionMode = "yolo", *, interactive: bool = True) -> CallsState:
    return CallsState(TOOLS, STAGES, 30.0, interactive, SessionPermissions(Policy(mode=mode)))


@dataclass
class PureRunner:
    """`tell` says what a step asks for; `works` are what waits for a worker."""

    state: CallsState = field(default_factory=new_state)
    now: float = 100.0
    works: list[CallWork] = field(default_factory=list)
    timers: list[StartCallTimer] = field(default_factory=list)

    def tell(self, message: Received) -> CallsOutgoing:
        self.state, sent = step(self.state, message, self.now)
        self.works += (item for item in sent if isinstance(item, CallWork))
        self.timers += (item for item in sent if isinstance(item, StartCallTimer))
        return sent

    def run(self, name: str, line: str, call: CallId = C1) -> CallsOutgoing:
        return self.tell(RunCalls(T1, (ToolCall(call, name, f'{{"line": "{line}"}}'),)))

    def work(self) -> CallsOutgoing:
        """Let a worker do what has waited the longest."""
        work = self.works.pop(0)
        try:
            return self.tell(done(work, NOWHERE))
        except ToolError as error:
            return self.tell(WorkFinished(work.opened.turn, work.opened.id, None, str(error)))
