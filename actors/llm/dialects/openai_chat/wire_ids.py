"""Ids of calls and names of tools as a provider takes them.

Used by `messages`. Where a call came from the same provider and model, its own id goes back (Kimi K2 wants its
`functions.name:0`, Mistral its nine characters); where it came from elsewhere, has none, or has one that another call
has, an id is derived from ours, the same in each request. Pure.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from actors.blocks import ToolCall
    from actors.ids import CallId
    from config.quirks import CallIds

SHORT = re.compile(r"[A-Za-z0-9]{9}")
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
KIMI = re.compile(r"kimi|moonshot", re.IGNORECASE)
"""Models that want `functions.name:number`."""

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]+")
LONGEST_NAME = 64
NAMELESS = "unknown_tool"


class WireTarget(Struct, frozen=True):
    """Who a request goes to."""

    provider: str
    model: str
    call_ids: CallIds = "provider"


class WireIds:
    """The ids that a conversation uses on the wire."""

    def __init__(self, target: WireTarget) -> None:
        self._target = target
        self._ids: dict[CallId, str] = {}
        self._used: set[str] = set()

    def of(self, call: CallId) -> str:
        """The id of a call that was given one; ours for another."""
        return self._ids.get(call, call)

    def give(self, call: ToolCall) -> str:
        """The id of this call, now and in every request to come."""
        if call.id not in self._ids:
            wanted = self._wanted(call)
            number = 0
            while not wanted or wanted in self._used:
                wanted = self._derived(call, number)
                number += 1
            self._used.add(wanted)
            self._ids[call.id] = wanted
        return self._ids[call.id]

    def _wanted(self, call: ToolCall) -> str:
        target = self._target
        if target.call_ids == "own":
            return call.id
        theirs = call.state is not None and call.state.belongs_to(target.provider, target.model)
        if theirs and (target.call_ids == "provider" or SHORT.fullmatch(call.provider_id)):
            return call.provider_id
        return ""

    def _derived(self, call: ToolCall, number: int) -> str:
        if self._target.call_ids == "provider" and KIMI.search(self._target.model):
            return f"functions.{wire_name(call.name)}:{len(self._ids) + number}"
        digest = int.from_bytes(hashlib.sha256(f"{call.id} {number}".encode("utf-8", "replace")).digest()[:8])
        text = ""
        while len(text) < 9:  # noqa: PLR2004 - what Mistral takes, and every other provider too
            digest, place = divmod(digest, len(LETTERS))
            text += LETTERS[place]
        return text


def wire_name(name: str) -> str:
    """A name that every provider takes; the name itself where it is one.

    A model may invent one that its own provider refuses in the history, in every request of the session.
    """
    if NAME.fullmatch(name):
        return name
    bare = NOT_IN_NAMES.sub("_", name)[:LONGEST_NAME]
    if not bare.strip("_"):
        return NAMELESS
    return bare if NAME.fullmatch(bare) else f"_{bare}"[:LONGEST_NAME]
