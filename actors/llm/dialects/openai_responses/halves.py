"""Joins halves of surrogate pairs that a server cut between two events; used for every text that streams.

Text that was decoded as valid JSON holds none: only then is anything looked at.
"""

from __future__ import annotations

HIGH = ("\ud800", "\udbff")
"""The first and the last character that is the first half of a pair."""


class HalfPairs:
    """One stream of text. What `whole` holds back comes with its other half, or as a mark with `rest`."""

    __slots__ = ("_half",)

    def __init__(self) -> None:
        self._half = ""

    def whole(self, text: str) -> str:
        """The text with its halves joined to what came before; a lone one becomes a mark."""
        if not self._half and (text.isascii() or not _has_half(text)):
            return text
        text, self._half = self._half + text, ""
        if text and HIGH[0] <= text[-1] <= HIGH[1]:
            text, self._half = text[:-1], text[-1]
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def rest(self) -> str:
        """A mark for a half whose other half never came."""
        rest, self._half = self._half, ""
        return "\ufffd" if rest else ""


def _has_half(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
