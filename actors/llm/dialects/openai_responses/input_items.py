"""Writes messages of the transcript down as input items of a Responses request.

Used by `dialect`. What the provider wants back of an item is spliced into it as it came, and only where every item of
the answer goes back: a provider refuses a reasoning without the item that followed it, and the reverse.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from actors.blocks import ReasoningBlock, TextBlock, ToolCall
from actors.llm.call_arguments import is_object
from actors.llm.wire_words import arguments_text, encoded, interrupted_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from actors.blocks import ContentBlock, ProviderState
    from actors.ids import CallId
    from actors.transcript import AssistantMessage

LONGEST_NAME = 64
"""Characters of a tool's name that providers take."""


def user_item(text: str) -> bytes:
    """What a person said."""
    return encoded({"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]})


def answer_item(call: str, text: str) -> bytes:
    """The answer to the call of this id."""
    return encoded({"type": "function_call_output", "call_id": call, "output": text})


def assistant_items(
    message: AssistantMessage, owned: Callable[[ProviderState], bool], wire_ids: Mapping[CallId, str]
) -> Iterator[bytes]:
    """The items of an answer. `owned` tells whose state may go back, `wire_ids` how each call is called there.

    A reasoning is held back until the item that it belongs to; one that nothing follows is left out, and so is all
    state of an interrupted answer, whose calls are gone.
    """
    if message.interrupted:
        yield said_item(interrupted_text(message.text))
        return
    reasoning: list[bytes] = []
    written: set[str] = set()
    for block in message.blocks:
        state = _state_of(block, owned)
        if isinstance(block, ReasoningBlock):
            reasoning += [state] if state else []
            continue
        item = b""
        if isinstance(block, TextBlock) and block.text:
            item = said_item(block.text, state)
        elif isinstance(block, ToolCall) and block.id not in written:
            written.add(block.id)
            item = call_item(block, wire_ids[block.id], state)
        if item:
            yield from (*reasoning, item)
            reasoning.clear()


def said_item(text: str, state: bytes = b"") -> bytes:
    """A text of the model."""
    part: dict[str, object] = {"type": "output_text", "text": text}
    if state:
        part["annotations"] = []
    return _spliced(state, {"type": "message", "role": "assistant", "content": [part]})


def call_item(call: ToolCall, identifier: str, state: bytes = b"") -> bytes:
    """A call of the model."""
    name = re.sub(r"[^A-Za-z0-9_-]", "_", call.name)[:LONGEST_NAME] or "unknown"
    fields = {"type": "function_call", "call_id": identifier, "name": name, "arguments": arguments_text(call.arguments)}
    return _spliced(state, fields)


def _state_of(block: ContentBlock, owned: Callable[[ProviderState], bool]) -> bytes:
    """What goes back with a block, empty where nothing does; a damaged one would make every request fail."""
    state = getattr(block, "state", None)
    if state is None or not owned(state) or not is_object(state.data):
        return b""
    return encoded(msgspec.Raw(state.data))


def _spliced(state: bytes, fields: Mapping[str, object]) -> bytes:
    """An item of these fields with those of the provider before them, byte for byte."""
    own = encoded(fields)
    return state.rstrip()[:-1] + b"," + own[1:] if state else own
