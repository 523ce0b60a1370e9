"""A content block that is still being written, and what becomes of it.

Used by `answer`, which knows to which block an event belongs. What the provider wants back with a block (a signature,
encrypted thoughts, the work of a tool of its own) is kept as JSON text that goes back to the letter.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

import msgspec

from actors.blocks import ContentBlock, ProviderState, ReasoningBlock, TextBlock, ToolCall
from actors.ids import CallId
from actors.llm.call_arguments import is_object
from actors.llm.dialects.anthropic.events import ABSENT, MessageBlock, words
from actors.llm.sound_text import sound

if TYPE_CHECKING:
    from collections.abc import Callable

BlockKind: TypeAlias = Literal["text", "thinking", "redacted", "call", "opaque", "unknown"]
KINDS: dict[object, BlockKind] = {
    "text": "text",
    "thinking": "thinking",
    "redacted_thinking": "redacted",
    "tool_use": "call",
}
PROVIDERS_OWN = ("_tool_use", "_tool_result")
"""Ends of the types of blocks in which a provider's own tools work; a paused answer goes on from them."""

NO_ARGUMENTS = "{}"


class BlockDraft:
    """One block. `raw` is the server's own text of it, as it began."""

    __slots__ = ("_parts", "closed", "id", "kind", "name", "raw", "signature", "understood", "wire")

    def __init__(self, wire: MessageBlock, raw: bytes = b"") -> None:
        self.wire = wire
        self.raw = raw
        self.kind = kind_of(wire)
        self.id = words(wire.id)
        self.name = words(wire.name)
        self.signature = words(wire.signature)
        self.closed = False
        self.understood = True
        """Nothing came for this block that could not be read."""
        self._parts: list[str] = []

    def add(self, text: str) -> None:
        """Some more of it."""
        if text:
            self._parts.append(text)

    @property
    def text(self) -> str:
        """What was written, with the halves of characters joined that came apart."""
        return sound("".join(self._parts))

    @property
    def arguments(self) -> str:
        """The arguments of a call: what streamed, else what the block began with, else none."""
        streamed = self.text
        if streamed.strip():
            rest = streamed.lstrip().removeprefix(NO_ARGUMENTS)
            return rest if rest.strip() and not is_object(streamed) and is_object(rest) else streamed
        given = bytes(self.wire.input).decode("utf-8", "replace") if self.wire.input != ABSENT else ""
        return given if given.strip() not in ("", "null") else NO_ARGUMENTS

    def is_whole_call(self) -> bool:
        """The arguments that streamed are a whole object."""
        return bool(self._parts) and self._parts[-1].rstrip().endswith("}") and is_object(self.text)

    def survives_a_cut(self) -> bool:
        """Whether a call may be run although the answer was cut off somewhere."""
        return is_object(self.arguments) and (self.closed or bool(self._parts))


def kind_of(wire: MessageBlock) -> BlockKind:
    """What a block means here."""
    known = KINDS.get(wire.type) if isinstance(wire.type, str) else None
    if known is not None:
        return known
    return "opaque" if words(wire.type).endswith(PROVIDERS_OWN) else "unknown"


def finished_block(
    draft: BlockDraft, state: Callable[[str], ProviderState], *, whole: bool, used: set[str]
) -> ContentBlock | None:
    """The block that a draft becomes; None where it holds nothing that is kept.

    `whole`: the answer came to its own end. `used` are ids of calls that are taken; the call's own is added.
    """
    match draft.kind:
        case "text":
            return TextBlock(draft.text) if draft.text else None
        case "thinking":
            signed = bool(draft.signature) or (whole and draft.closed)
            block = ReasoningBlock(draft.text, state(_thinking(draft)) if signed else None)
            return block if block.text or signed else None
        case "redacted":
            return ReasoningBlock("", state(draft.raw.decode("utf-8", "replace")))
        case "opaque":
            return TextBlock("", state(_opaque(draft))) if draft.understood and (draft.closed or whole) else None
        case "call":
            return _call(draft, used) if draft.name and (whole or draft.survives_a_cut()) else None
        case "unknown":
            return None


def _call(draft: BlockDraft, used: set[str]) -> ToolCall:
    identifier, number = draft.id, len(used)
    while not identifier or identifier in used:
        number += 1
        identifier = f"call_{number}"
    used.add(identifier)
    return ToolCall(CallId(identifier), draft.name, draft.arguments, provider_id=draft.id)


def _thinking(draft: BlockDraft) -> str:
    """The block with all of its text; the signature as it came, and none where there was none."""
    fields = {"type": "thinking", "thinking": draft.text}
    if draft.signature or draft.wire.signature is not None:
        fields["signature"] = draft.signature
    return msgspec.json.encode(fields).decode()


def _opaque(draft: BlockDraft) -> str:
    """The block as it began, with the input that streamed."""
    text = draft.raw.decode("utf-8", "replace")
    if not draft.text:
        return text
    fields = cast("dict[str, object]", json.loads(text))
    return json.dumps(fields | {"input": msgspec.json.decode(draft.text)}, ensure_ascii=False)
