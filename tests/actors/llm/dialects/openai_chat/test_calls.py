"""Calls are put together from whatever fragments a server sends."""

from __future__ import annotations

import json

import msgspec
from msgspec.structs import replace

from actors.blocks import ToolCall
from actors.ids import CallId
from actors.llm.dialects.openai_chat.calls import CallAssembly, CallDelta, CallDraft, finished_call


def assembled(*deltas: dict[str, object], whole_only: bool = False, used: set[str] | None = None) -> list[ToolCall]:
    assembly, drafts = CallAssembly(), dict[CallDraft, None]()
    for delta in deltas:
        drafts[assembly.take(msgspec.json.decode(json.dumps(delta), type=CallDelta))] = None
    taken = set[str]() if used is None else used
    calls = (finished_call(draft, taken, whole_only=whole_only) for draft in drafts)
    return [replace(call, provider_id="") for call in calls if call is not None]


def fragment(arguments: object = None, **fields: object) -> dict[str, object]:
    name = fields.pop("name", None)
    return {**fields, "function": {"name": name, "arguments": arguments}}


TWO = [ToolCall(CallId("a"), "read", '{"x": 1}'), ToolCall(CallId("b"), "find", '{"y": 2}')]


def test_fragments_of_parallel_calls_are_joined_by_index() -> None:
    assert (
        assembled(
            fragment("", index=0, id="a", name="read"),
            fragment("", index=1, id="b", name="find"),
            fragment('{"x"', index=0),
            fragment('{"y"', index=1),
            fragment(": 1}", index=0),
            fragment(": 2}", index=1),
        )
        == TWO
    )


def test_without_an_index_the_id_tells_and_then_the_order() -> None:
    assert assembled(
        fragment('{"x"', id="a", name="read"), fragment(": 1}"), fragment('{"y"', id="b", name="find"), fragment(": 2}")
    ) == TWO  # fmt: skip


def test_repeated_names_and_ids_are_one_call() -> None:
    assert assembled(
        fragment('{"x"', index=0, id="a", name="read"), fragment(": 1}", index=0, id="a", name="read")
    ) == TWO[:1]  # fmt: skip


def test_a_name_may_come_in_pieces() -> None:
    assert assembled(
        fragment("", index=0, id="a", name="re"), fragment('{"x": 1}', index=0, name="ad")
    ) == TWO[:1]  # fmt: skip


def test_whole_calls_that_share_one_index_stay_apart() -> None:
    assert assembled(
        fragment('{"x": 1}', index=0, id="a", name="read"), fragment('{"y": 2}', index=0, id="b", name="find")
    ) == TWO  # fmt: skip
    without_ids = assembled(fragment('{"x": 1}', index=0, name="read"), fragment('{"x": 2}', index=0, name="read"))
    assert [call.arguments for call in without_ids] == ['{"x": 1}', '{"x": 2}']


def test_arguments_may_be_an_object_instead_of_its_text() -> None:
    assert assembled(fragment({"x": 1}, index=0, id="a", name="read")) == [ToolCall(CallId("a"), "read", '{"x":1}')]


def test_missing_and_repeated_ids_are_replaced_by_unused_ones() -> None:
    used = {"a", "call_3"}
    calls = assembled(
        fragment("{}", index=0, id="a", name="read"),
        fragment("{}", index=1, name="read"),
        fragment("{}", index=2, id="b", name="read"),
        fragment("{}", index=3, id="b", name="read"),
        used=used,
    )
    ids = [call.id for call in calls]
    assert len(set(ids)) == 4
    assert ids[2] == "b"
    assert {"a", "call_3"}.isdisjoint(ids)
    assert used >= set(ids)


def test_numbers_as_ids_are_ids() -> None:
    assert assembled(fragment("{}", index=0, id=7, name="read"))[0].id == "7"


def test_a_call_without_a_name_is_none() -> None:
    assert assembled({"index": 0}, fragment("{}", index=1)) == []


def test_a_half_written_call_is_dropped_where_a_limit_was_hit() -> None:
    deltas = (fragment('{"x": 1}', index=0, id="a", name="read"), fragment('{"y": ', index=1, id="b", name="find"))
    assert assembled(*deltas, whole_only=True) == TWO[:1]
    assert len(assembled(*deltas)) == 2


def test_an_empty_object_before_the_real_arguments_is_not_part_of_them() -> None:
    deltas = (fragment("{}", index=0, id="a", name="read"), fragment('{"x": ', index=0), fragment("1}", index=0))
    assert [call.arguments for call in assembled(*deltas)] == ['{"x": 1}']
    repeated = (
        fragment("{}", index=0, id="a", name="read"),
        fragment('{"x": ', index=0, id="a", name="read"),
        fragment("1}", index=0, id="a", name="read"),
    )
    assert [call.arguments for call in assembled(*repeated)] == ['{"x": 1}']


def test_two_calls_without_arguments_stay_two() -> None:
    deltas = (fragment("{}", index=0, id="a", name="read"), fragment("{}", index=1, id="b", name="read"))
    assert len(assembled(*deltas)) == 2
