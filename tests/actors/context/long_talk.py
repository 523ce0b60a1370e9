"""A talk of many steps with a model that counts tokens and fills its window: what the tests of the context drive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from actors.blocks import ToolCall
from actors.context.plan import ContextPlan, RequestOpening
from actors.ids import CallId, PromptId
from actors.messages import ReceiveFailure, ReceiveReply, RequestReply, RunCalls, SubmitPrompt
from actors.records import Record
from actors.transcript import AssistantMessage, Transcript, Usage, UserMessage
from config.settings import Limits
from tests.actors.hand_loop import Loop
from tools.tool import ToolResult

TASK = "Rename every frobnicator to a widget, and keep the tests green."
SUMMARY = "Decisions: widgets it is. To-do: the rest of the files. Commands: ./dev test."
WINDOW = 32_000


def plan(window: int = WINDOW, system: int = 4_000, tools: int = 6_000) -> ContextPlan:
    """A window with a system prompt and tools of so many bytes."""
    return ContextPlan("model", window, assumed=False, opening=RequestOpening(system, tools))


Answer = Callable[[RequestReply], ReceiveReply | ReceiveFailure]


def read(number: int, size: int = 3_000) -> ToolResult:
    """The content of a file, another one for each number."""
    return ToolResult("ok", f"line {number} of the file\n" * (size // 20))


@dataclass
class LongTalk:
    """Drives a turn loop: each request but those for a summary is answered with a call, until there were enough."""

    steps: int
    context: ContextPlan = field(default_factory=plan)
    limits: Limits = field(default_factory=Limits)
    result: Callable[[int], ToolResult] = read
    summary: Callable[[RequestReply], ReceiveReply | ReceiveFailure] | None = None
    counted: float = 3.2
    """Bytes of a token, as the provider counts."""

    def __post_init__(self) -> None:
        self.loop = Loop(self.limits, context=self.context)
        self.requests: list[RequestReply] = []
        self.answering: Callable[[RequestReply], ReceiveReply | ReceiveFailure] = self.answer
        self.uncounted = False
        """The provider counts nothing."""
        self.done = 0

    def run(self, text: str = TASK) -> None:
        """The whole turn."""
        self.loop.recover()
        self.run_on(text)

    def run_on(self, text: str) -> None:
        """Another turn."""
        self.follow(self.loop.tell(SubmitPrompt(PromptId(f"p{len(self.loop.records)}"), text)))

    def follow(self, announced: list[object]) -> None:
        """Answer what is asked for until nothing is."""
        while announced:
            following: list[object] = []
            for item in announced:
                if isinstance(item, RequestReply):
                    self.requests.append(item)
                    following += self.loop.tell(self.answering(item))
                elif isinstance(item, RunCalls):
                    following += self.ran(item)
            announced = following

    def answer(self, request: RequestReply) -> ReceiveReply | ReceiveFailure:
        """What the model says."""
        if request.purpose == "summary":
            return (self.summary or self.summarised)(request)
        if self.done >= self.steps:
            return ReceiveReply(request.turn, request.request, AssistantMessage.of("All done."), self.used(request))
        self.done += 1
        call = ToolCall(CallId(""), "read_file", f'{{"path": "file-{self.done}.py"}}')
        message = AssistantMessage.of(f"I look at file {self.done}.", calls=(call,))
        return ReceiveReply(request.turn, request.request, message, self.used(request))

    def summarised(self, request: RequestReply, text: str = SUMMARY) -> ReceiveReply:
        """A summary."""
        return ReceiveReply(request.turn, request.request, AssistantMessage.of(text), self.used(request))

    def used(self, request: RequestReply) -> Usage:
        """The provider's count."""
        return Usage() if self.uncounted else Usage(self.tokens(request.transcript), 40)

    def tokens(self, transcript: Transcript) -> int:
        """Of a request with this transcript."""
        return round((self.context.opening.size + transcript.size) / self.counted)

    def records(self, kind: type[Record]) -> list[Record]:
        """Those of a class."""
        return [record for record in self.loop.records if isinstance(record, kind)]

    def ran(self, run: object) -> list[object]:
        """The calls are answered; what is sent then."""
        assert isinstance(run, RunCalls)
        said: list[object] = []
        for call in run.calls:
            result = self.result(self.done)
            said += self.loop.answer(call.id, result, name=call.name)
        return said


def speaks_of(request: RequestReply, text: str) -> bool:
    """Whether a message of the person's, or one that stands for some, holds the text."""
    return any(isinstance(message, UserMessage) and text in message.text for message in request.transcript.messages)
