"""The LLM streamer: one request in flight, its retries, and its pieces as messages.

The journal sends it `RequestReply` once the turn is written; the model's port tells it what arrives on its own edge
thread; it publishes the pieces and answers the turn loop with exactly one `ReceiveReply` or `ReceiveFailure`. A cut or
stalled stream is never an answer, nor is one that holds nothing: what was shown of it is discarded and the request made
again, a bounded number of times, after a pause that doubles (or that the server asked for).

| what arrives                          | what follows                                                            |
| an answer                             | ReceiveReply                                                            |
| an answer that is paused              | asked to go on, a few times; the parts are one answer                   |
| an empty answer, silence from the start | made again once                                                       |
| a failure that passes                 | made again, until `attempts`; once only where the breaker is open       |
| a pause longer than `backoff_most`    | no further attempt                                                      |
| no further attempt                    | the next fallback model, said aloud; else ReceiveFailure                |
| a request that is too long, filtered  | ReceiveFailure                                                          |

Before each attempt the provider's budget is asked, which everything in the process shares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, assert_never

from msgspec import Struct, field
from msgspec.structs import replace

from actors.ids import RequestId, TurnId
from actors.llm.model_choice import FixedModel, ModelCatalog
from actors.llm.port import Failed, FailureKind, Finished, ModelCall, ModelPort, ModelSignal, Piece
from actors.llm.retries.answer_check import checked
from actors.llm.retries.final_reason import closed, final_reason
from actors.llm.retries.model_chain import FallbackModel, ModelChain
from actors.llm.retries.pauses import too_long
from actors.llm.retries.retry_budget import OPENS_AFTER, RetryBudget, own_budgets
from actors.messages import (
    CancelReply,
    NoticeRaised,
    ReceiveFailure,
    ReceiveReply,
    ReplyDiscarded,
    ReplyStreamed,
    RequestReply,
    RequestStarted,
    UseModel,
)
from actors.runtime.behaviour import Behaviour, Context
from actors.runtime.message import Command, classes_of
from actors.transcript import NOTHING_USED, AssistantMessage, Usage, UserMessage
from config.model_facts import NO_FACTS, ModelFacts

if TYPE_CHECKING:
    from collections.abc import Callable

    from actors.blocks import ContentBlock
    from actors.runtime.clock import Timer
    from tools.tool import ToolDefinition

CUT_SHORT = (
    "The answer is cut short: the model reached the most tokens that it may give in one answer. "
    "Ask it to go on, or raise model.max_tokens."
)
SAID_FROM = 3.0
"""Seconds of a wait for the budget that a person should know about."""
MOST_PAUSES = 8
"""How often a paused answer is asked to go on."""
ONCE_MORE = 2
"""Attempts where another one rarely helps."""
OF_THE_REQUEST = frozenset({"cancelled", "context_exceeded", "filtered"})
"""Failures that another model is not asked about."""
NO_OUTAGE = frozenset({"rejected", "context_exceeded", "filtered", "empty"})
"""Failures that say nothing about the provider's health."""


class SignalArrived(Command, frozen=True):
    """From the model's edge thread to its streamer."""

    request: RequestId
    attempt: int
    signal: ModelSignal


class RetryRequest(Command, frozen=True):
    """The streamer's timer: the pause before another attempt is over."""

    request: RequestId
    attempt: int


class BeginAttempt(Command, frozen=True):
    """The streamer's timer: the provider's budget may have room for this attempt now."""

    request: RequestId
    attempt: int


Received: TypeAlias = RequestReply | CancelReply | UseModel | SignalArrived | RetryRequest | BeginAttempt
RECEIVES = classes_of(Received)


class ModelAccess(Struct, frozen=True):
    """What every request has in common, and how failures are retried. Times in seconds.

    `tools` is asked at each request: what it names may change between two of them. It must not block.
    """

    model: str
    system: str
    tools: Callable[[], tuple[ToolDefinition, ...]] = tuple
    max_tokens: int | None = None
    attempts: int = 5
    backoff: float = 1.0
    backoff_most: float = 60.0
    facts: ModelFacts = NO_FACTS
    name: str = ""
    """The model, as people know it; `model` where it is empty."""
    provider: str = ""
    budgets: Callable[[str], RetryBudget] = field(default_factory=own_budgets)
    """The budget of a provider."""
    fallbacks: tuple[FallbackModel, ...] = ()


