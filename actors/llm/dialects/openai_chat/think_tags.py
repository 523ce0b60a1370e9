"""Reasoning that a server leaves in the content of an answer, between tags at its very start.

Used by `AnswerDraft`. Servers of open models do so where no parser for reasoning is switched on. Only what stands
before everything else is taken; a tag further on is text. Tags may be cut anywhere. Linear in the text.
"""

from __future__ import annotations

from typing import NamedTuple

PAIRS = {
    "<think>": "</think>",
    "<thinking>": "</thinking>",
    "<thought>": "</thought>",
    "[THINK]": "[/THINK]",
    "◁think▷": "◁/think▷",
}
LONGEST_BLANK = 256
"""Characters of white space before a tag that are waited for."""


class TagSplit(NamedTuple):
    """What some content turns out to be; either may be empty."""

    reasoning: str
    text: str


NOTHING_SAID = TagSplit("", "")


class ThinkTags:
    """Feed it content, take reasoning and text."""

    def __init__(self) -> None:
        self._close: str | None = None
        """The end that is awaited."""
        self._opening = True
        self._trim = False
        """White space that comes next belongs to a tag."""
        self._held = ""
        self.plain = False
        """Whatever comes is text, as it is."""

    def feed(self, text: str) -> TagSplit:
        """Some more content."""
        if self.plain:
            return TagSplit("", text)
        text, self._held = self._held + text, ""
        if self._opening:
            found = self._open(text)
        elif self._close is not None:
            found = self._inside(text, self._close)
        else:
            found = TagSplit("", self._trimmed(text))
        self.plain = not self._opening and self._close is None and not self._trim
        return found

    def finish(self) -> TagSplit:
        """There is no more: what was held back."""
        held, self._held = self._held, ""
        thinking, self._opening, self._close, self._trim = self._close is not None, False, None, False
        self.plain = True
        return TagSplit(held, "") if thinking else TagSplit("", held)

    def _open(self, text: str) -> TagSplit:
        start = text.lstrip()
        for tag, end in PAIRS.items():
            if start.startswith(tag):
                self._opening, self._close, self._trim = False, end, True
                return self._inside(start[len(tag) :], end)
            if tag.startswith(start) and len(text) - len(start) <= LONGEST_BLANK:
                self._held = text
                return NOTHING_SAID
        self._opening = False
        return TagSplit("", text)

    def _inside(self, text: str, end: str) -> TagSplit:
        text = self._trimmed(text)
        thought, found, rest = text.partition(end)
        if found:
            self._close, self._trim = None, True
            return TagSplit(thought.rstrip(), self._trimmed(rest))
        kept = _begun(text, end)
        # what may belong to the tag, with the line ends before it, waits for what follows
        keep = len(text[: len(text) - kept].rstrip("\r\n"))
        self._held = text[keep:]
        return TagSplit(text[:keep], "")

    def _trimmed(self, text: str) -> str:
        if not self._trim:
            return text
        text = text.lstrip()
        self._trim = not text
        return text


def _begun(text: str, end: str) -> int:
    """Length of the beginning of `end` with which the text ends."""
    longest = min(len(end) - 1, len(text))
    return next((length for length in range(longest, 0, -1) if text.endswith(end[:length])), 0)
