"""Finds the words of a rule, or of a subcommand, at the beginning of a command, whatever options stand between them.

Pure. `git push` begins `git -C . push --force`; `rm -rf` begins `rm -r x -f`. Where an option may have a value, both
ways of reading it count. Used by `config.shell.shell_command` and `config.permissions.command_rule`.
"""

from __future__ import annotations

import fnmatch
import re
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from config.shell.reader import HOLE, SLOT, Word
from config.shell.usage import WrapperUsage, kind_of, read_usage
from config.shell.wrappers import FAMILY_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

WordPlaces: TypeAlias = frozenset[int]

ANYTHING: WordPlaces = frozenset((-1,))
"""The command has words there that only the shell knows, and they may be the ones that are looked for."""
NOWHERE: WordPlaces = frozenset()


def places_behind(words: Sequence[Word], prefix: Sequence[str]) -> WordPlaces:
    """Where the words of the prefix, each a pattern, may end in the command, of which the first word is the program."""
    if not prefix or not words or not same_word(prefix[0], words[0].text):
        return NOWHERE
    places: WordPlaces = frozenset((1,))
    for wanted in prefix[1:]:
        places = _behind_one(words, wanted, places)
        if places in (ANYTHING, NOWHERE):
            break
    return places


def same_word(pattern: str, text: str) -> bool:
    """Whether the pattern of a rule matches the text."""
    return pattern == text or _compiled(pattern).match(text) is not None


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(fnmatch.translate(pattern))


def _behind_one(words: Sequence[Word], wanted: str, places: WordPlaces) -> WordPlaces:
    if wanted.startswith("-") and wanted != "--":
        return _behind_option(words, wanted, places)
    reached, unknown = _behind_options(words, places)
    found: set[int] = set()
    for place in reached:
        if place >= len(words):
            continue
        word = words[place]
        if _might_be(wanted, word):
            if HOLE in word.shape:
                return ANYTHING
            found.add(place + 1)
    return ANYTHING if unknown else frozenset(found)


def _might_be(wanted: str, word: Word) -> bool:
    if word.known:
        return same_word(wanted, word.text)
    literal = re.match(r"[^*?\[]*", wanted)
    sure = literal[0] if literal else ""
    return sure.startswith(word.start) or (sure != wanted and word.start.startswith(sure))


def _behind_options(words: Sequence[Word], places: WordPlaces) -> tuple[WordPlaces, bool]:
    """Every place that is reached over options, and whether words there may hold more than can be seen."""
    usage = read_usage(FAMILY_OPTIONS.get(words[0].text.rpartition("/")[2], ""))
    reached, open_places, unknown = set(places), list(places), False
    while open_places:
        place = open_places.pop()
        if place >= len(words) or words[place].start[:1] not in ("-", "+"):
            continue
        if HOLE in words[place].shape:
            unknown = True
        following = {place + 1} if _has_no_value(usage, words[place]) else {place + 1, place + 2}
        if _has_value(usage, words[place]):
            following = {place + 2}
        if max(following) == place + 2 and any(HOLE in word.shape for word in words[place + 1 : place + 2]):
            unknown = True
        open_places.extend(following - reached)
        reached |= following
    return frozenset(reached), unknown


def _has_no_value(usage: WrapperUsage, word: Word) -> bool:
    return kind_of(usage, word.start) in ("", "?") or (word.start.startswith("--") and "=" in word.start)


def _has_value(usage: WrapperUsage, word: Word) -> bool:
    return kind_of(usage, word.text) == ":" and "=" not in word.text


def _behind_option(words: Sequence[Word], wanted: str, places: WordPlaces) -> WordPlaces:
    """An option counts wherever it stands; of short ones each letter does, however they are grouped."""
    if any(HOLE in word.shape or word.shape.startswith(SLOT) for word in words[1:]):
        return ANYTHING
    options = [word.text for word in words[1:] if word.text.startswith("-")]
    if wanted.startswith("--"):
        name = wanted.partition("=")[0]
        there = any(same_word(wanted, text) or text.partition("=")[0] == wanted for text in options)
        there = there or any(SLOT in word.shape and name.startswith(word.start) for word in words[1:] if word.start)
    else:
        letters = {letter for text in options if not text.startswith("--") for letter in text[1:]}
        there = set(wanted[1:]) <= letters or any(same_word(wanted, text) for text in options)
    # The other words stay where they are: behind the program's own, and behind this option if it stands here.
    return frozenset((*places, *_behind_options(words, places)[0])) if there else NOWHERE
