"""Ids of calls as a provider takes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.blocks import ProviderState, ToolCall
from actors.ids import CallId
from actors.llm.dialects.openai_chat.wire_ids import NAME, SHORT, WireIds, WireTarget, wire_name
from config.quirks import CallIds

STATE = ProviderState("P", "m", "{}")


def call(number: int, provider_id: str = "", state: ProviderState | None = STATE) -> ToolCall:
    return ToolCall(CallId(f"t1-r{number}-c1"), "find", "{}", provider_id, state)


def test_the_providers_own_id_goes_back_to_it() -> None:
    ids = WireIds(WireTarget("P", "kimi-k2"))
    mine = ToolCall(CallId("t1-r1-c1"), "find", "{}", "functions.find:0", ProviderState("P", "kimi-k2", "{}"))
    assert ids.give(mine) == ids.give(mine) == ids.of(mine.id) == "functions.find:0"


@pytest.mark.parametrize("ids", ["provider", "alnum9"])
def test_missing_repeated_and_foreign_ids_are_derived_and_stay_the_same(ids: CallIds) -> None:
    calls = [
        call(1, "abcdefghi"),
        call(2, "abcdefghi"),
        call(3),
        call(4, "zzzzzzzzz", ProviderState("Q", "m", "{}")),
        call(5, "zzzzzzzzz", None),
    ]
    one, other = (WireIds(WireTarget("P", "m", ids)) for _ in range(2))
    given = [one.give(each) for each in calls]
    assert given[0] == "abcdefghi"
    assert len(set(given)) == len(given)
    assert all(SHORT.fullmatch(each) for each in given)
    assert "zzzzzzzzz" not in given
    assert given == [other.give(each) for each in calls]


def test_where_nine_characters_are_wanted_a_longer_id_is_not_sent() -> None:
    assert SHORT.fullmatch(WireIds(WireTarget("P", "m", "alnum9")).give(call(1, "call_0123456789")))


def test_kimi_gets_ids_with_the_name_and_a_number() -> None:
    ids = WireIds(WireTarget("P", "moonshotai/Kimi-K2-Instruct"))
    assert [ids.give(call(1)), ids.give(call(2))] == ["functions.find:0", "functions.find:1"]


def test_our_own_ids_are_sent_where_they_are_wanted() -> None:
    assert WireIds(WireTarget("P", "m", "own")).give(call(1, "abcdefghi")) == "t1-r1-c1"


@given(st.text(max_size=100))
def test_any_name_becomes_one_that_every_provider_takes(name: str) -> None:
    assert NAME.fullmatch(wire_name(name))
    assert wire_name(wire_name(name)) == wire_name(name)
