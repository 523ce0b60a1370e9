"""A streamer that a test drives by hand: its port, its context, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from actors.ids import RequestId, TurnId
from actors.llm.model_choice import FixedModel, ModelChoice
from actors.llm.port import Failed, Finished, Listener, ModelCall, ModelPort, ModelSignal
from actors.llm.retries.model_chain import FallbackModel
from actors.llm.retries.retry_budget import RetryBudget
from actors.llm_streamer import LlmStreamer, ModelAccess, Received, SignalArrived
from actors.messages import (
    ReceiveReply,
    RequestReply,
)
from actors.runtime.message import Message
from actors.transcript import EMPTY, AssistantMessage, Usage, UserMessage
from config.model_facts import NO_FACTS, ModelFacts
from tests.actors.staged_context import StagedContext
from tools.tool import ToolDefinition

T1, R1, R2 = TurnId("t1"), RequestId("t1-r1"), RequestId("t1-r2")
DONE = Finished(AssistantMessage.of("done"), Usage(1, 2))
OTHER = ModelFacts(9_000, window_assumed=False)
"""What is known of fallbacks."""
CUT = Failed("cut", "the stream was cut", retryable=True)


def answered(done: Finished, request: RequestId = R1, usage: Usage | None = None, counted: int = 0) -> ReceiveReply:
    """What the turn loop hears of an answer of the first model."""
    return ReceiveReply(T1, request, done.message, usage or done.usage, 0.0, counted, "m", NO_FACTS)


class HandPort(ModelPort):
    """A port whose signals the test sends itself."""

    def __init__(self, *, broken: bool = False) -> None:
        self.listeners: dict[str, Listener] = {}
        self.calls: list[ModelCall] = []
        self.cancelled: list[str] = []
        self._broken = broken

    def start(self, request: str, call: ModelCall, listener: Listener) -> None:
        if self._broken:
            raise ValueError("cannot be written down")
        self.listeners[request] = listener
        self.calls.append(call)

    def cancel(self, request: str) -> None:
        self.cancelled.append(request)

    def close(self) -> None:
        raise NotImplementedError


class Streaming:
    """A streamer with a port and a context of the test's own."""

    def __init__(
        self,
        *,
        broken: bool = False,
        attempts: int = 3,
        jitter: float = 0.0,
        tools: Callable[[], tuple[ToolDefinition, ...]] = tuple,
        fallbacks: int = 0,
    ) -> None:
        self.port = HandPort(broken=broken)
        self.others = [HandPort() for _ in range(fallbacks)]
        self.context = StagedContext()
        others = tuple(
            FallbackModel(f"second {number}", f"m{number}", lambda port=port: port, RetryBudget(), OTHER)  # type: ignore[misc]
            for number, port in enumerate(self.others)
        )
        access = ModelAccess("m", "be kind", tools, 99, attempts, 1.0, 60.0, fallbacks=others)
        self._made = partial(LlmStreamer, self.context, self.port, access, lambda: jitter)
        self.streamer = self._made()

    def restart(self, chosen: ModelChoice) -> None:
        """Another streamer, in a session that has gone over to this model."""
        catalog = FixedModel()
        catalog.chosen = chosen
        self.streamer = self._made(catalog)

    def tell(self, message: Received) -> list[Message]:
        self.streamer.handle(message)
        return self.context.taken()

    def ask(self, request: RequestId = R1, turn: TurnId = T1) -> list[Message]:
        return self.tell(RequestReply(turn, request, EMPTY.add(UserMessage.of("hello"))))

    def hear(
        self, signal: ModelSignal, attempt: int = 1, request: RequestId = R1, *, port: HandPort | None = None
    ) -> list[Message]:
        """A signal on its way through the port's listener and the mailbox."""
        (port or self.port).listeners[f"{request}#{attempt}"](signal)
        (arrived,) = self.context.taken()
        assert isinstance(arrived, SignalArrived)
        assert arrived == SignalArrived(request, attempt, signal)
        return self.tell(arrived)
