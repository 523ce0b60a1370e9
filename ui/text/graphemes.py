"""What a person takes for one character: a letter with its accents, a flag, a family of emoji, a syllable.

Used by `ui.chat.keys`, so that neither Backspace nor the cursor ever halves one, and by `ui.text.rows`, so that no row
ends within one. Pure. Known are what follows a
character without a place of its own (marks of every script, variation selectors, skin tones, tags), pictures that are
joined, pairs of regional letters, and the parts of a Korean syllable.
"""

from __future__ import annotations

import unicodedata

LOOKED_AT = 64
"""Characters before and after the cursor; longer clusters are taken in pieces."""
JOINER = "\u200d"
MARKS = ("Mn", "Me", "Mc")


def last_length(text: str) -> int:
    """Code points of the last character of the text; 0 where there is none."""
    lengths = _lengths(text[-LOOKED_AT:])
    return lengths[-1] if lengths else 0


def first_length(text: str) -> int:
    """Code points of the first character of the text; 0 where there is none."""
    if text[:2].isascii():
        return min(len(text), 1)
    lengths = _lengths(text[:LOOKED_AT])
    return lengths[0] if lengths else 0


def whole(text: str, end: int) -> int:
    """The last border between two characters at or before `end`; 0 where a single one reaches beyond it."""
    start = border = max(end - LOOKED_AT, 0)
    if text[start : end + 1].isascii():
        return min(end, len(text))
    for length in _lengths(text[start : end + LOOKED_AT]):
        if border + length > end:
            break
        border += length
    return border


def _lengths(text: str) -> list[int]:
    lengths: list[int] = []
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not _belongs(text, start, at):
            lengths.append(at - start)
            start = at
    return lengths


def _belongs(text: str, start: int, at: int) -> bool:
    """The character there is a part of the cluster that begins at `start`."""
    before, this = text[at - 1], text[at]
    if before == "\n" or this == "\n" or (before + this).isascii():
        return False
    if this == JOINER or _extends(this):
        return True
    if before == JOINER:
        return at - 1 > start
    if _is_regional(before) and _is_regional(this):
        return (at - start) % 2 == 1
    return _hangul(before) in _HANGUL_BEFORE.get(_hangul(this), ())


def _extends(character: str) -> bool:
    return unicodedata.category(character) in MARKS or "\U0001f3fb" <= character <= "\U0001f3ff" or _is_tag(character)


def _is_tag(character: str) -> bool:
    return "\U000e0020" <= character <= "\U000e007f"


def _is_regional(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _hangul(character: str) -> str:
    """Which part of a Korean syllable it is: leading, vowel, trailing, whole without or with a trailing part."""
    if "\u1100" <= character <= "\u115f":
        return "leading"
    if "\u1160" <= character <= "\u11a7":
        return "vowel"
    if "\u11a8" <= character <= "\u11ff":
        return "trailing"
    if "\uac00" <= character <= "\ud7a3":
        return "open" if (ord(character) - 0xAC00) % 28 == 0 else "closed"
    return ""


_HANGUL_BEFORE = {
    "leading": ("leading",),
    "vowel": ("leading", "vowel", "open"),
    "trailing": ("vowel", "trailing", "open", "closed"),
    "open": ("leading",),
    "closed": ("leading",),
}
"""What may stand before each part within a syllable."""
