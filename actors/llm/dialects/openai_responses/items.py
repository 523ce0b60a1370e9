"""Finds the output item that an event of a stream is about.

Used by `answer`. Events of one item should share its id and its place. In the field ids change with every event, one
place serves several items, text belongs to no announced item, whole items come without text before them, text without a
whole item after it, and either twice. So a whole item is found by its call id, its id, what it says, and its place, and
what only adds text by place before id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from actors.llm.dialects.openai_responses.events import WireItem, words
from actors.llm.dialects.openai_responses.item_draft import ItemDraft

if TYPE_CHECKING:
    from actors.llm.dialects.openai_responses.events import ItemKind


MOST_ITEMS = 1_000
"""Of one answer; a server that begins more is broken."""


class TooManyItems(ValueError):  # noqa: N818 - reads as what happened
    """An answer passed `MOST_ITEMS`."""


class OutputItems:
    """The items of one answer. Raises `TooManyItems` with the item that is one too many."""

    def __init__(self) -> None:
        self._drafts: list[ItemDraft] = []
        self._recent: tuple[tuple[str, str, int | None], ItemDraft] | None = None

    def in_order(self) -> list[ItemDraft]:
        """The items by their places; in order of arrival where one has no place."""
        if any(draft.index is None for draft in self._drafts):
            return list(self._drafts)
        return sorted(self._drafts, key=lambda draft: draft.index or 0)

    def added_to(self, kind: ItemKind, identifier: str, index: int | None) -> ItemDraft:
        """The item that an event adds text to; a new one where none was announced."""
        about = (kind, identifier, index)
        if self._recent is None or self._recent[0] != about:
            self._recent = (about, self._about(kind, identifier, index))
        return self._recent[1]

    def announced(self, item: WireItem, index: int | None) -> ItemDraft | None:
        """The item that begins; None where its type means nothing here."""
        kind = item.kind
        if kind is None:
            return None
        unannounced = [
            draft
            for draft in self._of(kind)
            if not draft.announced and (index is None or draft.index is None or draft.index == index)
        ]
        draft = self._named(item, index) or next(iter(unannounced), None) or self._new(kind, words(item.id), index)
        draft.announce(item)
        return draft

    def ended(self, item: WireItem, index: int | None) -> ItemDraft | None:
        """The item that is whole now; None where its type means nothing here."""
        kind = item.kind
        if kind is None:
            return None
        waiting = [draft for draft in self._of(kind) if not draft.done and not _is_other_call(draft, item)]
        here = [draft for draft in waiting if index is not None and draft.index == index]
        placeless = [draft for draft in waiting if index is None or draft.index is None]
        found = self._named(item, index) or next(reversed(here), None) or self._alike(item, index)
        return found or next(iter(placeless), None) or self._new(kind, words(item.id), index)

    def listed(self, item: WireItem, position: int) -> ItemDraft | None:
        """The item as the response object lists it at the end; None where it is known, or means nothing here."""
        kind = item.kind
        if kind is None:
            return None
        same = self._of(kind)
        waiting = [draft for draft in same if not draft.done and not _is_other_call(draft, item)]
        here = [draft for draft in waiting if draft.index == position]
        found = self._named(item, None) or self._alike(item, None, renamed=True) or next(iter((*here, *waiting)), None)
        if found is not None:
            return found
        if kind == "reasoning":
            stateless = [draft for draft in same if not words(draft.wire.encrypted_content)]
            return next(iter(stateless), None) or (None if same else self._new(kind, words(item.id), None))
        if kind == "message" and same:
            return None  # the same text in other words: what was shown stays
        return self._new(kind, words(item.id), None)

    def _about(self, kind: ItemKind, identifier: str, index: int | None) -> ItemDraft:
        same = self._of(kind)
        here = [draft for draft in same if index is not None and draft.index == index]
        named = [draft for draft in same if identifier and draft.id == identifier]
        both = [draft for draft in here if draft in named]
        found = (both or here or named)[-1:] or self._continued(kind, index)
        return found[0] if found else self._new(kind, identifier, index)

    def _of(self, kind: ItemKind) -> list[ItemDraft]:
        return [draft for draft in self._drafts if draft.kind == kind]

    def _new(self, kind: ItemKind, identifier: str, index: int | None) -> ItemDraft:
        if len(self._drafts) == MOST_ITEMS:
            raise TooManyItems(f"an answer of more than {MOST_ITEMS} items")
        draft = ItemDraft(kind, identifier, index)
        self._drafts.append(draft)
        self._recent = None
        return draft

    def _continued(self, kind: ItemKind, index: int | None) -> list[ItemDraft]:
        """The item that was begun last, where text without a name of its own can belong to it."""
        last = self._drafts[-1:]
        fits = bool(last) and last[0].kind == kind and not last[0].done
        return last if fits and (index is None or last[0].index is None) else []

    def _named(self, item: WireItem, index: int | None) -> ItemDraft | None:
        """By call id or id; at another place it is another item, however it is called."""
        call, identifier = words(item.call_id), words(item.id)
        best, most = None, 0
        for draft in self._drafts:
            moved = index is not None and draft.index is not None and draft.index != index
            if draft.kind != item.kind or moved or _is_other_call(draft, item):
                continue
            matches = 2 * bool(call and draft.call_id == call) + 3 * bool(identifier and draft.id == identifier)
            if matches > most:
                best, most = draft, matches
        return best

    def _alike(self, item: WireItem, index: int | None, *, renamed: bool = False) -> ItemDraft | None:
        """By what it says: the same item under another id. `renamed`: a call under another call id, too."""
        for draft in self._of(item.kind or "opaque"):
            match draft.kind:
                case "opaque":
                    same = False
                case "function_call":
                    moved = index is not None and draft.index is not None and draft.index != index
                    same = (
                        (renamed or not (moved or _is_other_call(draft, item)))
                        and draft.name == words(item.name)
                        and draft.arguments == item.argument_text
                    )
                case "message" | "reasoning":
                    same = bool(item.said) and draft.text == item.said
            if same:
                return draft
        return None


def _is_other_call(draft: ItemDraft, item: WireItem) -> bool:
    """Both are calls, under different call ids."""
    call = words(item.call_id)
    return bool(call and draft.call_id and draft.call_id != call)
