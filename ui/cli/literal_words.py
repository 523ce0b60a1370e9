"""Words of a command line that are text and nothing else, however they begin.

`-p` takes the word behind it as it is: a script may hand it a title that begins with a dash, and no title may turn an
option on. So does `--append-system-prompt`. Behind `--` everything is text. Used by `ui.cli.command_line`, before the
parser, which would take each word that begins with a dash for an option. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    Options = Mapping[str, argparse.Action]

END = "--"
PRINT = ("-p", "--print")
TEXT = (*PRINT, "--append-system-prompt")
TAKES_WORDS = "run"
"""The command whose own words are text."""


class Sorted(Struct, frozen=True):
    """The words for the parser, each text joined to its option; and the words behind `--`, None without one.

    `looks_like`: the text behind `-p`, if it is an option's name.
    """

    words: tuple[str, ...]
    text: tuple[str, ...] | None = None
    looks_like: str = ""


def sort_words(argv: Sequence[str], options: Options, commands: Mapping[str, Options]) -> Sorted:
    """What of the line is text; `commands` are the options of each command."""
    words: list[str] = []
    looks_like = ""
    at = 0
    while at < len(argv):
        word, rest = argv[at], argv[at + 1 :]
        if word == END:
            return Sorted(tuple(words), tuple(rest), looks_like)
        if word in commands:
            if word != TAKES_WORDS:
                return Sorted((*words, *argv[at:]), None, looks_like)
            options = commands[word]
        flag = _text_flag(word, options)
        if flag and _is_text(rest, options, flag):
            words += (*_others(word), f"{flag}={rest[0]}")
            looks_like = rest[0] if flag in PRINT and rest[0] in options else looks_like
            at += 2
        elif _takes_value(options.get(word)) and rest:
            words += (word, rest[0])
            at += 2
        else:
            words.append(word)
            at += 1
    return Sorted(tuple(words), None, looks_like)


def _text_flag(word: str, options: Options) -> str:
    """The option in this word that takes a text; empty without one. `-yp` is `-y` and `-p`."""
    if word in TEXT and word in options:
        return "--print" if word in PRINT else word
    return "--print" if word.startswith("-") and len(_others(word)) == len(word) - 2 > 0 and "-p" in options else ""


def _others(word: str) -> tuple[str, ...]:
    """The single letters in front of the `p` of a word such as `-yp`; none if it is no such word."""
    letters = word[1:-1] if word.endswith("p") and not word.startswith("--") else ""
    return tuple(f"-{letter}" for letter in letters) if set(letters) <= {"y", "c"} else ()


def _is_text(rest: Sequence[str], options: Options, flag: str) -> bool:
    """Whether the next word is the text.

    It is unless options end there, or it is an option with its value behind it: as a text it would leave that value
    over, which no command line may.
    """
    if not rest or rest[0] == END:
        return False
    if flag != "--print" or not _takes_value(options.get(rest[0])):
        return True
    return len(rest) == 1 or rest[1].startswith("-")


def _takes_value(action: argparse.Action | None) -> bool:
    return action is not None and action.nargs is None
