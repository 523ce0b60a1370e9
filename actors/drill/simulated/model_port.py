"""The simulated model: plays a scenario's script as signals, in virtual time, with the failures that servers have.

One script serves every carrier; here each step becomes the signal that the HTTP port would have made of it. Every
request ends with exactly one `Finished` or `Failed`, a cancelled one with `Failed("cancelled")`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from actors.blocks import ReasoningBlock, TextBlock, ToolCall
from actors.ids import CallId
from actors.llm.failures import status_failure
from actors.llm.port import Failed, Finished, ModelSignal, Piece
from actors.llm.scripted.chat_request import ChatRequest, RequestMessage
from actors.llm.text_runs import TextRun, extend
from actors.runtime.simulated.scheduler import Edge
from actors.transcript import AssistantMessage, ToolMessage, Usage, UserMessage

if TYPE_CHECKING:
    from collections.abc import Callable

    from actors.drill.plan.faults import InjectedFault, Injector
    from actors.drill.simulated.world import World
    from actors.llm.port import Listener, ModelCall
    from actors.llm.scripted.script import CallStep, ScriptedStep
    from actors.runtime.simulated.scheduler import Scheduler
    from actors.transcript import StopReason, Transcript

STALL_LIMIT = 120.0
CANCELLED = Failed("cancelled", "The request was cancelled.")
PROGRESS_LIMIT = 300.0
STALLED = Failed("stalled", "The model server went silent.", retryable=True)
BARREN = Failed("stalled", "The model server kept the connection alive and sent nothing.", retryable=True)
CUT = Failed("cut", "The connection broke off in the middle of the answer.", retryable=True)
MALFORMED = Failed("malformed", "The model server sent an event that makes no sense.", retryable=True)
PAGE = Failed("malformed", "The model server sent a web page instead of an answer.")
ERROR = 400
REFUSALS = {"status_429": 429, "status_500": 500, "rejected": 400}
TOO_LONG = (
    b'{"error": {"message": "the request exceeds the available context size", "code": "context_length_exceeded"}}'
)
BREAKS: dict[str, tuple[float, ModelSignal]] = {
    "cut": (0.0, CUT),
    "reset": (0.0, CUT),
    "malformed": (0.0, MALFORMED),
    "stall": (STALL_LIMIT, STALLED),
    "barren": (PROGRESS_LIMIT, BARREN),
}
"""What comes after some pieces, and after how many seconds."""
INSTEAD: dict[str, ModelSignal] = {
    "html": PAGE,
    "empty": Finished(AssistantMessage((), "stop", "stop"), Usage(10, 0)),
    "context_exceeded": status_failure(ERROR, {}, TOO_LONG, 0.0),
}
"""What comes in place of the whole answer."""
USUAL = Usage(10, 5)
"""Usage that the server reports where the script names none."""


@dataclass(slots=True)
class PlannedAnswer:
    """The answer so far, as signals with the seconds to wait before each."""

    signals: list[tuple[float, ModelSignal]] = field(default_factory=list[tuple[float, ModelSignal]])
    runs: list[TextRun | ToolCall] = field(default_factory=list[TextRun | ToolCall])
    usage: Usage = USUAL
    pause: float = 0.0
    over: bool = False

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        """The calls so far."""
        return tuple(run for run in self.runs if isinstance(run, ToolCall))

    def say(self, signal: ModelSignal) -> None:
        """Add a signal behind the present pause."""
        if not self.over:
            self.signals.append((self.pause, signal))
            self.pause = 0.0
            self.over = not isinstance(signal, Piece)


class Flight:
    """A request in flight."""

    def __init__(self, listener: Listener, lane: Edge, *, late: bool) -> None:
        self.listener = listener
        self.lane = lane
        self.late = late
        self.over = False
        self.cancelled = False


class SimModel:
    """Implement `ModelPort`. The position in the script is the world's, so it survives a kill, as a server's would."""

    def __init__(
        self, world: World, scheduler: Scheduler, injector: Injector, note: Callable[[str], object] = bool
    ) -> None:
        self._note = note
        """Told the id of each request."""
        self._world = world
        self._scheduler = scheduler
        self._injector = injector
        self._flights: dict[str, Flight] = {}

    def start(self, request: str, call: ModelCall, listener: Listener) -> None:
        """Implement `ModelPort`."""
        self._note(request)
        faults = self._injector.strikes("model", "")
        steps = self._world.player(asked(call.transcript))
        flight = Flight(listener, Edge(f"model {request}", self._scheduler), late=has(faults, "late"))
        self._flights[request] = flight
        signals = disturbed(answer(steps), faults).signals
        last = signals[-1][1]
        if isinstance(last, Finished):
            self._world.asked += [mark for call_ in last.message.calls for mark in marks(call_)]
        self._send(request, flight, signals, 0)

    def cancel(self, request: str) -> None:
        """Implement `ModelPort`."""
        flight = self._flights.get(request)
        if flight is None or flight.cancelled:
            return
        flight.cancelled = True
        if flight.late:
            flight.lane.push(lambda: flight.listener(Piece("too late")))
        flight.lane.push(lambda: self._end(request, flight, CANCELLED))

    def close(self) -> None:
        """Implement `ModelPort`."""
        for request in tuple(self._flights):
            self.cancel(request)

    def _send(self, request: str, flight: Flight, signals: list[tuple[float, ModelSignal]], place: int) -> None:
        seconds, signal = signals[place]

        def arrive() -> None:
            if flight.cancelled or flight.over:
                return
            if place == len(signals) - 1:
                self._end(request, flight, signal)
                return
            flight.listener(signal)
            self._send(request, flight, signals, place + 1)

        flight.lane.push(arrive, seconds)

    def _end(self, request: str, flight: Flight, signal: ModelSignal) -> None:
        if not flight.over:
            flight.over = True
            self._flights.pop(request, None)
            flight.listener(signal)


def answer(steps: tuple[ScriptedStep, ...]) -> PlannedAnswer:
    """The signals that these steps make."""
    made = PlannedAnswer()
    for step in steps:
        _play(step, made)
    if not made.over:
        stop: StopReason = "tool_calls" if made.calls else "stop"
        blocks = tuple(run.block() if isinstance(run, TextRun) else run for run in made.runs)
        made.say(Finished(AssistantMessage(blocks, stop, stop), made.usage))
    return made


def _play(step: ScriptedStep, made: PlannedAnswer) -> None:
    if step.delta is not None or step.reasoning is not None:
        for number in range(step.repeat):
            made.pause += step.every if number else 0.0
            extend(made.runs, TextBlock, step.delta or "")
            extend(made.runs, ReasoningBlock, step.reasoning or "")
            made.say(Piece(step.delta or "", step.reasoning or ""))
    elif step.call is not None:
        made.runs.append(_call(step.call, len(made.calls) + 1))
    elif step.usage is not None:
        made.usage = Usage(step.usage.input, step.usage.output)
    elif step.stall is not None:
        made.pause += min(step.stall, STALL_LIMIT)
        if step.stall > STALL_LIMIT:
            made.say(STALLED)
    elif step.cut is not None or step.finish == "none":
        made.say(CUT)
    elif step.status is not None and step.status >= ERROR:
        made.say(status_failure(step.status, step.headers, step.body.encode(), 0.0))


def _call(step: CallStep, number: int) -> ToolCall:
    arguments = step.arguments
    text = arguments if isinstance(arguments, str) else msgspec.json.encode(arguments).decode()
    return ToolCall(CallId(step.id or f"call_{number}"), step.name, text, provider_id=step.id)


def disturbed(made: PlannedAnswer, faults: tuple[InjectedFault, ...]) -> PlannedAnswer:
    """The answer as the faults change it."""
    for fault in faults:
        _disturb(made, fault)
    return made


def _disturb(made: PlannedAnswer, fault: InjectedFault) -> None:
    match fault.kind:
        case kind if kind in BREAKS:
            _break_off(made, fault.size, BREAKS[kind])
        case "no_end":
            _break_off(made, len(made.signals), (0.0, CUT))
        case "withheld":
            _withhold(made, fault.size)
        case kind if kind in INSTEAD:
            made.signals = [(0.0, INSTEAD[kind])]
        case "slow":
            made.signals = [(seconds + fault.seconds, signal) for seconds, signal in made.signals]
        case kind if kind in REFUSALS:
            headers = {"retry-after": f"{fault.seconds:g}"} if kind == "status_429" else {}
            made.signals = [(0.0, status_failure(REFUSALS[kind], headers, b"", 0.0))]
        case kind:
            _spoil_calls(made, kind)


def _withhold(made: PlannedAnswer, pieces: int) -> None:
    """The provider's rules end the answer after some of its pieces."""
    said = [signal for _, signal in made.signals[: min(pieces, len(made.signals) - 1)]]
    text = "".join(piece.text for piece in said if isinstance(piece, Piece))
    last = AssistantMessage((TextBlock(text),) if text else (), "filtered", "content_filter")
    _break_off(made, pieces, (0.0, Finished(last, made.usage)))


