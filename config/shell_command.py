"""Takes a shell command apart, as far as a policy needs it: which simple commands would it run?

Pure, and suspicious by design. `parts` are the simple commands of a line that is nothing but simple commands joined
by `;`, `&`, `&&`, `|`, `||` and newlines. As soon as the line does anything else (substitution, grouping, redirection
to a file, a comment, unbalanced quotes) it is `opaque`: nobody may call it harmless by its parts. Never runs anything.
"""

from __future__ import annotations

import re
import shlex
from functools import cache

from msgspec import Struct

WRAPPERS = frozenset(
    (
        *("!", "{", "builtin", "command", "do", "doas", "elif", "else", "env", "eval", "exec", "if", "ionice", "nice"),
        *("nohup", "setsid", "stdbuf", "sudo", "then", "time", "timeout", "until", "while", "xargs"),
    ),
)
"""Words after which another command begins."""
SHELLS = frozenset(("sh", "bash", "dash", "zsh", "ksh", "ash", "eval"))
DEEPEST = 4
"""Shells within shells are followed so far."""
MOST_WRAPPERS = 32
"""Wrappers in front of one command, and readings of their options, that are followed."""


class ShellCommand(Struct, frozen=True):
    """A command line taken apart. Spaces between words are single in `parts`, quotes are kept."""

    parts: tuple[str, ...]
    opaque: bool


def take_apart(line: str) -> ShellCommand:
    """The simple commands of a line, and whether that is the whole truth."""
    parts: list[str] = []
    words: list[str] = []
    opaque = False
    for token in _tokens().finditer(line):
        kind = token.lastgroup
        if kind == "join":
            parts.append("".join(words))
            words.clear()
        elif kind == "space":
            words.append(" ")
        elif kind == "text":
            words.append(token[0])
        elif kind == "strange":
            opaque = True
            words.append(token[0])
    parts.append("".join(words))
    whole = tuple(part.strip() for part in parts)
    return ShellCommand(tuple(part for part in whole if part), opaque)


def suspects(line: str) -> frozenset[str] | None:
    """Every command that the line might run, guessed generously: what a deny rule is held against.

    None: it is too tangled to be read, so it might run anything.
    """
    try:
        return frozenset(one for one in _suspects(line, 0) if one)
    except _TangledError:
        return None


def words_of(part: str) -> tuple[str, ...]:
    """The words of a simple command without their quotes; split at spaces where the quotes do not match."""
    try:
        return tuple(shlex.split(part))
    except ValueError:
        return tuple(part.split())


@cache
def _tokens() -> re.Pattern[str]:
    return re.compile(
        r"""
          (?P<quiet>  \\\n | (?:\d*|&)>>?[ \t]*/dev/null(?=[\s;&|]|\Z) | \d*>&\d(?=[\s;&|]|\Z) )   # changes nothing
        | (?P<join>   \n | ;;? | \|\|? | &&? )
        | (?P<space>  [ \t]+ )
        | (?P<text>   '[^'\x00]*'
                    | "(?:[^"\\$`\x00]|\\[^\x00]|\$(?![({\[]))*"
                    | \\[^\n\x00]
                    | (?<=[^\s;&|])\#
                    | \$(?![({\['"])
                    | [^\s;&|<>(){}`'"\\$\#\x00-\x1f]+
          )
        | (?P<strange> [\s\S] )
        """,
        re.VERBOSE,
    )


class _TangledError(Exception):
    """A command hides behind more wrappers or shells than anybody needs."""


def _suspects(line: str, depth: int) -> set[str]:
    if depth > DEEPEST:
        raise _TangledError
    taken = take_apart(line)
    pieces = {line.strip(), *taken.parts}
    if taken.opaque:
        pieces.update(piece.strip() for piece in re.split(r"\$\(|[;&|\n()`{}<>]", line))
    found = set(pieces)
    for piece in pieces:
        found |= _unwrapped(piece, depth)
    return found


def _unwrapped(piece: str, depth: int) -> set[str]:
    """The command without assignments and wrappers in front of it, without its folder, and what its shell would run."""
    found: set[str] = set()
    readings = [words_of(piece)]
    wrappers = 0
    while readings:
        words = _without_assignments(readings.pop())
        if not words:
            continue
        program = words[0].rpartition("/")[2]
        reading = " ".join((program, *words[1:]))
        if reading in found:
            continue
        found |= {reading, " ".join(words)}
        if program in SHELLS:
            for word in filter(_is_script, words[1:]):
                found |= _suspects(word, depth + 1)
        if program in WRAPPERS:
            wrappers += 1
            readings.extend(_behind_options(words[1:]))
        if wrappers > MOST_WRAPPERS or len(readings) > MOST_WRAPPERS:
            raise _TangledError
    return found


def _is_script(word: str) -> bool:
    """Whether a shell's argument may be a command of its own; single words are read as part of the whole anyway."""
    return not word.startswith("-")


def _without_assignments(words: tuple[str, ...]) -> tuple[str, ...]:
    first = next((i for i, word in enumerate(words) if not re.match(r"[A-Za-z_]\w*=", word)), len(words))
    return words[first:]


def _behind_options(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """What follows a wrapper's options. An option's value cannot be told from a command: both readings are kept."""
    readings: list[tuple[str, ...]] = []
    while words and (words[0].startswith("-") or words[0][:1].isdigit()):
        if words[0].startswith("-"):
            readings.append(words[2:])
        words = words[1:]
    return [*readings, words]
