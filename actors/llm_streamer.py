"""The LLM streamer: one request in flight, its retries, and its pieces as messages.

The journal sends it `RequestReply` once the turn is written; the model's port tells it what arrives on its own edge
thread; it publishes the pieces and answers the turn loop with exactly one `ReceiveReply` or `ReceiveFailure`. A cut or
stalled stream is never an answer: what was shown of it is discarded and the request made again, a bounded number of
times, after a pause that doubles (or that the server asked for).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, assert_never

from msgspec import Struct, field

from actors.ids import RequestId, TurnId
from actors.llm.port import Failed, Finished, ModelCall, ModelPort, ModelSignal, Piece
from actors.messages import (
    CancelReply,
    NoticeRaised,
    ReceiveFailure,
    ReceiveReply,
    ReplyDiscarded,
    ReplyStreamed,
    RequestReply,
    RequestStarted,
)
from actors.runtime.behaviour import Behaviour, Context
from actors.runtime.message import Command, classes_of
from config.model_facts import NO_FACTS, ModelFacts

if TYPE_CHECKING:
    from collections.abc import Callable

    from actors.runtime.clock import Timer
    from tools.tool import ToolDefinition

CUT_SHORT = (
    "The answer is cut short: the model reached the most tokens that it may give in one answer. "
    "Ask it to go on, or raise model.max_tokens."
)


class SignalArrived(Command, frozen=True):
    """From the model's edge thread to its streamer."""

    request: RequestId
    attempt: int
    signal: ModelSignal


class RetryRequest(Command, frozen=True):
    """The streamer's timer: the pause before another attempt is over."""

    request: RequestId
    attempt: int


Received: TypeAlias = RequestReply | CancelReply | SignalArrived | RetryRequest
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


class InFlight(Struct):
    """The request that is being made; `partial` is what its present attempt has shown."""

    turn: TurnId
    request: RequestId
    call: ModelCall
    shown: bool = True
    """Whether a person sees what comes; a summary is for the turn loop only."""
    attempt: int = 1
    partial: list[str] = field(default_factory=list)
    timer: Timer | None = None
    begun: float = 0.0
    waited: float | None = None
    """Seconds until the first of its answer came."""

    @property
    def port_id(self) -> str:
        """What the port knows this attempt by."""
        return f"{self.request}#{self.attempt}"


class LlmStreamer(Behaviour[Received]):
    """The actor around the model's port."""

    def __init__(self, context: Context, model: ModelPort, access: ModelAccess, jitter: Callable[[], float]) -> None:
        self._context = context
        self._model = model
        self._access = access
        self._jitter = jitter
        self._now: InFlight | None = None
        self._cancelled: TurnId | None = None
        """The turn that was cancelled last; a request of it may still be on its way through the journal."""

    def handle(self, message: Received) -> None:
        """See the module."""
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
            case CancelReply(turn=turn):
                self._cancel(turn)
            case _:
                assert_never(message)

    def stopped(self) -> None:
        """Let go of the request."""
        if self._now is not None:
            self._model.cancel(self._now.port_id)

    def _begin(self, message: RequestReply) -> None:
        if message.turn == self._cancelled:
            self._context.send(ReceiveFailure(message.turn, message.request, "cancelled", "cancelled", ""))
            return
        if self._now is not None:
            self._model.cancel(self._now.port_id)
        access = self._access
        try:
            tools = access.tools()
        except Exception as error:  # noqa: BLE001 - a provider of tools that fails is a failed request, not a failed actor
            self._now = None
            text = f"The tools could not be listed: {error!r}"
            self._context.send(ReceiveFailure(message.turn, message.request, "malformed", text, ""))
            return
        call = ModelCall(access.model, access.system, message.transcript, tools, access.max_tokens)
        self._now = InFlight(message.turn, message.request, call, message.purpose == "answer")
        self._start(self._now)

    def _start(self, flight: InFlight) -> None:
        context, request, attempt = self._context, flight.request, flight.attempt
        flight.partial.clear()
        flight.timer, flight.begun, flight.waited = None, context.now(), None
        if flight.shown:
            context.send(RequestStarted(flight.turn, request, attempt))
        try:
            self._model.start(
                flight.port_id, flight.call, lambda signal: context.send(SignalArrived(request, attempt, signal))
            )
        except Exception as error:  # noqa: BLE001 - a port that cannot even begin is a failed request, not a failed actor
            self._failed(flight, Failed("malformed", f"The request could not be made: {error!r}"))

    def _arrived(self, flight: InFlight, signal: ModelSignal) -> None:
        if flight.waited is None:
            flight.waited = self._context.now() - flight.begun
        match signal:
            case Piece() if not flight.shown:
                pass
            case Piece(text=text, reasoning=reasoning):
                flight.partial.append(text)
                self._context.send(ReplyStreamed(flight.turn, flight.request, text, reasoning))
            case Finished(message=message, usage=usage):
                self._now = None
                if message.cut and flight.shown:  # first: the answer may end the turn, and the program with it
                    self._context.send(NoticeRaised("warning", CUT_SHORT))
                self._context.send(ReceiveReply(flight.turn, flight.request, message, usage, flight.waited))
            case Failed():
                self._failed(flight, signal)

    def _failed(self, flight: InFlight, failure: Failed) -> None:
        self._context.log("request failed", kind=failure.kind, problem=failure.text, attempt=flight.attempt)
        if failure.retryable and flight.attempt < self._access.attempts:
            pause = self._pause(flight.attempt, failure.retry_after)
            following = flight.attempt + 1
            flight.timer = self._context.after(pause, RetryRequest(flight.request, following))
            if flight.shown:
                self._context.send(ReplyDiscarded(flight.turn, flight.request, failure.text, following, pause))
            flight.partial.clear()  # a cancel during the pause must not bring back what was just called void
            return
        self._give_up(flight, failure)

    def _give_up(self, flight: InFlight, failure: Failed) -> None:
        self._now = None
        tried = f" ({flight.attempt} attempts)" if flight.attempt > 1 else ""
        partial = "".join(flight.partial)
        self._context.send(ReceiveFailure(flight.turn, flight.request, failure.kind, failure.text + tried, partial))

    def _cancel(self, turn: TurnId) -> None:
        self._cancelled = turn
        flight = self._now
        if flight is None or flight.turn != turn:
            return
        if flight.timer is not None:
            flight.timer.cancel()
        self._model.cancel(flight.port_id)
        self._give_up(flight, Failed("cancelled", "cancelled"))

    def _pause(self, attempt: int, asked: float | None) -> float:
        if asked is not None:
            return min(asked, self._access.backoff_most)
        pause = min(self._access.backoff * 2.0 ** (attempt - 1), self._access.backoff_most)
        return pause * (0.5 + self._jitter() / 2)