def _break_off(made: PlannedAnswer, pieces: int, last: tuple[float, ModelSignal]) -> None:
    made.signals = [*made.signals[: min(pieces, len(made.signals) - 1)], last]


def _spoil_calls(made: PlannedAnswer, kind: str) -> None:
    seconds, last = made.signals[-1]
    if not isinstance(last, Finished) or not last.message.calls:
        return
    first, blocks = last.message.calls[0], list(last.message.blocks)
    for place, block in enumerate(blocks):
        if kind == "same_ids" and isinstance(block, ToolCall):
            blocks[place] = replace(block, id=CallId("call_1"), provider_id="call_1")
        elif kind == "bad_arguments" and block is first:
            blocks[place] = replace(first, arguments='{"mark": ')
    made.signals[-1] = (seconds, replace(last, message=replace(last.message, blocks=tuple(blocks))))


def asked(transcript: Transcript) -> ChatRequest:
    """The request as a server would read it."""
    messages: list[RequestMessage] = []
    for message in transcript.messages:
        match message:
            case UserMessage(text=text):
                messages.append(RequestMessage("user", text))
            case AssistantMessage(text=text):
                messages.append(RequestMessage("assistant", text))
            case ToolMessage(call=call, result=result):
                messages.append(RequestMessage("tool", result.text, tool_call_id=call))
    return ChatRequest(tuple(messages))


def marks(call: ToolCall) -> tuple[str, ...]:
    """The marks that a call would leave in the world."""
    try:
        arguments = msgspec.json.decode(call.arguments, type=dict[str, object])
    except msgspec.DecodeError:
        return ()
    mark = arguments.get("mark", arguments.get("command"))
    return (mark,) if isinstance(mark, str) else ()


def has(faults: tuple[InjectedFault, ...], kind: str) -> bool:
    """Whether a fault of this kind is among them."""
    return any(fault.kind == kind for fault in faults)