class InFlight(Struct):
    """The request that is being made; `partial` is what its present attempt has shown."""

    turn: TurnId
    request: RequestId
    asked: ModelCall
    """As the turn wants it."""
    call: ModelCall
    """As the present attempt makes it."""
    limit: int
    asked_at: float = 0.0
    shown: bool = True
    """Whether a person sees what comes; a summary is for the turn loop only."""
    attempt: int = 1
    tries: int = 1
    """Attempts with the present model."""
    begun: float | None = None
    """When the present attempt took its place in the provider's budget."""
    heard: bool = False
    """Something of the present attempt has arrived."""
    failures: list[FailureKind] = field(default_factory=list[FailureKind])
    """Of attempts with the present model for which another one rarely helps."""
    partial: list[str] = field(default_factory=list)
    parts: tuple[ContentBlock, ...] = ()
    """Blocks of a paused answer."""
    pauses: int = 0
    usage: Usage = NOTHING_USED
    """Of attempts whose answers were none."""
    timer: Timer | None = None
    waited: float | None = None
    """Seconds until the first of its answer came."""

    @property
    def port_id(self) -> str:
        """What the port knows this attempt by."""
        return f"{self.request}#{self.attempt}"

    def is_settled(self, kind: FailureKind) -> bool:
        """Whether this failure came once before, and will come again: an empty answer, silence from the start."""
        if kind != "empty" and (kind != "stalled" or self.heard):
            return False
        self.failures.append(kind)
        return self.failures.count(kind) >= ONCE_MORE


