"""Streams as servers really send them, in `recorded/DIALECT/NAME.sse`, and what has to come of each.

Written from recorded bytes and from the providers' documentation; `recorded/DIALECT/expected.json` says what the answer
amounts to, in the words of `summary`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from msgspec import Struct

from actors.llm.dialect import Decoder, dialect_named
from actors.llm.port import Failed, Finished, Piece
from actors.llm.sound_text import SoundDecoder
from config.providers import ProviderAccess
from tests.actors.llm.hearing import call

FOLDER = Path(__file__).with_name("recorded")


class Recorded(Struct, frozen=True):
    """One stream."""

    dialect: str
    name: str

    @property
    def data(self) -> bytes:
        """Its bytes."""
        return (FOLDER / self.dialect / f"{self.name}.sse").read_bytes()

    @property
    def expected(self) -> dict[str, Any]:
        """What it amounts to."""
        found: dict[str, dict[str, Any]] = json.loads((FOLDER / self.dialect / "expected.json").read_text("utf-8"))
        return found[self.name]


RECORDED = tuple(Recorded(path.parent.name, path.stem) for path in sorted(FOLDER.glob("*/*.sse")))


def decoder_of(dialect: str) -> Decoder:
    """A decoder of the dialect's, as the carrier uses it."""
    speaker = dialect_named(ProviderAccess("provider", "http://127.0.0.1/v1", "model", dialect))
    speaker.request(call())
    return SoundDecoder(speaker.decoder())


def decoded(dialect: str, data: bytes, cuts: Iterable[int] = ()) -> tuple[str, str, Finished | Failed]:
    """The text and the reasoning that are shown, and how it ends, where the reads end at these places."""
    decoder, pieces, start = decoder_of(dialect), list[Piece](), 0
    for cut in [*sorted(cuts), len(data)]:
        if not decoder.done:  # as the carrier does it
            pieces += decoder.feed(data[start:cut])
        start = cut
    final = decoder.close()
    return "".join(piece.text for piece in pieces), "".join(piece.reasoning for piece in pieces), final


def summary(final: Finished | Failed) -> dict[str, Any]:
    """What an answer amounts to, as it is written in `expected.json`."""
    if isinstance(final, Failed):
        return {"failed": final.kind, "retryable": final.retryable}
    message, usage = final.message, final.usage
    found = {
        "text": message.text,
        "reasoning": message.reasoning,
        "calls": [[call.provider_id, call.name, call.arguments] for call in message.calls],
        "stop": message.stop_reason,
        "states": sum(getattr(block, "state", None) is not None for block in message.blocks),
        "usage": [usage.input_tokens, usage.output_tokens, usage.cached_tokens, usage.reasoning_tokens],
    }
    return {name: value for name, value in found.items() if value}
