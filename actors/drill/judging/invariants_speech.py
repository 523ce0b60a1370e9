"""What a person reads is what was said: checks that belong to I1, I7 and I8, over the words themselves.

Pure, like `actors.drill.judging.invariants`, which holds the table and the rest. They do not ask a message how it is
joined with another: what was sent and what was shown are taken apart here, so that a wrong joining is seen.

| I1 | the pieces of an answer or of a command's output are shown in the order in which they came           |
| I7 | a prompt's text is the text that was typed, also where it is given back                              |
| I8 | an answer is what was streamed of it since it was last void; if it is whole the model has finished it |
| I8 | when the model is asked again, what was shown of an earlier attempt was taken back                   |
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

from actors.llm.port import Finished
from actors.llm_streamer import SignalArrived
from actors.messages import JobStreamed, PromptRefused, ReplyDiscarded, ReplyStreamed, RequestStarted, SubmitPrompt
from actors.records import PromptAccepted, PromptWithdrawn, ReplyCompleted, TurnStarted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from actors.drill.judging.evidence import Evidence, Violation
    from actors.runtime.message import Message

ReplyEvent: TypeAlias = RequestStarted | ReplyStreamed | ReplyDiscarded | ReplyCompleted
SCREEN = "ui"
LOSSY = ("drop", "duplicate")


def i1_pieces_keep_their_order(seen: Evidence) -> Iterator[Violation]:
    """Text, reasoning and output, letter by letter: what was sent is what was shown."""
    if seen.killed or SCREEN in seen.late or any(letter.receiver == SCREEN for letter in seen.dead):
        return
    shown = _flattened(seen.shown())
    pieces: list[Message] = [sent.message for sent in seen.of(ReplyStreamed)]
    pieces += [sent.message for sent in seen.of(JobStreamed)]
    for key, letters in _flattened(pieces).items():
        if letters != shown.get(key, []):
            yield seen.violation("I1", f"what {key} said was shown as something else")


def i7_prompts_keep_their_text(seen: Evidence) -> Iterator[Violation]:
    """What is accepted, begun, withdrawn or refused is what was typed."""
    typed = {act.send.prompt: act.send.text for act in seen.scenario.acts if isinstance(act.send, SubmitPrompt)}
    told: list[tuple[int, PromptAccepted | TurnStarted | PromptWithdrawn | PromptRefused]] = []
    told += [(sent.step, sent.message) for sent in seen.of(PromptAccepted)]
    told += [(sent.step, sent.message) for sent in seen.of(TurnStarted)]
    told += [(sent.step, sent.message) for sent in seen.of(PromptWithdrawn)]
    told += [(sent.step, sent.message) for sent in seen.of(PromptRefused)]
    for step, message in told:
        if message.text != typed.get(message.prompt, message.text):
            text = f"{type(message).__name__} has another text than prompt {message.prompt}"
            yield seen.violation("I7", text, step)


def i8_answers_are_what_was_said(seen: Evidence) -> Iterator[Violation]:
    """Each recorded answer against the pieces that were streamed, and against what the model finished."""
    finished = {
        sent.message.request: sent.message.signal.message.text
        for sent in seen.of(SignalArrived)
        if isinstance(sent.message.signal, Finished)
    }
    lossy = seen.struck(*LOSSY)
    for sent in seen.of(ReplyCompleted):
        request, said = sent.message.request, sent.message.message
        if not said.interrupted and finished.get(request) != said.text:
            yield seen.violation("I8", f"the model never finished the answer to {request}", sent.step)
        if not lossy and _streamed(seen, request) != said.text:
            yield seen.violation("I8", f"what was streamed of {request} is not its answer", sent.step)


def i8_nothing_void_stays(seen: Evidence) -> Iterator[Violation]:
    """When a turn asks again, what was streamed before is an answer, or was taken back.

    A `ReplyDiscarded` names the attempt that follows: every earlier one is void, also if it is heard of later.
    """
    shown: dict[str, str] = {}
    attempts: dict[str, int] = {}
    void: dict[str, int] = {}
    for _, step, spoken in sorted(_spoken(seen), key=lambda each: each[0]):
        turn, request = spoken.turn, spoken.request
        match spoken:
            case RequestStarted(attempt=attempt):
                attempts[request] = attempt
                if turn in shown:
                    text = f"{request} began while half of an answer to {shown.pop(turn)} was still shown"
                    yield seen.violation("I8", text, step)
            case ReplyStreamed():
                if attempts.get(request, 1) >= void.get(request, 1):
                    shown[turn] = request
            case ReplyDiscarded(attempt=attempt):
                void[request] = attempt
                _take_back(shown, turn, request)
            case ReplyCompleted():
                _take_back(shown, turn, request)


def _spoken(seen: Evidence) -> list[tuple[int, int, ReplyEvent]]:
    """Each with its place in the trace and its step."""
    spoken: list[tuple[int, int, ReplyEvent]] = []
    spoken += [(sent.index, sent.step, sent.message) for sent in seen.of(RequestStarted)]
    spoken += [(sent.index, sent.step, sent.message) for sent in seen.of(ReplyStreamed)]
    spoken += [(sent.index, sent.step, sent.message) for sent in seen.of(ReplyDiscarded)]
    spoken += [(sent.index, sent.step, sent.message) for sent in seen.of(ReplyCompleted)]
    return spoken


def _take_back(shown: dict[str, str], turn: str, request: str) -> None:
    if shown.get(turn) == request:
        del shown[turn]


def _streamed(seen: Evidence, request: str) -> str:
    pieces = [sent for sent in seen.of(ReplyStreamed) if sent.message.request == request]
    void = max((sent.index for sent in seen.of(ReplyDiscarded) if sent.message.request == request), default=-1)
    return "".join(sent.message.text for sent in pieces if sent.index > void)


def _flattened(messages: Iterable[Message]) -> dict[str, list[tuple[str, str]]]:
    """By request or job: the letters that were said, grouped by what kind of speech they are."""
    pieces: dict[str, list[tuple[str, str]]] = {}
    for message in messages:
        match message:
            case ReplyStreamed(request=request, text=text, reasoning=reasoning):
                pieces.setdefault(request, []).extend((("reasoning", reasoning), ("text", text)))
            case JobStreamed(job=job, stream=stream, text=text):
                pieces.setdefault(job, []).append((stream, text))
            case _:
                pass
    return {
        key: [
            (kind, "".join(letters for _, letters in group))
            for kind, group in groupby((part for part in said if part[1]), key=lambda part: part[0])
        ]
        for key, said in pieces.items()
    }


SPEECH: tuple[Callable[[Evidence], Iterator[Violation]], ...] = (
    i1_pieces_keep_their_order,
    i7_prompts_keep_their_text,
    i8_answers_are_what_was_said,
    i8_nothing_void_stays,
)
