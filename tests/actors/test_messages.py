"""The vocabulary: immutable all the way down, its records survive the journal's encoding, its floods fold."""

from __future__ import annotations

import inspect
import types
from collections.abc import Iterator
from enum import Enum
from typing import Any, Literal, NewType, Union, get_args, get_origin

import msgspec
import pytest

from actors import context_messages, ids, llm_streamer, messages, model_switch, phase_messages, pty_manager, records
from actors.blocks import ToolCall
from actors.calls import self_messages, service_command
from actors.ids import CallId
from actors.messages import JobStreamed, ReplyStreamed
from actors.persistent_vector import PersistentVector
from actors.pty_manager import JobSignalled
from actors.runtime import signals
from actors.runtime.message import Command, Event, Message
from actors.transcript import AssistantMessage, Usage
from tests.actors.message_shapes import NAMES, hints
from tools.job import JobOutput
from tools.tool import TodoItem, ToolResult

ATOMS = (str, int, float, bool, bytes, type(None))
MESSAGES = [
    value
    for module in (
        messages,
        context_messages,
        phase_messages,
        records,
        self_messages,
        service_command,
        llm_streamer,
        model_switch,
        pty_manager,
        signals,
    )
    for value in vars(module).values()
    if inspect.isclass(value) and issubclass(value, Message) and value not in (Message, Command, Event)
]


def mutable(hint: Any, path: str, seen: set[Any]) -> Iterator[str]:  # noqa: ANN401 - any annotation
    """Where a value of this type could be changed."""
    if isinstance(hint, NewType):
        hint = hint.__supertype__
    origin = get_origin(hint)
    if hint in ATOMS or hint is Ellipsis or origin is Literal or hint in seen:
        return
    if origin in (Union, types.UnionType) or origin in (tuple, frozenset, PersistentVector):
        for part in get_args(hint):
            yield from mutable(part, path, seen)
    elif inspect.isclass(hint) and issubclass(hint, msgspec.Struct):
        if not hint.__struct_config__.frozen:
            yield f"{path}: {hint.__name__} is not frozen"
        for name, part in hints(hint).items():
            yield from mutable(part, f"{path}.{name}", seen | {hint})
    elif not (inspect.isclass(hint) and issubclass(hint, Enum | Message)):
        yield f"{path}: {hint!r}"


@pytest.mark.parametrize("message_class", MESSAGES, ids=lambda message_class: message_class.__name__)
def test_a_message_is_immutable_all_the_way_down(message_class: type[Message]) -> None:
    """S2-8, S0-14, S3-10, S3-19, S3-20: typed, frozen, without a list, a dict or a live object inside."""
    assert list(mutable(message_class, message_class.__name__, set())) == []
    assert message_class.__struct_config__.frozen
    assert "__dict__" not in dir(message_class)


def test_there_are_messages_to_look_at() -> None:
    """S0-19: one typed catalogue."""
    assert len(MESSAGES) > 60


def test_the_check_finds_what_can_be_changed() -> None:
    class Loose(msgspec.Struct):
        items: list[str]

    class Held(Event, frozen=True):
        loose: tuple[Loose, ...]

    NAMES["Loose"] = Loose
    assert list(mutable(Held, "Held", set())) == ["Held.loose: Loose is not frozen", "Held.loose.items: list[str]"]


@pytest.mark.parametrize("message_class", MESSAGES, ids=lambda message_class: message_class.__name__)
def test_a_message_of_the_cast_is_a_command_or_an_event_and_not_both(message_class: type[Message]) -> None:
    kinds = [kind for kind in (Command, Event, signals.Signal) if issubclass(message_class, kind)]
    assert len(kinds) == 1


def streamed(text: str, reasoning: str = "", request: str = "r") -> ReplyStreamed:
    return ReplyStreamed(ids.TurnId("t"), ids.RequestId(request), text, reasoning)


def test_pieces_of_one_answer_fold_and_their_order_stays() -> None:
    """S3-7: no text is lost by folding."""
    assert streamed("a").joined(streamed("b")) == streamed("ab")
    assert streamed("", "why").joined(streamed("a")) == streamed("a", "why")
    assert streamed("a").joined(streamed("", "why")) is None, "reasoning that follows text must follow it"
    assert streamed("a").joined(streamed("b", request="other")) is None
    assert streamed("a" * 9_000).joined(streamed("b")) is None, "not for ever"
    assert streamed("a").joined(phase_messages.JobsEnded()) is None


def test_output_of_one_stream_of_one_job_folds() -> None:
    first = JobStreamed(ids.TurnId("t"), ids.JobId("j"), "output", "a")
    assert first.joined(first) == JobStreamed(ids.TurnId("t"), ids.JobId("j"), "output", "aa")
    errors = JobStreamed(ids.TurnId("t"), ids.JobId("j"), "errors", "a")
    assert first.joined(errors) is None
    signal = JobSignalled(JobOutput("j", "output", "a"))
    assert signal.joined(JobSignalled(JobOutput("j", "output", "b"))) == JobSignalled(JobOutput("j", "output", "ab"))
    assert signal.joined(JobSignalled(JobOutput("k", "output", "b"))) is None
    assert signal.joined(streamed("a")) is None


def test_what_must_overtake_a_flood_is_urgent() -> None:
    """S0-26, S0-5."""
    urgent = {message_class.__name__ for message_class in MESSAGES if message_class.urgent}
    assert {"CancelTurn", "CancelReply", "CancelCalls", "EndJob", "StopWork", "EndAllJobs"} <= urgent
    assert not {"DrainScreen", "FlushJournal", "Commit", "ReplyStreamed"} & urgent, "these come behind what was said"


def test_values_of_the_transcript_can_be_compared_and_hashed() -> None:
    message = AssistantMessage.of("a", calls=(ToolCall(CallId("c"), "n", "{}"),))
    result = ToolResult("ok", "t", todo=(TodoItem("x"),))
    assert len({message, message, result, result, Usage(1, 2)}) == 3
