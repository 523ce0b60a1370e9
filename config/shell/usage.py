"""Reads the usages of `config.shell.wrappers`, and finds in a wrapper's words the commands and scripts that it runs.

Pure. Used by `config.shell.shell_command`. An option that a usage does not list is taken for everything it could be.
"""

from __future__ import annotations

import re
import shlex
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from config.shell.reader import HOLE, OpaqueError, Word

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Words: TypeAlias = tuple[Word, ...]

MOST_BEGINNINGS = 48
"""Words behind a wrapper that are tried as the beginning of its command."""
UNKNOWN = Word("$…", HOLE, "$…")
"""Words that a program adds by itself."""

_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=")
_KEYED = re.compile(r"\w[\w.-]*=")
_SCRIPT_MARKS = re.compile(r"[\s;&|`$(<>]")


class WrapperUsage(Struct, frozen=True):
    """A usage, read. `options` have the mark of their kind, see `config.shell.wrappers`; `rest` is its last word."""

    options: Mapping[str, str]
    before: int
    assigning: bool
    rest: str


class Runs(Struct, frozen=True):
    """What a wrapper runs."""

    commands: tuple[Words, ...] = ()
    scripts: tuple[str, ...] = ()


@lru_cache(maxsize=256)
def read_usage(text: str) -> WrapperUsage:
    """The usage of one line."""
    options: dict[str, str] = {}
    before, assigning, rest = 0, False, ""
    for word in text.split():
        if word.startswith("-") and word not in ("-", "--"):
            kind = word[-1] if word[-1] in ":?!+/" else ""
            options[word.removesuffix(kind) if kind else word] = kind
        elif word.isdigit():
            before = int(word)
        elif word == "ASSIGN":
            assigning = True
        elif word.isupper():
            rest = word
    return WrapperUsage(options, before, assigning, rest)


def assignment(word: Word) -> str | None:
    """The name that the shell would give a value here, or None."""
    found = _ASSIGNMENT.match(word.source)
    return re.split(r"[\[+=]", found[0])[0] if found else None


def kind_of(usage: WrapperUsage, option: str) -> str | None:
    """The kind of a long option, also an abbreviated one, or of a short one; None where it is not listed."""
    name = option.partition("=")[0]
    if name in usage.options:
        return usage.options[name]
    if name.startswith("--") and len(name) > len("--x"):
        near = {usage.options[known] for known in usage.options if known.startswith(name)}
        return near.pop() if len(near) == 1 else None
    return None


def runs(usage: WrapperUsage, words: Words) -> Runs:
    """What is run by a wrapper with these words behind its name.

    Raises:
        OpaqueError: a script of it is not known.
    """
    if usage.rest == "ANYWHERE":
        return _anywhere(words)
    found = _Found(usage, words)
    found.read()
    return Runs(tuple(found.commands), tuple(found.scripts))


def script_of(words: Sequence[Word]) -> str:
    """The words joined to a script.

    Raises:
        OpaqueError: one of them is not known.
    """
    if not all(word.known for word in words):
        raise OpaqueError
    return " ".join(word.text for word in words)


