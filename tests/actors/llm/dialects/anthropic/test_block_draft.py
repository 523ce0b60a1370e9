"""A block on its way."""

from __future__ import annotations

import pytest

from actors.blocks import ProviderState, TextBlock, ToolCall
from actors.llm.dialects.anthropic.block_draft import BlockDraft, finished_block, kind_of
from actors.llm.dialects.anthropic.events import MessageBlock


def state(data: str) -> ProviderState:
    return ProviderState("p", "m", data)


@pytest.mark.parametrize(
    ("kind", "means"),
    [
        ("text", "text"),
        ("thinking", "thinking"),
        ("redacted_thinking", "redacted"),
        ("tool_use", "call"),
        ("server_tool_use", "opaque"),
        ("mcp_tool_result", "opaque"),
        ("compaction", "unknown"),
        (None, "unknown"),
        ({"a": 1}, "unknown"),
        ([1], "unknown"),
    ],
)
def test_the_type_says_what_a_block_means(kind: object, means: str) -> None:
    assert kind_of(MessageBlock(kind)) == means


def test_halves_of_a_character_are_joined() -> None:
    draft = BlockDraft(MessageBlock("text"))
    for part in ("a\ud83d", "\ude00b", "c\ud83d"):
        draft.add(part)
    assert draft.text == "a😀bc\ufffd"


def test_a_call_is_whole_when_its_object_is() -> None:
    draft = BlockDraft(MessageBlock("tool_use", "t", "f"))
    for part, whole in (('{"a": {', False), ("}", False), ("} ", True)):
        draft.add(part)
        assert draft.is_whole_call() is whole


def test_an_id_that_is_taken_is_given_another_and_the_providers_is_kept() -> None:
    used: set[str] = {"t"}
    block = finished_block(BlockDraft(MessageBlock("tool_use", "t", "f")), state, whole=True, used=used)
    assert isinstance(block, ToolCall)
    assert (block.id, block.provider_id) == ("call_2", "t")
    assert used == {"t", "call_2"}


def test_what_holds_nothing_becomes_no_block() -> None:
    for kind in ("text", "thinking", "compaction", "tool_use"):
        assert finished_block(BlockDraft(MessageBlock(kind)), state, whole=True, used=set()) is None


def test_an_opaque_block_is_kept_as_it_came() -> None:
    raw = b'{"type": "mcp_tool_result",  "content": [1.50]}'
    draft = BlockDraft(MessageBlock("mcp_tool_result"), raw)
    draft.closed = True
    assert finished_block(draft, state, whole=True, used=set()) == TextBlock("", state(raw.decode()))
