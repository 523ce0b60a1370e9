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
"""A command within a command within a command ... is followed so far."""


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


def suspects(line: str, depth: int = 0) -> frozenset[str]:
    """Every command that the line might run, guessed generously: what a deny rule is held against."""
    taken = take_apart(line)
    pieces = {line.strip(), *taken.parts}
    if taken.opaque:
        pieces.update(piece.strip() for piece in re.split(r"\$\(|[;&|\n()`{}<>]", line))
    found: set[str] = set()
    for piece in pieces:
        found.add(piece)
        found |= _unwrapped(piece, depth)
    return frozenset(one for one in found if one)


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


def _unwrapped(piece: str, depth: int) -> set[str]:
    """The command without assignments and wrappers in front of it, without its folder, and what its shell would run."""
    found: set[str] = set()
    readings = [words_of(piece)]
    while readings:
        words = _without_assignments(readings.pop())
        if not words:
            continue
        program = words[0].rpartition("/")[2]
        reading = " ".join((program, *words[1:]))
        if reading in found:
            continue
        found |= {reading, " ".join(words)}
        if program in SHELLS and depth < DEEPEST:
            for word in words[1:]:
                found |= suspects(word, depth + 1)
        if program in WRAPPERS:
            readings.extend(_behind_options(words[1:]))
    return found


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