class _Found:
    """Walks the words of a wrapper."""

    def __init__(self, usage: WrapperUsage, words: Words) -> None:
        self.commands: list[Words] = []
        self.scripts: list[str] = []
        self._usage = usage
        self._words = words
        self._at = 0

    def read(self) -> None:
        usage, before = self._usage, self._usage.before
        while self._at < len(self._words):
            word = self._words[self._at]
            if HOLE in word.shape and usage.rest != "NONE":
                self._anything(self._at)
                return
            if word.start in ("-", "--") and word.known:
                self._at += 1
            elif word.start.startswith("-"):
                if not self._option(word):
                    self._anything(self._at)
                    return
            elif (usage.assigning and "=" in word.text) or usage.rest == "NONE":
                self._at += 1
            elif before:
                before -= 1
                self._at += 1
            else:
                self._rest(self._words[self._at :])
                return

    def _option(self, word: Word) -> bool:
        """Go behind an option and its value; False where the usage does not know it."""
        text, attached, short = word.text, "=" in word.text, False
        kind = kind_of(self._usage, word.start if word.start.startswith("--") else text.partition("=")[0])
        value = text.partition("=")[2]
        if kind is None and not text.startswith("--"):
            kind, value = self._cluster(text[1:])
            attached, short = bool(value), True
        self._at += 1
        if kind is None:
            return self._usage.rest == "NONE"
        if kind in (":", "!", "+"):
            given: Words = (Word(value, value if word.known else word.shape, value),)
            if not attached:
                given = self._words[self._at : self._at + 1]
                self._at += 1
            if kind != ":":
                self._script(given, goes_on=kind == "+")
        elif kind == "/":
            self.commands.append(
                (Word(value, value, value), *self._words[self._at :]) if value else self._words[self._at :]
            )
            self._at = len(self._words)
        elif not word.known and not short and kind == "":
            return False
        return True

    def _cluster(self, letters: str) -> tuple[str | None, str]:
        """The kind and the attached value of the last option in a cluster of short ones."""
        for at, letter in enumerate(letters):
            kind = self._usage.options.get(f"-{letter}")
            if kind is None:
                return None, ""
            if kind:
                return kind, letters[at + 1 :].removeprefix("=")
        return "", ""

    def _script(self, words: Words, *, goes_on: bool) -> None:
        script = script_of(words)
        if goes_on:
            if "\\" in script:
                raise OpaqueError  # its escapes are its own
            script = " ".join((script, *(shlex.quote(word.text) for word in self._words[self._at :])))
        self.scripts.append(script.lstrip(":!"))
        if keyed := _KEYED.match(script):
            self.scripts.append(script[keyed.end() :].lstrip(":!"))

    def _rest(self, words: Words) -> None:
        rest: Mapping[str, Callable[[], None]] = {
            "SCRIPT": lambda: self.scripts.append(script_of(words)),
            "SCRIPTS": lambda: self.scripts.append(script_of(words[:1])),
            "ASSIGNED": lambda: self.scripts.extend(script_of((word,)).partition("=")[2] for word in words),
            "MORE": lambda: self.commands.append((*self._with_holes(words), UNKNOWN)),
        }
        if words[0].start.startswith("-"):
            self._anything(self._at)
        rest.get(self._usage.rest, lambda: self.commands.append(words))()
        if self._usage.rest == "COMMAND" and words[0].start.startswith("-c"):
            self.scripts.extend(word.text for word in words[1:2])

    def _with_holes(self, words: Words) -> Words:
        """The words with what xargs would put into them marked."""
        own = [word.text for word in self._words[: self._at]]
        marks = {"{}", "%"} | {own[at + 1] for at, word in enumerate(own[:-1]) if word in ("-I", "-J", "--replace")}
        marks |= {word[2:] for word in own if word[:2] in ("-I", "-i", "-J") and len(word) > len("-I")}
        marks |= {word.partition("=")[2] for word in own if word.startswith("--replace=")}
        marks.discard("")
        return tuple(
            Word(word.text, HOLE, word.source) if any(mark in word.text for mark in marks) else word for word in words
        )

    def _anything(self, begin: int) -> None:
        found = _anywhere(self._words[begin:])
        self.commands.extend(found.commands)
        self.scripts.extend(found.scripts)
        if self._usage.rest in ("SCRIPT", "SCRIPTS", "ASSIGNED", "MORE"):
            raise OpaqueError


def _anywhere(words: Words) -> Runs:
    """Every word may begin a command, and every word that could be a script is one."""
    if len(words) > MOST_BEGINNINGS:
        raise OpaqueError
    commands = tuple(words[at:] for at, word in enumerate(words) if not word.start.startswith("-"))
    scripts = [word for word in words if _SCRIPT_MARKS.search(word.text)]
    attached = [word.text.partition("=")[2] for word in words if _KEYED.match(word.text.lstrip("-"))]
    return Runs(commands, (*(script_of((word,)) for word in scripts), *filter(None, attached)))
