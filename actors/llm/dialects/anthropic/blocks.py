"""Writes content down as blocks of a Messages request.

Used by `history`. The provider refuses texts without a visible character, ids and names with other characters than it
uses itself, and arguments that are no object; each gets a form here that it takes. Pure.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from actors.blocks import ReasoningBlock, TextBlock, ToolCall
from actors.llm.call_arguments import is_object
from actors.llm.wire_words import NO_OUTPUT, arguments_text, encoded, interrupted_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from actors.blocks import ContentBlock, ProviderState
    from actors.ids import CallId
    from actors.transcript import AssistantMessage

UNUSABLE = re.compile(r"[^A-Za-z0-9_-]")
"""What neither an id nor a name may hold."""

LONGEST_NAME = 64


def text_block(text: str) -> bytes:
    """A text; a stand-in where there is nothing to see."""
    return encoded({"type": "text", "text": text if text.strip() else NO_OUTPUT})


def result_block(identifier: str, text: str, *, failed: bool) -> bytes:
    """The answer to the call of this id."""
    fields: dict[str, object] = {"type": "tool_result", "tool_use_id": identifier, "content": text}
    return encoded(fields | {"is_error": True} if failed else fields)


def answer_blocks(
    message: AssistantMessage, owned: Callable[[ProviderState], bool], wire_ids: Mapping[CallId, str]
) -> Iterator[bytes]:
    """The blocks of an answer, at least one. `owned` tells whose state may go back, `wire_ids` the ids of its calls.

    State of an interrupted answer stays here: its calls are gone, and signed thoughts must not be changed.
    """
    if message.interrupted:
        yield text_block(interrupted_text(message.text))
        return
    found: list[bytes] = []
    last_text = ""  # of the last block that was written, where it is a text
    written: set[CallId] = set()
    for block in message.blocks:
        state = _state_of(block, owned)
        if state:
            found.append(state)
            last_text = ""
        elif isinstance(block, TextBlock) and block.text.strip():
            found.append(text_block(block.text))
            last_text = block.text
        elif isinstance(block, ToolCall) and block.id not in written:
            written.add(block.id)
            found.append(call_block(block, wire_ids[block.id]))
            last_text = ""
    if message.stop_reason == "paused" and last_text:  # the provider refuses blanks at the end of what it goes on from
        found[-1] = text_block(last_text.rstrip())
    yield from found or (text_block(""),)


def call_block(call: ToolCall, identifier: str) -> bytes:
    """A call of the model."""
    name = UNUSABLE.sub("_", call.name)[:LONGEST_NAME] or "unknown"
    opening = encoded({"type": "tool_use", "id": identifier, "name": name})
    return b'%b,"input":%b}' % (opening[:-1], arguments_text(call.arguments).strip().encode("utf-8", "replace"))


def _state_of(block: ContentBlock, owned: Callable[[ProviderState], bool]) -> bytes:
    """The block as its provider wrote it; empty where it is not of this one, or damaged: it would be refused."""
    if not isinstance(block, ReasoningBlock | TextBlock) or block.state is None or not owned(block.state):
        return b""
    return block.state.data.strip().encode("utf-8", "replace") if is_object(block.state.data) else b""
