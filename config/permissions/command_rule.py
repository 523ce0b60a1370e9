"""Holds the pattern of a rule against commands: plainly for rules that allow, generously for those that deny or ask.

A rule that allows may leave options out: `run_command(git diff *) without --output` matches no `git diff` with
`--output`, with an abbreviation of it, or with a word that only the shell knows and that could be one. Pure. Used by
`config.permissions.command_subject`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from config.permissions.rule import matches
from config.shell.prefix import ANYTHING, places_behind
from config.shell.reader import HOLE
from config.shell.shell_command import words_of

if TYPE_CHECKING:
    from config.shell.reader import Word
    from config.shell.shell_command import Reading, ShellName


def matches_command(pattern: str, command: str) -> bool:
    """As `matches`, and a trailing ` *` matches the command alone too."""
    if pattern.endswith(" *") and matches(pattern[:-2], command):
        return True
    return matches(pattern, command)


def is_covered(pattern: str, without: tuple[str, ...], part: str, shell: ShellName) -> bool:
    """Whether a rule that allows covers one simple command."""
    if not matches_command(pattern, part):
        return False
    if not without:
        return True
    words = words_of(part, shell)
    return bool(words) and not any(_may_be_left_out(word, option) for word in words for option in without)


def might_match(pattern: str, reading: Reading) -> bool:
    """Whether a rule that denies or asks means this command.

    The words of the pattern are found whatever options stand between them, and its own options wherever they stand.
    A word that only the shell knows may be any word of the pattern's beginning.
    """
    if matches_command(pattern, reading.text) or matches_command(pattern, reading.source):
        return True
    prefix, rest = _beginning(pattern)
    places = places_behind(reading.words, prefix)
    if places == ANYTHING:
        return True
    return any(_rest_matches(rest, reading.words[place:]) for place in places)


@lru_cache(maxsize=512)
def _beginning(pattern: str) -> tuple[tuple[str, ...], str]:
    """The words of a pattern before the first `*`, and what comes from there on; a last `*` alone is left off."""
    words = pattern.split()
    if words[-1:] == ["*"]:
        prefix = tuple(words[:-1])
        return (prefix, "*") if not any("*" in word for word in prefix) else _split(words)
    return _split(words)


def _split(words: list[str]) -> tuple[tuple[str, ...], str]:
    first = next((at for at, word in enumerate(words) if "*" in word.replace("[*]", "")), len(words))
    return tuple(words[:first]), " ".join(words[first:])


def _rest_matches(rest: str, words: tuple[Word, ...]) -> bool:
    """Whether the words behind the beginning, from any of them that options may stand before, match the rest."""
    if rest == "*":
        return True
    if any(HOLE in word.shape for word in words):
        return True
    first = next((at for at, word in enumerate(words) if not word.start.startswith("-")), len(words))
    return any(matches(rest, " ".join(word.text for word in words[at:])) for at in {0, first})


def _may_be_left_out(word: Word, option: str) -> bool:
    """Whether the word may be the option that a rule leaves out."""
    if HOLE in word.shape or not (word.start or word.known):
        return True
    if not option.startswith("-"):
        return word.text == option or (not word.known and option.startswith(word.start))
    if not word.start.startswith("-"):
        return False
    if option.startswith("--") or len(option) > len("-x"):
        name, known = word.start.partition("=")[0].lstrip("-"), option.lstrip("-")
        return bool(name) and known.startswith(name)
    return not word.start.startswith("--") and (option[1] in word.start or not word.known)
