"""Puts tool calls together from the fragments that chat completions servers send, each in its own way.

Used by `openai_reply`. A fragment belongs to a call by index, else by id, else by being next; whole calls in one
fragment, repeated names and ids, and the same index for every call are all met in the field.
"""

from __future__ import annotations

import msgspec

from actors.blocks import ToolCall
from actors.ids import CallId


class FunctionDelta(msgspec.Struct):
    """A fragment of a call's function. Some servers send the arguments as an object instead of its text."""

    name: str | None = None
    arguments: object = None


class CallDelta(msgspec.Struct):
    """A fragment of a call."""

    index: int | None = None
    id: str | int | None = None
    function: FunctionDelta | None = None


class CallDraft:
    """A call that is still being written."""

    __slots__ = ("arguments", "id", "index", "name", "placed")

    def __init__(self, index: int | None, identifier: str) -> None:
        self.index = index
        self.id = identifier
        self.name = ""
        self.arguments: list[str] = []
        self.placed = False
        """Whether it has its place among the blocks of the answer."""

    def is_whole(self) -> bool:
        """The arguments are valid JSON."""
        try:
            msgspec.json.decode("".join(self.arguments))
        except (msgspec.DecodeError, RecursionError):
            return False
        return True

    def takes(self, delta: CallDelta, identifier: str) -> bool:
        """Whether the fragment goes on with this call."""
        if delta.index is not None and self.index is not None:
            mine = delta.index == self.index and (not identifier or not self.id or self.id == identifier)
        else:
            mine = not identifier or self.id == identifier
        return mine and not self._is_followed_by(delta)

    def _is_followed_by(self, delta: CallDelta) -> bool:
        """The fragment names a function and brings arguments, and this call has all of its own."""
        function = delta.function
        return bool(function and function.name and function.arguments and self.arguments) and self.is_whole()


class CallAssembly:
    """The calls of one answer."""

    def __init__(self) -> None:
        self._drafts: list[CallDraft] = []

    def __bool__(self) -> bool:
        return bool(self._drafts)

    def take(self, delta: CallDelta) -> CallDraft:
        """One more fragment; returns the call that it belongs to."""
        draft = self._draft_for(delta)
        function = delta.function
        if function is None:
            return draft
        if function.name and function.name != draft.name:
            draft.name += function.name
        arguments = function.arguments
        if isinstance(arguments, str):
            draft.arguments.append(arguments)
        elif arguments is not None:
            draft.arguments.append(msgspec.json.encode(arguments).decode())
        return draft

    def _draft_for(self, delta: CallDelta) -> CallDraft:
        identifier = "" if delta.id is None else str(delta.id)
        for draft in reversed(self._drafts):
            if draft.takes(delta, identifier):
                draft.id = draft.id or identifier
                return draft
        draft = CallDraft(delta.index, identifier)
        self._drafts.append(draft)
        return draft


def finished_call(draft: CallDraft, used: set[str], *, whole_only: bool) -> ToolCall | None:
    """The call under an id that is not in `used`, to which it is added; None where it has no name.

    `whole_only`: the answer hit a limit, so that a call may be half written; such a one is None too.
    """
    if not draft.name or (whole_only and not draft.is_whole()):
        return None
    identifier, number = draft.id, len(used)
    while not identifier or identifier in used:
        number += 1
        identifier = f"call_{number}"
    used.add(identifier)
    return ToolCall(CallId(identifier), draft.name, "".join(draft.arguments), provider_id=draft.id)
