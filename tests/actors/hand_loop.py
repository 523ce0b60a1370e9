"""A turn loop that a test drives by hand: the pure step, and a journal that writes at once what it is told."""

from __future__ import annotations

from dataclasses import dataclass, field

from actors.blocks import ToolCall
from actors.context.plan import ContextPlan
from actors.conversation import Conversation, fold
from actors.ids import CallId, PromptId, RequestId, TurnId
from actors.llm.port import FailureKind
from actors.messages import Commit, ReceiveAnswer, ReceiveConversation, ReceiveFailure, ReceiveReply, SubmitPrompt
from actors.records import CallFinished, Record, TurnFinished
from actors.transcript import AssistantMessage, Usage
from actors.turn.state import Later, TurnState, reporting
from actors.turn.turn_loop import Received, step
from config.settings import Limits
from tools.tool import ToolResult

T1, R1 = TurnId("t1"), RequestId("t1-r1")
USED = Usage(10, 5)
OK = ToolResult("ok", "fine")


@dataclass
class Loop:
    """The pure step with a state that goes along, and a journal that writes at once what it is told to."""

    limits: Limits = field(default_factory=Limits)
    now: float = 100.0
    context: ContextPlan = field(default_factory=ContextPlan)

    def __post_init__(self) -> None:
        self.records: list[Record] = []
        self.timers: list[Later] = []
        self.commits: list[Commit] = []
        self.state, _ = reporting(TurnState(self.limits, incarnation=1, context=self.context))

    def tell(self, message: Received) -> list[object]:
        """What is sent in answer: a commit as its records and its commands."""
        self.state, sent = step(self.state, message, self.now)
        announced: list[object] = []
        for item in sent:
            if isinstance(item, Commit):
                self.commits.append(item)
                self.records += (*item.silent, *item.records)
                announced += (*item.records, *item.then)
            elif isinstance(item, Later):
                self.timers.append(item)
            else:
                announced.append(item)
        return announced

    def kinds(self, message: Received) -> list[str]:
        return [type(item).__name__ for item in self.tell(message)]

    def recover(self, conversation: Conversation | None = None) -> list[object]:
        return self.tell(ReceiveConversation(conversation or fold(self.records), f"1-{self.state.reports}"))

    def prompt(self, text: str = "go") -> list[object]:
        return self.tell(SubmitPrompt(PromptId(text), text))

    def reply(self, *calls: ToolCall, text: str = "text") -> list[object]:
        turn = self.state.conversation.turn
        assert turn is not None
        return self.tell(ReceiveReply(turn.turn, self.state.request, AssistantMessage.of(text, calls=calls), USED))

    def answer(self, call: str, result: ToolResult = OK, *, unattended: bool = False, name: str = "n") -> list[object]:
        turn = self.state.conversation.turn
        assert turn is not None
        self.records.append(CallFinished(turn.turn, CallId(call), name, result))
        return self.tell(ReceiveAnswer(turn.turn, CallId(call), name, result, unattended))

    def failure(self, kind: FailureKind, partial: str = "") -> list[object]:
        turn = self.state.conversation.turn
        assert turn is not None
        return self.tell(ReceiveFailure(turn.turn, self.state.request, kind, f"it was {kind}", partial))

    def rest(self) -> None:
        """Lead it nowhere."""

    def ended(self) -> TurnFinished:
        return next(record for record in reversed(self.records) if isinstance(record, TurnFinished))


def ready(limits: Limits | None = None) -> Loop:
    """A loop that knows that the session is new."""
    loop = Loop(limits or Limits())
    loop.recover()
    return loop


def call(name: str = "n") -> ToolCall:
    return ToolCall(CallId("the server's id"), name, "{}")