class LlmStreamer(Behaviour[Received]):
    """The actor around the model's port."""

    def __init__(
        self,
        context: Context,
        model: ModelPort,
        access: ModelAccess,
        jitter: Callable[[], float],
        catalog: ModelCatalog | None = None,
    ) -> None:
        self._context = context
        self._catalog = catalog or FixedModel()
        budget = access.budgets(access.provider)
        first = FallbackModel(access.name or access.model, access.model, lambda: model, budget, access.facts)
        self._models = ModelChain((first, *access.fallbacks))
        if self._catalog.chosen is not None:  # by a streamer that has failed since
            self._models.use(self._catalog.chosen, access.budgets(self._catalog.chosen.provider))
        self._access = access
        self._jitter = jitter
        self._now: InFlight | None = None
        self._cancelled: TurnId | None = None
        """The turn that was cancelled last; a request of it may still be on its way through the journal."""

    def handle(self, message: Received) -> None:
        """Begin, continue, retry or cancel the request; a signal of an earlier attempt is ignored."""
        match message:
            case RequestReply():
                self._begin(message)
            case SignalArrived(request=request, attempt=attempt, signal=signal):
                flight = self._now
                if flight is not None and flight.request == request and flight.attempt == attempt:
                    self._arrived(flight, signal)
            case RetryRequest(request=request, attempt=attempt):
                flight = self._now
                if flight is not None and flight.request == request and flight.attempt + 1 == attempt:
                    flight.attempt = attempt
                    self._start(flight)
            case BeginAttempt(request=request, attempt=attempt):
                flight = self._now
                if flight is not None and flight.port_id == f"{request}#{attempt}" and flight.begun is None:
                    self._start(flight)
            case CancelReply(turn=turn):
                self._cancel(turn)
            case UseModel(choice=choice):
                self._catalog.use(choice)
                self._models.use(choice, self._access.budgets(choice.provider))
            case _:
                assert_never(message)

    def failed_on(self, message: Received) -> None:
        """A change of model that is written holds, whatever failed."""
        if isinstance(message, UseModel):
            self._catalog.use(message.choice)

    def stopped(self) -> None:
        """Let go of the request."""
        if self._now is not None:  # it keeps its place in the budget: what asks again may be a storm
            self._models.port.cancel(self._now.port_id)

    def _begin(self, message: RequestReply) -> None:
        if message.turn == self._cancelled:
            self._context.send(ReceiveFailure(message.turn, message.request, "cancelled", "cancelled", ""))
            return
        if self._now is not None:  # it keeps its place in the budget: what asks again may be a storm
            self._models.port.cancel(self._now.port_id)
        access = self._access
        try:
            tools = access.tools()
        except Exception as error:  # noqa: BLE001 - a provider of tools that fails is a failed request, not a failed actor
            self._now = None
            text = f"The tools could not be listed: {error!r}"
            self._context.send(ReceiveFailure(message.turn, message.request, "malformed", text, ""))
            return
        begin_turn(self._models, message.turn, self._context)
        call = ModelCall(self._models.present.model, access.system, message.transcript, tools, access.max_tokens)
        limit = self._models.attempts(self._context.now(), access.attempts)
        shown = message.purpose == "answer"
        self._now = InFlight(
            message.turn, message.request, call, call, limit, asked_at=self._context.now(), shown=shown
        )
        self._start(self._now)

    def _start(self, flight: InFlight) -> None:
        """Begin the attempt, now or when the provider's budget has room for it."""
        context, model = self._context, self._models.present
        flight.partial.clear()
        flight.timer = None
        flight.heard = False
        now = context.now()  # read once: the budget knows the attempt by it
        wait = model.budget.begin(now)
        if wait:
            if wait >= SAID_FROM:
                text = f"{model.name} failed too often within a minute; the next request begins in {wait:.0f} s."
                context.send(NoticeRaised("warning", text))
            flight.timer = context.after(wait, BeginAttempt(flight.request, flight.attempt))
            return
        flight.begun = now
        if flight.shown:
            context.send(RequestStarted(flight.turn, flight.request, flight.attempt))
        self._ask(flight)

    def _ask(self, flight: InFlight) -> None:
        context, request, attempt = self._context, flight.request, flight.attempt
        try:
            self._models.port.start(
                flight.port_id, flight.call, lambda signal: context.send(SignalArrived(request, attempt, signal))
            )
        except Exception as error:  # noqa: BLE001 - a port that cannot even begin is a failed request, not a failed actor
            self._failed(flight, Failed("malformed", f"The request could not be made: {error!r}"))

    def _arrived(self, flight: InFlight, signal: ModelSignal) -> None:
        if flight.waited is None:
            flight.waited = self._context.now() - flight.asked_at
        match signal:
            case Piece() if not flight.shown:
                flight.heard = True
            case Piece(text=text, reasoning=reasoning):
                flight.heard = True
                flight.partial.append(text)
                self._context.send(ReplyStreamed(flight.turn, flight.request, text, reasoning))
            case Finished():
                self._finished(flight, signal)
            case Failed():
                self._failed(flight, signal)

    def _finished(self, flight: InFlight, signal: Finished) -> None:
        flight.usage += signal.usage
        whole = replace(signal.message, blocks=(*flight.parts, *signal.message.blocks))
        if whole.stop_reason == "paused" and not whole.calls and flight.pauses < MOST_PAUSES:
            self._go_on(flight, signal.message)
            return
        message = checked(whole, flight.call.tools)
        if isinstance(message, Failed):
            self._failed(flight, message)
            return
        self._now = None
        self._models.succeed(flight.begun)
        if message.cut and flight.shown:  # first: the answer may end the turn, and the program with it
            self._context.send(NoticeRaised("warning", CUT_SHORT))
        counted = 0 if signal.usage == flight.usage else signal.usage.input_tokens
        model = self._models.present
        reply = ReceiveReply(flight.turn, flight.request, message, flight.usage, flight.waited, counted)
        self._context.send(replace(reply, model=model.model, facts=model.facts))

    def _go_on(self, flight: InFlight, message: AssistantMessage) -> None:
        """The provider paused its answer and wants the same request with what it has said so far."""
        self._models.succeed(flight.begun)
        flight.pauses += 1
        flight.parts = (*flight.parts, *message.blocks)
        flight.call = replace(flight.call, transcript=flight.call.transcript.add(message))
        flight.attempt += 1
        flight.begun = self._context.now()
        self._ask(flight)

    def _failed(self, flight: InFlight, failure: Failed) -> None:
        self._context.log("request failed", kind=failure.kind, problem=failure.text, attempt=flight.attempt)
        flight.begun = None
        self._models.present.budget.fail(self._context.now(), outage=failure.kind not in NO_OUTAGE)
        asked = failure.retry_after
        if failure.retryable and asked is not None and asked > self._access.backoff_most:
            failure = replace(failure, text=too_long(failure.text, asked, self._access.backoff_most))
        elif failure.retryable and flight.tries < flight.limit and not flight.is_settled(failure.kind):
            pause = pause_before(self._access, flight.tries, asked, self._jitter())
            told = (UserMessage.of(failure.told),) if failure.told else ()
            flight.tries += 1
            flight.call = replace(flight.asked, transcript=flight.asked.transcript.add(*told))
            self._retry(flight, failure.text, pause)
            return
        if failure.kind in OF_THE_REQUEST or not self._fall_back(flight, failure):
            self._give_up(flight, failure)

    def _fall_back(self, flight: InFlight, failure: Failed) -> bool:
        """Ask the next model; False where there is none."""
        failing = self._models.present.name
        if not self._models.advance():
            return False
        following = self._models.present
        self._context.send(
            NoticeRaised("warning", f"{failing}: {closed(failure.text)} Going on with {following.name}.")
        )
        flight.asked = flight.call = replace(flight.asked, model=following.model)
        flight.tries, flight.limit = 1, self._models.attempts(self._context.now(), self._access.attempts)
        flight.failures.clear()
        self._retry(flight, f"{failing} failed, {following.name} is asked", 0.0)
        return True

    def _retry(self, flight: InFlight, reason: str, pause: float) -> None:
        following = flight.attempt + 1
        flight.timer = self._context.after(pause, RetryRequest(flight.request, following))
        if flight.shown:
            self._context.send(ReplyDiscarded(flight.turn, flight.request, reason, following, pause))
        flight.waited = None
        flight.partial.clear()  # a cancel during the pause must not bring back what was just called void
        flight.parts = ()

    def _give_up(self, flight: InFlight, failure: Failed) -> None:
        self._now = None
        text, partial = final_reason(failure, flight.attempt), "".join(flight.partial)
        self._context.send(ReceiveFailure(flight.turn, flight.request, failure.kind, text, partial, flight.usage))

    def _cancel(self, turn: TurnId) -> None:
        self._cancelled = turn
        flight = self._now
        if flight is None or flight.turn != turn:
            return
        if flight.timer is not None:
            flight.timer.cancel()
        if flight.begun is not None:  # the person's own doing, and no fault
            self._models.present.budget.end(flight.begun)
        self._models.port.cancel(flight.port_id)
        self._give_up(flight, Failed("cancelled", "cancelled"))


def begin_turn(models: ModelChain, turn: TurnId, context: Context) -> None:
    """Choose the model that is asked; say so where it is not the first one, which has failed too often lately."""
    passed_over = models.choose(turn, context.now())
    if passed_over:
        text = f"{passed_over} has failed {OPENS_AFTER} times in a row: this turn begins with"
        context.send(NoticeRaised("warning", f"{text} {models.present.name}."))


def pause_before(access: ModelAccess, attempt: int, asked: float | None, jitter: float) -> float:
    """Seconds before the attempt that follows this one: what the server asked for, else doubling, with some chance.

    A server that asks for no pause at all gets its way once.
    """
    if asked is not None and (asked >= access.backoff or attempt == 1):
        return asked
    pause = min(access.backoff * 2.0 ** min(attempt - 1, 64), access.backoff_most)
    return pause * (0.5 + jitter / 2)
