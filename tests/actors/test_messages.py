"""The vocabulary: immutable all the way down, its records survive the journal's encoding, its floods fold."""

from __future__ import annotations

import inspect
import types
from collections.abc import Iterator
from enum import Enum
from typing import Any, ClassVar, Literal, NewType, Union, get_args, get_origin, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from actors import conversation, messages
from actors.journal import encode, read_back
from actors.messages import JobSignalled, JobStreamed, ReplyStreamed
from actors.runtime import signals
from actors.runtime.message import Command, Event, Message
from actors.transcript import AssistantMessage, ToolCall, Usage
from config.settings import PermissionMode
from tools.job import JobOutput
from tools.tool import TodoItem, ToolResult

ATOMS = (str, int, float, bool, bytes, type(None))
MESSAGES = [
    value
    for module in (messages, signals)
    for value in vars(module).values()
    if inspect.isclass(value) and issubclass(value, Message) and value not in (Message, Command, Event)
]
RECORDS = get_args(messages.Record)
NAMES = vars(messages) | {"Conversation": conversation.Conversation, "PermissionMode": PermissionMode}


def hints(owner: type) -> dict[str, Any]:
    return {
        name: hint
        for name, hint in get_type_hints(owner, None, NAMES).items()
        if get_origin(hint) is not ClassVar and not name.startswith("__")
    }


def mutable(hint: Any, path: str, seen: set[Any]) -> Iterator[str]:  # noqa: ANN401 - any annotation
    """Where a value of this type could be changed."""
    if isinstance(hint, NewType):
        hint = hint.__supertype__
    origin = get_origin(hint)
    if hint in ATOMS or hint is Ellipsis or origin is Literal or hint in seen:
        return
    if origin in (Union, types.UnionType) or origin in (tuple, frozenset):
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


TEXT = some.text(some.characters(codec="utf-8"))
SMALL = some.integers(-(2**53), 2**53)
for strategy_type, strategy in ((str, TEXT), (int, SMALL), (float, some.floats(allow_nan=False, allow_infinity=False))):
    some.register_type_strategy(strategy_type, strategy)


def made(hint: Any) -> some.SearchStrategy[Any]:  # noqa: ANN401 - any annotation
    """Any value of this type."""
    if isinstance(hint, NewType):
        hint = hint.__supertype__
    origin = get_origin(hint)
    if origin is Literal:
        return some.sampled_from(get_args(hint))
    if origin is tuple:
        return some.lists(made(get_args(hint)[0]), max_size=3).map(tuple)
    if origin in (Union, types.UnionType):
        return some.one_of(*(made(part) for part in get_args(hint)))
    if inspect.isclass(hint) and issubclass(hint, msgspec.Struct):
        return some.builds(hint, **{name: made(part) for name, part in hints(hint).items()})
    return some.none() if hint is type(None) else some.from_type(hint)


@pytest.mark.parametrize("record_class", RECORDS, ids=lambda record_class: record_class.__name__)
@given(data=some.data())
def test_a_record_survives_the_journals_encoding(record_class: type[messages.Record], data: some.DataObject) -> None:
    """S2-8: what is read back is what was written, and it can be told apart from everything else."""
    record = data.draw(made(record_class))
    again = read_back(encode(1, 0.0, record))
    assert again.skipped == ()
    assert again.records == (record,)
    assert hash(again.records[0]) == hash(record)
    assert type(again.records[0]) is record_class


def streamed(text: str, reasoning: str = "", request: str = "r") -> ReplyStreamed:
    return ReplyStreamed(messages.TurnId("t"), messages.RequestId(request), text, reasoning)


def test_pieces_of_one_answer_fold_and_their_order_stays() -> None:
    """S3-7: no text is lost by folding."""
    assert streamed("a").joined(streamed("b")) == streamed("ab")
    assert streamed("", "why").joined(streamed("a")) == streamed("a", "why")
    assert streamed("a").joined(streamed("", "why")) is None, "reasoning that follows text must follow it"
    assert streamed("a").joined(streamed("b", request="other")) is None
    assert streamed("a" * 9_000).joined(streamed("b")) is None, "not for ever"
    assert streamed("a").joined(messages.JobsEnded()) is None


def test_output_of_one_stream_of_one_job_folds() -> None:
    first = JobStreamed(messages.TurnId("t"), messages.JobId("j"), "output", "a")
    assert first.joined(first) == JobStreamed(messages.TurnId("t"), messages.JobId("j"), "output", "aa")
    errors = JobStreamed(messages.TurnId("t"), messages.JobId("j"), "errors", "a")
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
    message = AssistantMessage("a", calls=(ToolCall("c", "n", "{}"),))
    result = ToolResult("ok", "t", todo=(TodoItem("x"),))
    assert len({message, message, result, result, Usage(1, 2)}) == 3
