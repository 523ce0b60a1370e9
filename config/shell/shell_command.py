"""Takes a shell command apart, as far as a policy needs it: which simple commands would it run?

Pure, and suspicious by design. `take_apart` is for rules that allow: the commands of a line that is nothing but simple
commands joined by `;`, `&`, `&&`, `|`, `||` and newlines; any other line is `opaque`. `readings` is for rules that
deny or ask: every command that the line might run, behind wrappers, in substitutions, in scripts of shells within it.
What cannot be followed, or would take too long, is opaque there as well. Never runs anything.

`shell` says who would read the line: `bash`, or `sh`, of which it is not known which one it is. Then a line must mean
the same to bash and to a plain POSIX shell to be taken apart, and what either would run is suspected.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from config.shell.lines import LOOPS, RESERVED, ShellDialect, SimpleCommand, TakenLine, read_line
from config.shell.prefix import ANYTHING, places_behind
from config.shell.reader import HOLE, OpaqueError, Word
from config.shell.usage import Words, assignment, read_usage, runs, script_of
from config.shell.wrappers import (
    COMPUTING,
    EXECUTING_GIT_KEY,
    FINDERS,
    OPAQUE,
    PLAIN_WRAPPERS,
    RUN_BY_NAME,
    RUNS_ANYTHING,
    SHELL_WITHOUT_COMMAND,
    SHELLS,
    STARTS_A_SHELL,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ShellName: TypeAlias = Literal["bash", "sh"]

DEEPEST = 4
"""Scripts within scripts that are followed."""
MOST_WRAPPERS = 40
"""Wrappers within wrappers that are followed."""
MOST_WORK = 20_000
"""Words in all readings of a line."""
DIALECTS: Mapping[ShellName, tuple[ShellDialect, ...]] = {"bash": ("bash",), "sh": ("bash", "posix")}

COMPOUND = RESERVED | LOOPS | {"case", "[[", "time"}
"""Words that begin more than a simple command."""

_SELF_INPUT = re.compile(r"-|/dev/(?:stdin|fd/.*)|/proc/.*/fd/.*")
_SHELL_VALUES = ("-o", "+o", "-O", "+O", "--rcfile", "--init-file")
_GIT_KEY = re.compile(rf"(?:--config=|-c)?({EXECUTING_GIT_KEY})(?:=(.*)|\Z)", re.DOTALL | re.IGNORECASE)
_GIT_VARIABLE = re.compile(
    r"GIT_(?:EDITOR|SEQUENCE_EDITOR|PAGER|SSH|SSH_COMMAND|ASKPASS|EXTERNAL_DIFF|PROXY_COMMAND|CONFIG.*|EXEC_PATH)"
)
_LOADER = re.compile(r"ld(?:-linux.*|-musl.*|\.so.*|64\.so.*)")


class ShellCommand(Struct, frozen=True):
    """A command line taken apart. Spaces between words are single in `parts`, quotes are kept."""

    parts: tuple[str, ...]
    opaque: bool


class Reading(Struct, frozen=True):
    """One command that a line might run; `source` as it is written there."""

    words: Words
    source: str

    @property
    def text(self) -> str:
        """The words without quotes, joined."""
        return " ".join(word.text for word in self.words)


def take_apart(line: str, shell: ShellName = "sh") -> ShellCommand:
    """The simple commands of a line, and whether that is not the whole truth."""
    try:
        taken = [read_line(line, dialect) for dialect in DIALECTS[shell]]
    except OpaqueError:
        return ShellCommand((), opaque=True)
    parts = tuple(command.source for command in taken[0].commands)
    alike = all(tuple(command.source for command in other.commands) == parts for other in taken)
    return ShellCommand(parts, opaque=not alike or any(_is_strange(other) for other in taken))


def words_of(part: str, shell: ShellName = "sh") -> Words:
    """The words of one simple command; none where it is more than that."""
    try:
        taken = read_line(part, DIALECTS[shell][0])
    except OpaqueError:
        return ()
    return taken.commands[0].words if len(taken.commands) == 1 else ()


def readings(line: str, shell: ShellName = "sh") -> tuple[Reading, ...] | None:
    """Every command that the line might run, guessed generously: what a deny rule is held against.

    None: it is opaque, so it might run anything.
    """
    finder = _Finder()
    try:
        finder.script(line, DIALECTS[shell])
    except OpaqueError:
        return None
    return tuple(finder.found.values())


def suspects(line: str, shell: ShellName = "sh") -> frozenset[str] | None:
    """The texts of the readings, as one would write them in a rule, and the line itself."""
    found = readings(line, shell)
    return None if found is None else frozenset((line.strip(), *(reading.text for reading in found)))


def _is_strange(taken: TakenLine) -> bool:
    firsts = [command.words[0] for command in taken.commands]
    return taken.strange or any(not word.known or (word.bare and word.source in COMPOUND) for word in firsts)


class _Finder:
    """Follows a line through everything that runs something else."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, ...], Reading] = {}
        self._work = 0
        self._depth = 0
        self._wrappers = 0
        self._dialects: tuple[ShellDialect, ...] = ()

    def script(self, text: str, dialects: tuple[ShellDialect, ...] = ()) -> None:
        """Follow every command of a script.

        Raises:
            OpaqueError: one of them cannot be told.
        """
        if self._depth > DEEPEST:
            raise OpaqueError
        before = self._dialects
        self._dialects = dialects or before
        self._depth += 1
        for dialect in self._dialects:
            taken = read_line(text, dialect)
            for command in (*taken.commands, *taken.inner):
                self._simple(command)
        self._depth -= 1
        self._dialects = before

    def _simple(self, command: SimpleCommand) -> None:
        words = command.words
        first = _behind_reserved(words)
        for at in range(first):
            if words[at].source == "coproc":
                self._command(words[at + 2 :])
        words = words[first:]
        if words and words[0].bare and words[0].source in LOOPS:
            body = 2 if words[0].source == "function" else _body_of_loop(words)
            self._simple(SimpleCommand(words[body:]))
        self._command(words)

    def _command(self, words: Words) -> None:
        """Follow one command, whose first word is its program or an assignment."""
        words = words[_behind_reserved(words) :]
        begin = 0
        while begin < len(words) and (name := assignment(words[begin])) is not None:
            self._assigned(name, words[begin])
            begin += 1
        words = words[begin:]
        if not words:
            return
        if not words[0].known:
            raise OpaqueError
        program = words[0].text.rpartition("/")[2]
        key = tuple(f"{word.source}\n{word.shape}" for word in words)
        if key in self.found:
            return
        self._spend(len(words))
        source = " ".join(word.source for word in words)
        self.found[key] = Reading(words, source)
        if program != words[0].text:
            short = (_plain(program), *words[1:])
            self.found[(*key, "")] = Reading(short, " ".join(word.source for word in short))
        if program.startswith("git-"):
            self._command((_plain("git"), _plain(program.removeprefix("git-")), *words[1:]))
        if program != program.lower():
            self._command((_plain(program.lower()), *words[1:]))  # the same file on some disks
        self._wrappers += 1
        if self._wrappers > MOST_WRAPPERS:
            raise OpaqueError
        self._follow(_known_as(program), words)
        self._wrappers -= 1

    def _spend(self, words: int) -> None:
        self._work += words + 8
        if self._work > MOST_WORK:
            raise OpaqueError

    def _assigned(self, name: str, word: Word) -> None:
        value = word.text.partition("=")[2]
        if name in RUN_BY_NAME or _GIT_VARIABLE.fullmatch(name):
            self.script(script_of((word,)).partition("=")[2])
        elif "$(" in word.shape or "`" in word.shape:
            self._hidden(value)

    def _hidden(self, text: str) -> None:
        """Substitutions in a text that was quoted, and is expanded later."""
        self.script(': "' + text.replace('"', '\\"') + '"')

    def _follow(self, program: str, words: Words) -> None:
        """What the program runs, by what is known of it."""
        if program in OPAQUE:
            raise OpaqueError
        if program == "command" and any(word.text in ("-v", "-V", "-pv", "-pV") for word in words[1:2]):
            return
        if program in SHELLS:
            self._shell(program, words[1:])
        elif program in (".", "source"):
            _require_file(words[1:2])
            self._command(words[1:])  # it is looked for as programs are
        elif program in FINDERS:
            self._finder(words, FINDERS[program])
        elif program == "git":
            self._git(words)
        elif program in COMPUTING:
            for word in words[1:]:
                if "$(" in word.shape or "`" in word.shape:
                    self._hidden(word.text)
        self._wrapped(program, words)

    def _wrapped(self, program: str, words: Words) -> None:
        """What the tables say that the program runs."""
        shell = program in SHELL_WITHOUT_COMMAND or any(w.text in STARTS_A_SHELL.get(program, ()) for w in words[1:])
        for usage, rest in _usages(program, words):
            run = runs(read_usage(usage), rest)
            scripted = any(word.start.startswith(("-c", "-u", "--c", "--session-c")) for word in rest)
            if shell and (not scripted if program in ("su", "runuser") else not run.commands):
                raise OpaqueError
            for command in run.commands:
                self._command(command)
            for script in run.scripts:
                self.script(script)

    def _shell(self, program: str, words: Words) -> None:
        """A shell within the line: its script if it is known, else nothing can be told."""
        scripted, at = False, 0
        while at < len(words) and words[at].start[:1] in ("-", "+"):
            text = words[at].text
            if not words[at].known or text in ("-", "-s"):
                raise OpaqueError
            if text in ("--version", "--help"):
                return
            at += 1
            if text == "--":
                break
            short = not text.startswith("--")
            scripted = scripted or (short and "c" in text)
            at += 1 if text in _SHELL_VALUES or (short and text[-1] in "oO") else 0
        if at >= len(words) or not words[at].known or (not scripted and _SELF_INPUT.fullmatch(words[at].text)):
            raise OpaqueError
        if scripted:
            self.script(words[at].text, DIALECTS["bash" if program in ("bash", "rbash") else "sh"])

    def _finder(self, words: Words, options: tuple[str, ...]) -> None:
        for at, word in enumerate(words):
            if word.text not in options:
                if HOLE in word.shape and word.start.startswith("-"):
                    raise OpaqueError
                continue
            command = words[at + 1 :]
            end = next((i for i, each in enumerate(command) if each.text in (";", "+")), len(command))
            self._command(tuple(Word(w.text, HOLE, w.source) if "{" in w.text else w for w in command[:end]))

    def _git(self, words: Words) -> None:
        """What git is told to run by its configuration, and transports that are commands."""
        configured = any(word.text == "config" for word in words)
        for at, word in enumerate(words):
            if word.start.startswith(("ext::", "--config-env", "--exec-path=")):
                raise OpaqueError
            previous = words[at - 1].text if at else ""
            if previous == "-c" and not word.known and "=" not in word.start and _is_before_subcommand(words, at):
                raise OpaqueError
            if not (found := _GIT_KEY.match(word.text)):
                continue
            if found[2] is not None:
                self.script(script_of((word,)).partition("=")[2].lstrip("!"))
            elif configured and at + 1 < len(words):
                self.script(script_of(words[at + 1 : at + 2]).lstrip("!"))


