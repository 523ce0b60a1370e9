r"""Names of files as text: how they are shown, which of them look alike, and what tells two of them apart.

A name on the disk is any bytes but NUL and slash. Shown, it is one line of printable text: bytes that are not UTF-8
become `\xe9`, a newline `\n`. What was shown leads back to the file, and so does a name that a reader cannot tell from
the real one. Used by the workspace and, in its own process, by the searching tools; nothing here looks at the disk.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

_UNSHOWN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SHORT: Final = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
_QUOTES: Final = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02b9\u02bb\u02bc\u02b9\u00b4\u0060\uff07", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02", '"'),
    }
)
_LOOSER: Final = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00ad_", "-"))
_INVISIBLE: Final = ("Cf", "Cc", "Zs", "Mn")


def shown(name: str) -> str:
    """The name, or a path, as one line of text that UTF-8 can carry."""
    if name.isascii() and name.isprintable():
        return name
    return _UNSHOWN.sub(_escape, os.fsencode(name).decode("utf-8", "backslashreplace"))


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    code = ord(character)
    return _SHORT.get(character) or (f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}")  # noqa: PLR2004 - a byte


def folded(name: str) -> str:
    """The same text for names that look the same: compatibility forms (NFKC) joined, quotes straight."""
    if name.isascii():
        return name.replace("`", "'")
    # Quotes first: NFKC takes some of them apart into a blank and an accent.
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFC", name).translate(_QUOTES)).translate(_QUOTES)


def same_letters(one: str, other: str) -> bool:
    """Whether the two differ at most in how Unicode composes their letters."""
    return unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)


def meant(asked: str, names: Iterable[str]) -> tuple[str, ...]:
    """The names that may be what was asked for, where none is exactly that; the surest kind only.

    First those that are shown so, then those with the same letters, then those that look the same.
    """
    every = [name for name in names if not (name.isascii() and asked.isascii()) or "`" in name + asked or "\\" in asked]
    for alike in (_shown_so, same_letters, _looks_so):
        if found := tuple(name for name in every if alike(asked, name)):
            return found
    return ()


def _shown_so(asked: str, name: str) -> bool:
    """Also as other programs show a name that is not UTF-8: with U+FFFD, with octal numbers, or as Latin-1."""
    if shown(name) == asked:
        return True
    data = os.fsencode(name)
    if data.isascii() or not _is_broken(name):
        return False
    octal = "".join(chr(byte) if byte < 0x80 else f"\\{byte:03o}" for byte in data)  # noqa: PLR2004 - ASCII
    return asked in {data.decode("utf-8", "replace"), octal, data.decode("latin-1"), data.decode("cp1252", "replace")}


def _looks_so(asked: str, name: str) -> bool:
    return folded(asked) == folded(name)


def near(asked: str, names: Iterable[str]) -> tuple[str, ...]:
    """The names that differ in what is easily overlooked: capitals, dashes, blanks, marks without a width."""
    wanted = _loosely(asked)
    return tuple(name for name in names if _loosely(name) == wanted)


def _loosely(name: str) -> str:
    text = unicodedata.normalize("NFKD", folded(name).translate(_LOOSER)).casefold()
    return "".join(character for character in text if unicodedata.category(character) not in _INVISIBLE)


def difference(asked: str, name: str) -> str:
    """What tells the name on the disk from the one that was asked for, in words."""
    if asked == name:
        return "they are the same"
    if _is_broken(name):
        return "it is not UTF-8"
    if same_letters(asked, name):
        return "it has the same letters, which Unicode composes in another way"
    if asked.casefold() == name.casefold():
        return "capital and small letters differ"
    place = next(
        (at for at, (one, other) in enumerate(zip(asked, name, strict=False)) if one != other),
        min(len(asked), len(name)),
    )
    return f"it has {_called(name[place : place + 1])} where {_called(asked[place : place + 1])} was asked for"


def _called(character: str) -> str:
    if not character:
        return "its end"
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()


def _is_broken(name: str) -> bool:
    return any("\udc80" <= character <= "\udcff" for character in name)
