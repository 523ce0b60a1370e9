"""Halves of surrogate pairs: servers cut JSON text between the two escapes of one character.

Used by dialects for text that streams. Text that was decoded as valid JSON holds none, so only a failed decoding leads
here. Pure.
"""

from __future__ import annotations

FIRST_HALVES = ("\ud800", "\udbff")
"""The lowest and the highest character that is the first half of a pair."""


def joined(held: str, text: str) -> tuple[str, str]:
    """The text behind a half that was held back: what can be shown of it, and the half to hold back in turn.

    A half that has lost its other half becomes a mark.
    """
    if not held and is_whole(text):
        return text, ""
    text, held = held + text, ""
    if text and FIRST_HALVES[0] <= text[-1] <= FIRST_HALVES[1]:
        text, held = text[:-1], text[-1]
    return without_halves(text), held


def is_whole(text: str) -> bool:
    """Whether there is no half in the text."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def without_halves(text: str) -> str:
    """The text with its halves joined where both are there, and a mark in place of a lone one."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