def _behind_reserved(words: Words) -> int:
    """Where the reserved words at the beginning end."""
    return next((at for at, w in enumerate(words) if not (w.bare and w.source in RESERVED)), len(words))


def _require_file(operands: Words) -> None:
    """Refuse a script that is none of a file's."""
    if not operands or not operands[0].known or _SELF_INPUT.fullmatch(operands[0].text):
        raise OpaqueError


def _plain(text: str) -> Word:
    return Word(text, text, text)


def _body_of_loop(words: Words) -> int:
    """Behind the `do` of a loop without a `;` in front of it."""
    return next((at for at, word in enumerate(words) if word.bare and word.source in ("do", "{")), len(words))


def _is_before_subcommand(words: Words, at: int) -> bool:
    return all(word.start.startswith("-") or words[i].text in ("-c", "-C") for i, word in enumerate(words[1:at]))


def _known_as(program: str) -> str:
    """The name under which a program is in the tables."""
    name = program.lower()
    if _LOADER.fullmatch(name):
        return "ld.so"
    if name in PLAIN_WRAPPERS or name in SHELLS:
        return name
    if name[:1] == "g" and name[1:] in PLAIN_WRAPPERS:
        return name[1:]  # GNU's, where the system has its own
    return re.sub(r"[-\d.]+\Z", "", name) or name


def _usages(program: str, words: Words) -> Iterator[tuple[str, Words]]:
    """Every usage in the tables that fits the command, with the words behind it."""
    if (usage := PLAIN_WRAPPERS.get(program)) is not None:
        yield usage, words[1:]
    named = (_plain(program), *words[1:])
    for key, usage in _subcommands().get(program, ()):
        places = places_behind(named, (program, *key))
        if places == ANYTHING:
            raise OpaqueError
        for place in places:
            yield usage, words[place:]


@cache
def _subcommands() -> Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """Of each program the subcommands with a usage."""
    found: dict[str, tuple[tuple[tuple[str, ...], str], ...]] = {}
    for key, usage in (*PLAIN_WRAPPERS.items(), *((key, "ANYWHERE") for key in RUNS_ANYTHING)):
        program, *rest = key.split()
        if rest or key in RUNS_ANYTHING:
            found[program] = (*found.get(program, ()), (tuple(rest), usage))
    return found
