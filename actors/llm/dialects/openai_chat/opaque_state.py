"""What a provider wants back unchanged, beside the text and the calls of an answer: put together, and as block state.

    reasoning_content    DeepSeek and others: the text that was thought
    reasoning_details    OpenRouter, MiniMax: entries, streamed in pieces, merged by index (else by id) and type
    extra_content        Gemini: a thought signature on a call, or on the message

State is a JSON object of fields that are laid over the message, or over the call, when it is sent again to the same
provider and model. Used by `AnswerDraft` (reading) and `messages` (writing).
"""

from __future__ import annotations

from typing import TypeAlias, cast

import msgspec
from msgspec import Struct

from actors.blocks import ProviderState

Fields: TypeAlias = "dict[str, object]"
STREAMED = ("text", "summary", "data")
"""Fields of an entry whose pieces are joined; others are replaced by what comes later."""
MOST_ENTRIES = 10_000


class StateOwner(Struct, frozen=True):
    """Who an answer comes from, as state is marked."""

    provider: str
    model: str

    def state(self, fields: Fields) -> ProviderState:
        """These fields as state."""
        return ProviderState(self.provider, self.model, encoded(fields))


class ReasoningDetails:
    """The entries of one answer."""

    def __init__(self) -> None:
        self._entries: list[Fields] = []
        self._parts: list[dict[str, list[str]]] = []

    def __bool__(self) -> bool:
        return bool(self._entries)

    def add(self, value: object) -> str:
        """Some more entries or pieces of them; returns the text that they show."""
        shown: list[str] = []
        for piece in cast("list[object]", value) if isinstance(value, list) else ():
            if isinstance(piece, dict) and len(self._entries) < MOST_ENTRIES:
                fields = cast("Fields", piece)
                self._take(fields)
                shown += [text for name in ("text", "summary") if isinstance(text := fields.get(name), str)]
        return "".join(shown)

    def entries(self) -> list[Fields]:
        """The entries, whole, in the order in which they began."""
        return [
            {**entry, **{name: "".join(texts) for name, texts in parts.items()}}
            for entry, parts in zip(self._entries, self._parts, strict=True)
        ]

    def _take(self, piece: Fields) -> None:
        place = self._place(piece)
        if place is None:
            self._entries.append({})
            self._parts.append({})
            place = -1
        entry, parts = self._entries[place], self._parts[place]
        for name, value in piece.items():
            if name in STREAMED and isinstance(value, str):
                parts.setdefault(name, []).append(value)
                entry.setdefault(name, None)
            elif value is not None or name not in entry:
                entry[name] = value

    def _place(self, piece: Fields) -> int | None:
        """The entry that a piece goes on with."""
        kind, index = piece.get("type"), piece.get("index")
        for place in range(len(self._entries) - 1, -1, -1):
            entry = self._entries[place]
            if entry.get("type") != kind:
                if index is None:
                    return None  # only the neighbour before it can be meant
                continue
            if index is not None:
                if entry.get("index") == index and _fits(entry, piece):
                    return place
                continue
            return place if _fits(entry, piece) and kind != "reasoning.encrypted" else None
        return None


class MessageState:
    """What goes back with one answer as a whole, as far as it has come."""

    def __init__(self) -> None:
        self._details = ReasoningDetails()
        self._content: list[str] = []
        self._extra: object = None

    def add_content(self, text: str) -> None:
        """Some more `reasoning_content`."""
        self._content.append(text)

    def add_details(self, value: object) -> str:
        """Some more `reasoning_details`; returns the text that they show."""
        return self._details.add(value)

    def add_extra(self, value: object) -> None:
        """Some more `extra_content` of the message."""
        self._extra = merged(self._extra, value)

    def fields(self) -> Fields:
        """The fields to lay over the message; details hold the text that `reasoning_content` would repeat."""
        fields: Fields = {}
        if self._details:
            fields["reasoning_details"] = self._details.entries()
        elif self._content:
            fields["reasoning_content"] = "".join(self._content)
        if self._extra is not None:
            fields["extra_content"] = self._extra
        return fields


def merged(old: object, new: object) -> object:
    """One object of two: what comes later wins, objects inside are merged too."""
    before, after = _object(old), _object(new)
    if before is None or after is None:
        return old if new is None else new
    return {**before, **{name: merged(before.get(name), value) for name, value in after.items()}}


def _object(value: object) -> Fields | None:
    return cast("Fields", value) if isinstance(value, dict) else None


def fields_of(state: ProviderState | None, provider: str, model: str) -> Fields:
    """The fields to lay over a message or a call; none where the state is another provider's, or no object."""
    if state is None or not state.belongs_to(provider, model):
        return {}
    try:
        fields = msgspec.json.decode(state.data, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeEncodeError):
        return {}
    return dict(fields)


def encoded(value: object) -> str:
    """JSON text; half surrogate pairs stay escapes."""
    try:
        return msgspec.json.encode(value).decode()
    except UnicodeEncodeError:
        import json  # noqa: PLC0415 - for what hardly ever comes

        return json.dumps(value)


def _fits(entry: Fields, piece: Fields) -> bool:
    """Whether the ids do not contradict each other."""
    mine, other = entry.get("id"), piece.get("id")
    return mine is None or other is None or mine == other
