"""An output item that is still being written: its parts as they stream, and as the end of each repeats them.

Used by `items`, which knows to which item an event belongs. What streamed is what was shown; where the whole item says
more, the rest follows, and where it says something else, the whole item counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from actors.llm.call_arguments import is_object
from actors.llm.dialects.openai_responses.events import SUMMARY_BREAK, WireItem, words
from actors.llm.sound_text import sound

if TYPE_CHECKING:
    from actors.llm.dialects.openai_responses.events import ItemKind

NO_ARGUMENTS = ("", "{}")


class ItemDraft:
    """One item. `index` is its place in the answer, None where the server did not say."""

    def __init__(self, kind: ItemKind, identifier: str, index: int | None) -> None:
        self.kind: ItemKind = kind
        self.id = identifier
        self.index = index
        self.call_id = ""
        self.name = ""
        self.announced = False
        self.done = False
        self.refused = False
        self.wire = WireItem()
        self.raw = b""
        """The whole item in the server's own bytes."""
        self._streamed: list[str] = []
        self._opening = ""  # arguments that came with the announcement
        self._whole = ""  # arguments or text as an event at the end repeats them
        self._arguments: str | None = None  # what `arguments` found, until something is added
        self._part: object = None
        self._part_start = 0

    @property
    def text(self) -> str:
        """The text of a message or a reasoning."""
        streamed = self._joined()
        return streamed if streamed.startswith(self._whole) else self._whole

    @property
    def arguments(self) -> str:
        """The arguments of a call: of what was repeated, streamed and announced the first that is a JSON object."""
        if self._arguments is None:
            self._arguments = self._told_arguments()
        return self._arguments

    def announce(self, item: WireItem) -> None:
        """It begins; also where it has begun already."""
        self.announced = True
        self.id = self.id or words(item.id)
        self.call_id = self.call_id or words(item.call_id)
        self.name = self.name or words(item.name)
        self._opening = self._opening or item.argument_text
        self._arguments = None

    def say(self, text: str, part: tuple[str, object]) -> str:
        """Some more of a part; returns what is new to show."""
        if not text:
            return ""
        self._arguments = None
        if part != self._part:
            self._part, self._part_start = part, len(self._streamed)
            self.refused = self.refused or part[0].endswith("refusal")
            if self.kind == "reasoning" and self._streamed:
                self._streamed.append(SUMMARY_BREAK)
                self._part_start += 1
                self._streamed.append(text)
                return SUMMARY_BREAK + text
        self._streamed.append(text)
        return text

    def end_part(self, text: str, part: tuple[str, object]) -> str:
        """A part as its end repeats it; returns what had not streamed."""
        if self.kind == "function_call":
            self.settle(text or self._whole)
            return ""
        said = "".join(self._streamed[self._part_start :]) if part == self._part else ""
        missing = text[len(said) :] if text.startswith(said) else ""
        known = self.done or (part != self._part and text in self._joined())
        return self.say(missing, part) if missing and not known else ""

    def close(self, item: WireItem, raw: bytes) -> str:
        """The whole item; returns what had not streamed. A second time, it changes only what was missing."""
        if not self.done or words(item.encrypted_content) or not words(self.wire.encrypted_content):
            self.wire, self.raw = item, raw
        self.done = True
        self.announce(item)
        self.refused = self.refused or item.refused
        if self.kind == "function_call":
            self.settle(item.argument_text or self._whole)
            return ""
        said, streamed = item.said, self._joined()
        if not said.startswith(streamed):
            self._whole = said
            return ""
        self._streamed = [said]
        return said[len(streamed) :]

    def settle(self, arguments: str) -> None:
        """These are the arguments, as an event at the end has them."""
        self._whole = arguments
        self._arguments = None

    def _told_arguments(self) -> str:
        streamed = self._joined()
        ways = (self._whole, streamed, self._opening + streamed, self._opening)
        objects = [way for way in ways if is_object(way)]
        telling = [way for way in objects if way.strip() not in NO_ARGUMENTS]
        return next(iter((*telling, *objects)), "") or self._whole or streamed or self._opening

    def _joined(self) -> str:
        return sound("".join(self._streamed))
