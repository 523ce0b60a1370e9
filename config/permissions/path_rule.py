"""Matches the pattern of a deny or ask rule against the names of a file. Pure; used by `config.permissions.policy`.

Generous: `.env`, `./.env` and `**/.env` all mean the file of this name in every folder, and a folder means what is in
it. Paths may be relative to the workspace, absolute, or begin with `~/`.
"""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from config.permissions.rule import matches

if TYPE_CHECKING:
    from collections.abc import Iterable


def tidy_path(path: str) -> str:
    """The path without `.` and `..` and doubled slashes."""
    return posixpath.normpath(path) if path else path


def names_path(pattern: str, names: Iterable[str], root: str = "", home: str = "") -> bool:
    """Whether the pattern means a file with one of these names."""
    every: set[str] = set()
    for name in names:
        tidy = tidy_path(name)
        absolute = posixpath.join(root, tidy) if root else tidy
        every |= {name, tidy, absolute}
        if root and absolute.startswith(f"{root}/"):
            every.add(absolute[len(root) + 1 :])
    return any(matches(each, name) for each in spellings(pattern, home) for name in every if name)


@lru_cache(maxsize=256)
def spellings(pattern: str, home: str = "") -> tuple[str, ...]:
    """The patterns that together mean what the pattern means."""
    whole = pattern
    if pattern.startswith("~/") and home:
        whole = home + pattern[1:]
    while whole.startswith(("./", "**/")):
        whole = whole.partition("/")[2]
    shorter = {whole, whole.replace("/**/", "/"), whole.replace("**", "*"), whole.rstrip("/")} - {""}
    relative = {f"*/{each}" for each in shorter if not each.startswith("/")}
    every = {pattern, *shorter, *relative}
    return tuple(sorted({*every, *(f"{each}/*" for each in every if not each.endswith("*"))}))


def path_regexes(patterns: Iterable[str], root: str = "", home: str = "") -> tuple[str, ...]:
    """Regular expressions that match the whole name of a file which one of the patterns means, for `re.fullmatch`.

    Names are relative to the root where they are inside, else absolute.
    """
    found: dict[str, None] = {}
    for pattern in patterns:
        for each in spellings(pattern, home):
            found[_regex(each)] = None
            if root and each.startswith(f"{root}/"):
                found[_regex(each[len(root) + 1 :])] = None
    return tuple(found)


def _regex(pattern: str) -> str:
    """`*` and `?` match any character, as in `fnmatch`."""
    pieces = re.split(r"(\*+|\?|\[!?\]?[^\]]*\])", pattern)
    return "".join(_piece(piece) for piece in pieces)


def _piece(piece: str) -> str:
    if piece.startswith("*"):
        return "(?s:.)*"
    if piece == "?":
        return "(?s:.)"
    if piece.startswith("[") and piece.endswith("]") and len(piece) > len("[]"):
        inside = piece[1:-1]
        negated = inside.startswith("!")
        inside = inside[1:] if negated else inside
        return f"[{'^' if negated else ''}{re.sub(r'([^A-Za-z0-9 -])', _escaped_in_set, inside)}]"
    return re.sub(r"([\\.+*?()|\[\]{}^$#&~-])", r"\\\1", piece)


def _escaped_in_set(found: re.Match[str]) -> str:
    return f"\\{found[0]}" if found[0].isascii() else found[0]
