"""Content blocks: what one message of the transcript is made of, in order. Also a part of the journal's file format.

A block may carry opaque state of the provider that produced it (a signature, an encrypted reasoning item, a thought
signature): it is kept verbatim and goes back to the same provider and model only. New fields need a default; a new type
of block is read by an older version as `UnknownBlock`, so it needs no new format number (see `actors.records`).
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from actors.ids import CallId
from tools.tool import ToolResult


class ProviderState(Struct, frozen=True):
    """What a provider wants back unchanged with a block. `data` is JSON text, never parsed or encoded again."""

    provider: str
    model: str
    data: str

    def belongs_to(self, provider: str, model: str) -> bool:
        """Whether it may be sent: another provider or model refuses it."""
        return (self.provider, self.model) == (provider, model)


class TextBlock(Struct, frozen=True, tag="text", omit_defaults=True):
    """Text that was said."""

    text: str
    state: ProviderState | None = None


class ReasoningBlock(Struct, frozen=True, tag="reasoning", omit_defaults=True):
    """Reasoning as far as the provider shows it; empty where it is redacted and `state` holds it."""

    text: str
    state: ProviderState | None = None


class ToolCall(Struct, frozen=True, tag="call", omit_defaults=True):
    """A call the model asked for. `arguments` is the JSON text as the model wrote it, valid or not.

    `id` is ours and unique in the session; `provider_id` is what the provider called it, empty if it did not say.
    """

    id: CallId
    name: str
    arguments: str
    provider_id: str = ""
    state: ProviderState | None = None


class ResultBlock(Struct, frozen=True, tag="result", omit_defaults=True):
    """The answer to the call of this id."""

    call: CallId
    name: str
    result: ToolResult
    state: ProviderState | None = None


class ImageBlock(Struct, frozen=True, tag="image", omit_defaults=True):
    """A reference to an image: its `path`, or the `sha256` of its content in hexadecimal. The bytes are elsewhere."""

    media_type: str
    path: str = ""
    sha256: str = ""
    state: ProviderState | None = None


class UnknownBlock(Struct, frozen=True, tag="unknown"):
    """A block of a type that only a newer version knows: its JSON text. Dialects leave it out."""

    data: str


ContentBlock: TypeAlias = TextBlock | ReasoningBlock | ToolCall | ResultBlock | ImageBlock | UnknownBlock
