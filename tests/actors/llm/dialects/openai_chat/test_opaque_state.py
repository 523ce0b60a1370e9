"""What a provider wants back: pieces are merged, nothing is lost, nothing goes elsewhere."""

from __future__ import annotations

import json

import pytest

from actors.blocks import ProviderState
from actors.llm.dialects.openai_chat.opaque_state import MessageState, ReasoningDetails, encoded, fields_of, merged


def test_streamed_details_are_merged_by_index_and_type() -> None:
    details = ReasoningDetails()
    pieces: list[list[object]] = [
        [{"type": "reasoning.text", "text": "a", "signature": None, "format": "x", "index": 0}],
        [{"type": "reasoning.text", "text": "b", "index": 0}],
        [{"type": "reasoning.encrypted", "data": "E1", "id": "rs_1", "index": 0}],
        [
            {"type": "reasoning.text", "signature": "sig", "index": 0},
            {"type": "reasoning.text", "text": "c", "index": 1},
        ],
    ]
    assert "".join(details.add(piece) for piece in pieces) == "abc"
    assert details.entries() == [
        {"type": "reasoning.text", "text": "ab", "signature": "sig", "format": "x", "index": 0},
        {"type": "reasoning.encrypted", "data": "E1", "id": "rs_1", "index": 0},
        {"type": "reasoning.text", "text": "c", "index": 1},
    ]


def test_details_without_an_index_go_on_with_their_neighbour() -> None:
    details = ReasoningDetails()
    for piece in (
        {"type": "reasoning.text", "text": "a"},
        {"type": "reasoning.text", "text": "b"},
        {"type": "reasoning.encrypted", "data": "x"},
        {"type": "reasoning.encrypted", "data": "y"},
    ):
        details.add([piece])
    assert [entry.get("text") or entry.get("data") for entry in details.entries()] == ["ab", "x", "y"]


@pytest.mark.parametrize("value", [None, "text", 3, {"a": 1}, [None, 3, "x"], []])
def test_details_of_another_shape_are_passed_over(value: object) -> None:
    details = ReasoningDetails()
    assert details.add(value) == ""
    assert not details


def test_the_text_is_sent_back_once() -> None:
    state = MessageState()
    state.add_content("hm")
    assert state.fields() == {"reasoning_content": "hm"}
    state.add_details([{"type": "reasoning.text", "text": "hm"}])
    assert state.fields() == {"reasoning_details": [{"type": "reasoning.text", "text": "hm"}]}


def test_objects_are_merged_and_what_comes_later_wins() -> None:
    old = {"google": {"thought_signature": "a", "x": 1}}
    assert merged(old, {"google": {"thought_signature": "b"}}) == {"google": {"thought_signature": "b", "x": 1}}
    assert merged(old, None) == old
    assert merged(None, old) == old


def test_state_is_kept_from_others() -> None:
    state = ProviderState("P", "m", '{"a": 1.10}')
    assert json.loads(encoded(fields_of(state, "P", "m"))) == {"a": 1.1}
    assert "1.10" in encoded(fields_of(state, "P", "m")), "verbatim"
    assert fields_of(state, "P", "n") == fields_of(state, "Q", "m") == fields_of(None, "P", "m") == {}


def test_half_a_surrogate_pair_stays_what_it_was() -> None:
    assert json.loads(encoded({"data": "\ud83d"})) == {"data": "\ud83d"}
