"""Which block an event is about."""

from __future__ import annotations

import json
from time import process_time

import msgspec
import pytest

from actors.llm.dialects.anthropic.block_list import MOST_BLOCKS, BlockList, TooManyBlocks, key_of


def raw(kind: str, **fields: object) -> msgspec.Raw:
    return msgspec.Raw(json.dumps({"type": kind, **fields}).encode())


def test_a_block_is_found_by_its_index_also_after_its_end() -> None:
    blocks = BlockList()
    draft = blocks.begin(0, raw("text"))
    blocks.end("0")
    assert draft.closed
    assert blocks.at("0") is draft
    assert blocks.speaking(0, "text") is draft
    assert blocks.at(7) is None


def test_text_without_a_block_goes_on_with_the_last_of_its_kind_or_begins_one() -> None:
    blocks = BlockList()
    first = blocks.speaking(3, "text")
    assert blocks.speaking(None, "text") is first
    assert blocks.speaking(3, "thinking") is not first
    assert [draft.kind for draft in blocks] == ["text", "thinking"]


def test_json_belongs_to_a_call_or_to_nothing() -> None:
    blocks = BlockList()
    assert blocks.taking_json(0) is None
    call = blocks.begin(0, raw("tool_use", id="t", name="f"))
    assert blocks.taking_json(9) is call
    blocks.begin(1, raw("text"))
    assert blocks.taking_json(1) is None
    assert blocks.taking_json(0) is call


@pytest.mark.parametrize(("index", "key"), [(1, 1), ("1", 1), ("x", None), (None, None), ([1], None), ("9" * 10, None)])
def test_an_index_is_a_number_however_it_is_sent(index: object, key: object) -> None:
    assert key_of(index) == key


def test_many_calls_cost_what_they_are_and_no_answer_has_blocks_without_end() -> None:
    blocks = BlockList()
    began = process_time()
    for number in range(MOST_BLOCKS):
        blocks.begin(number, msgspec.Raw(b'{"type":"tool_use","id":"%d","name":"f"}' % number))
    assert process_time() - began < 10
    with pytest.raises(TooManyBlocks, match="blocks"):
        blocks.begin(0, raw("text"))
