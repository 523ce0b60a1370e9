"""Puts tool calls together from the fragments that chat completions servers send, each in its own way.

Used by `AnswerDraft`. A fragment belongs to a call by index, else by id, else by being next; whole calls in one
fragment, repeated names and ids, the same index for every call, and `{}` before the real arguments are all met in the
field.
"""

from __future__ import annotations

import msgspec

from actors.blocks import ToolCall
from actors.ids import CallId
from actors.llm.dialects.openai_chat.opaque_state import Fields, StateOwner, encoded, merged

NOTHING_YET = "{}"
"""Arguments that some servers send before the real ones."""


class FunctionDelta(msgspec.Struct):
    """A fragment of a call's function. Some servers send the arguments as an object instead of its text."""

    name: str | None = None
    arguments: object = None


class CallDelta(msgspec.Struct):
    """A fragment of a call. What follows `function` is opaque and goes back with the call."""

    index: int | None = None
    id: str | int | None = None
    function: FunctionDelta | None = None
    extra_content: object = None
    provider_specific_fields: object = None
    thought_signature: object = None


class CallDraft:
    """A call that is still being written. `legacy`: it came as `function_call`, which may repeat other calls."""

    __slots__ = ("arguments", "id", "index", "legacy", "name", "opaque", "placed")

    def __init__(self, index: int | None, identifier: str, *, legacy: bool = False) -> None:
        self.index = index
        self.id = identifier
        self.name = ""
        self.arguments: list[str] = []
        self.opaque: Fields = {}
        self.legacy = legacy
        self.placed = False
        """Whether it has its place among the blocks of the answer."""

    def is_whole(self) -> bool:
        """The arguments are valid JSON."""
        if self.arguments and self.arguments[-1].rstrip()[-1:] not in ("}", "]", '"', "`"):
            return False
        try:
            msgspec.json.decode("".join(self.arguments))
        except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
            return False
        return True

    def takes(self, delta: CallDelta, identifier: str) -> bool:
        """Whether the fragment goes on with this call."""
        if delta.index is not None and self.index is not None:
            mine = delta.index == self.index and (not identifier or not self.id or self.id == identifier)
        else:
            mine = not identifier or self.id == identifier
        return mine and not self._is_followed_by(delta)

    def add(self, delta: CallDelta) -> None:
        """One more fragment."""
        for name in ("extra_content", "provider_specific_fields", "thought_signature"):
            if (value := getattr(delta, name)) is not None:
                self.opaque[name] = merged(self.opaque.get(name), value)
        function = delta.function
        if function is None:
            return
        if function.name and function.name != self.name:
            self.name += function.name
        arguments = function.arguments
        text = arguments if isinstance(arguments, str) else "" if arguments is None else encoded(arguments)
        if text.strip() and len(self.arguments) == 1 and self.arguments[0].strip() == NOTHING_YET:
            self.arguments.clear()
        if text:
            self.arguments.append(text)

    def _is_followed_by(self, delta: CallDelta) -> bool:
        """The fragment names a function and brings arguments, and this call has all of its own."""
        function = delta.function
        if not (function and function.name and function.arguments and self.arguments):
            return False
        begun_only = len(self.arguments) == 1 and self.arguments[0].strip() == NOTHING_YET
        same = function.name == self.name and function.arguments not in (NOTHING_YET, {})
        return not (begun_only and same and delta.id is not None) and self.is_whole()


class CallAssembly:
    """The calls of one answer."""

    def __init__(self) -> None:
        self._drafts: list[CallDraft] = []
        self._legacy: CallDraft | None = None

    def __bool__(self) -> bool:
        return bool(self._drafts) or self._legacy is not None

    @property
    def modern(self) -> bool:
        """There are calls that did not come as `function_call`: those that did repeat them."""
        return bool(self._drafts)

    def take(self, delta: CallDelta) -> CallDraft:
        """One more fragment; returns the call that it belongs to."""
        draft = self._draft_for(delta)
        draft.add(delta)
        return draft

    def take_legacy(self, function: FunctionDelta) -> CallDraft:
        """A fragment of the one call that `function_call` can hold."""
        if self._legacy is None:
            self._legacy = CallDraft(None, "", legacy=True)
        self._legacy.add(CallDelta(function=function))
        return self._legacy

    def _draft_for(self, delta: CallDelta) -> CallDraft:
        identifier = "" if delta.id is None else str(delta.id)
        for draft in reversed(self._drafts):
            if draft.takes(delta, identifier):
                draft.id = draft.id or identifier
                return draft
        draft = CallDraft(delta.index, identifier)
        self._drafts.append(draft)
        return draft


def finished_call(
    draft: CallDraft, used: set[str], owner: StateOwner | None = None, *, whole_only: bool
) -> ToolCall | None:
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
    state = owner.state(draft.opaque) if owner is not None and (draft.id or draft.opaque) else None
    return ToolCall(CallId(identifier), draft.name, "".join(draft.arguments), provider_id=draft.id, state=state)
