"""Content blocks: whatever a provider wants back is kept to the letter, and to the provider and model it came from."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from actors.blocks import (
    ContentBlock,
    ImageBlock,
    ProviderState,
    ReasoningBlock,
    ResultBlock,
    TextBlock,
    ToolCall,
    UnknownBlock,
)
from actors.ids import CallId
from tools.tool import ToolResult

SIGNED = ProviderState("anthropic", "m-1", '{"signature": "a\\u002fb" ,"data":1.0}')
BLOCKS: tuple[ContentBlock, ...] = (
    TextBlock("said"),
    TextBlock("said", SIGNED),
    ReasoningBlock("", SIGNED),
    ToolCall(CallId("t1-r1-c1"), "look", "{broken", "call_7", SIGNED),
    ResultBlock(CallId("t1-r1-c1"), "look", ToolResult("ok", "seen"), SIGNED),
    ImageBlock("image/png", path="shot.png"),
    ImageBlock("image/png", sha256="00ff"),
    UnknownBlock('{"type":"hologram"}'),
)


def test_every_block_is_read_back_as_it_was_written_and_in_order() -> None:
    encoded = msgspec.json.encode(BLOCKS)
    assert msgspec.json.decode(encoded, type=tuple[ContentBlock, ...]) == BLOCKS


@given(some.text())
def test_a_providers_state_is_never_parsed_or_encoded_again(data: str) -> None:
    data = data.encode("utf-8", "replace").decode()
    block = ReasoningBlock("", ProviderState("p", "m", data))
    assert msgspec.json.decode(msgspec.json.encode(block), type=ReasoningBlock).state == ProviderState("p", "m", data)


def test_what_is_not_set_takes_no_room_in_the_journal() -> None:
    assert msgspec.json.encode(TextBlock("a")) == b'{"type":"text","text":"a"}'


@pytest.mark.parametrize(
    ("provider", "model", "same"),
    [("anthropic", "m-1", True), ("anthropic", "m-2", False), ("openrouter", "m-1", False)],
)
def test_state_belongs_to_one_provider_and_one_model(provider: str, model: str, *, same: bool) -> None:
    assert SIGNED.belongs_to(provider, model) is same
