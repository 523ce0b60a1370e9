"""Every event finds its item, whatever servers do to ids and places."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from actors.llm.dialects.openai_responses.items import OutputItems
from tests.actors.llm.dialects.openai_responses.streams import (
    CALL,
    MESSAGE,
    OTHER_CALL,
    REASONING,
    WHOLE,
    Event,
    added,
    completed,
    delta,
    done,
    event,
    finished,
    shown,
)

ITEMS = [REASONING, MESSAGE, CALL, OTHER_CALL]


def without(*names: str) -> Callable[[Event], Event]:
    return lambda each: {name: value for name, value in each.items() if name not in names}


def rotated(numbers: count[int]) -> Callable[[Event], Event]:
    """Another id in every event, as GitHub's servers do it."""

    def change(each: Event) -> Event:
        changed = dict(each)
        if "item_id" in each:
            changed["item_id"] = f"x{next(numbers)}"
        if "item" in each:
            changed["item"] = each["item"] | {"id": f"x{next(numbers)}"}
        if each["type"] == "response.completed":
            output: list[Any] = each["response"]["output"]
            changed["response"] = each["response"] | {"output": [item | {"id": f"x{next(numbers)}"} for item in output]}
        return changed

    return change


@pytest.mark.parametrize(
    "change",
    [
        without("output_index"),
        without("item_id"),
        without("content_index", "summary_index"),
        lambda each: each | ({"output_index": 0} if "output_index" in each else {}),
        rotated(count()),
    ],
    ids=["no places", "no ids", "no parts", "one place", "an id for each event"],
)
def test_the_answer_is_the_same(change: Callable[[Event], Event]) -> None:
    events = [change(each) for each in WHOLE]
    message, expected = finished(*events).message, finished(*WHOLE).message
    assert [(type(a), getattr(a, "text", "")) for a in message.blocks] == [
        (type(b), getattr(b, "text", "")) for b in expected.blocks
    ]
    assert [(call.name, call.arguments, call.provider_id) for call in message.calls] == [
        (call.name, call.arguments, call.provider_id) for call in expected.calls
    ]
    assert shown(*events)[0] == "Grüße, 世界"


KINDS = {
    "text only": lambda each: each["type"].endswith(".delta") or each["type"].endswith(".added"),
    "whole items only": lambda each: each["type"].endswith("output_item.done"),
    "the last event only": lambda each: False,
    "items, not the end": lambda each: True,
}


@pytest.mark.parametrize("output", [True, False], ids=["listed", "not listed"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_missing_is_taken_from_what_is_there(kind: str, output: bool) -> None:  # noqa: FBT001
    if kind == "the last event only" and not output:
        return
    events = [each for each in WHOLE[:-1] if KINDS[kind](each)]
    last = completed(*(ITEMS if output else ()))
    message = finished(*events, last).message
    assert (message.text, message.reasoning.replace("\n", "")) == ("Grüße, 世界", "hmwell")
    assert [(call.name, call.arguments) for call in message.calls] == [
        ("read_file", '{"path": "ä"}'),
        ("find", '{"a": 1}'),
    ]
    assert shown(*events, last)[0] == "Grüße, 世界"


def test_everything_twice_is_one_answer() -> None:
    events = [copy for each in WHOLE[:-1] for copy in ([each, each] if "delta" not in each else [each])]
    assert finished(*events, WHOLE[-1]).message == finished(*WHOLE).message
    again = [*WHOLE[:-1], *(each for each in WHOLE if each["type"].endswith("item.done")), WHOLE[-1]]
    assert finished(*again).message == finished(*WHOLE).message
    assert shown(*again) == shown(*WHOLE)


def test_a_listed_item_under_other_ids_is_not_a_second_one() -> None:
    renamed = [item | {"id": f"other_{place}", "call_id": f"other_{place}"} for place, item in enumerate(ITEMS)]
    message = finished(*WHOLE[:-1], completed(*renamed)).message
    assert [call.provider_id for call in message.calls] == ["call_a", "call_b"]
    assert message.text == "Grüße, 世界"


def test_a_whole_item_that_says_more_shows_the_rest_and_one_that_says_less_takes_nothing() -> None:
    more = [delta("output_text", 0, "msg_1", "Grü"), done(0, MESSAGE), completed()]
    assert shown(*more)[0] == finished(*more).message.text == "Grüße, 世界"
    less = [delta("output_text", 0, "msg_1", "Grüße"), done(0, MESSAGE | {"content": []}), completed()]
    assert shown(*less)[0] == finished(*less).message.text == "Grüße"


def test_text_may_come_with_the_end_of_its_part_only() -> None:
    events = [added(0, MESSAGE), event("output_text.done", output_index=0, item_id="msg_1", content_index=0, text="hi")]
    assert finished(*events, completed()).message.text == "hi"


def test_arguments_announced_with_the_call_count_where_nothing_else_came() -> None:
    begun = event("output_item.added", output_index=0, item=CALL)
    (call,) = finished(begun, completed()).message.calls
    assert call.arguments == CALL["arguments"]


@pytest.mark.parametrize("opening", ["{}", ""])
def test_an_empty_object_at_first_is_no_part_of_the_arguments(opening: str) -> None:
    begun = event("output_item.added", output_index=0, item=CALL | {"arguments": opening})
    text = delta("function_call_arguments", 0, "fc_1", '{"path": "ä"}')
    for end in ([], [done(0, CALL | {"arguments": opening})]):
        (call,) = finished(begun, text, *end, completed()).message.calls
        assert call.arguments == '{"path": "ä"}'


def test_arguments_may_be_an_object() -> None:
    (call,) = finished(completed(CALL | {"arguments": {"path": "ä"}})).message.calls
    assert call.arguments == '{"path":"ä"}'


def test_deltas_may_come_before_the_announcement() -> None:
    events = [delta("function_call_arguments", 0, "fc_1", CALL["arguments"]), added(0, CALL), completed()]
    (call,) = finished(*events).message.calls
    assert (call.name, call.arguments) == ("read_file", CALL["arguments"])


def test_equal_calls_without_ids_at_two_places_are_two() -> None:
    bare = {"type": "function_call", "name": "list_files", "arguments": "{}"}
    calls = finished(done(0, bare), done(1, bare), completed(bare, bare)).message.calls
    assert len(calls) == 2
    assert len({call.id for call in calls}) == 2


def test_text_after_a_call_is_another_message() -> None:
    second = MESSAGE | {"id": "msg_2", "content": [{"type": "output_text", "text": "then"}]}
    events = [added(0, MESSAGE), delta("output_text", 0, "msg_1", "Grüße, 世界"), done(0, MESSAGE), done(1, CALL),
              added(2, second), delta("output_text", 2, "msg_2", "then"), done(2, second), completed()]  # fmt: skip
    assert [getattr(block, "text", "call") for block in finished(*events).message.blocks] == [
        "Grüße, 世界",
        "call",
        "then",
    ]


def test_no_items_are_in_order() -> None:
    assert OutputItems().in_order() == []
