"""Takes a shell line apart into its simple commands, wherever in the line they stand.

What bounds a command is followed: operators, redirections, here-documents, substitutions, `case`, `[[ … ]]`, `((…))`.
What a compound command does with its commands is not: each of them may run. Used by `config.shell.shell_command`.
"""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from msgspec import Struct

from config.shell.reader import OpaqueError, Reader, Word
from config.shell.words import read_arithmetic, read_quoted_text, read_word

ShellDialect: TypeAlias = Literal["bash", "posix"]

LONGEST = 131_072
"""Characters of a line; Linux starts no program with a longer argument."""
RESERVED = frozenset(
    ("!", "{", "}", "if", "then", "elif", "else", "fi", "while", "until", "do", "done", "esac", "coproc")
)
"""Words before and behind which another command begins."""
LOOPS = frozenset(("for", "select", "function"))
"""Words that are followed by a name, not by a command."""

_OPENING = RESERVED | {"time", "-p"}
_BLANK = re.compile(r"(?:[ \t]|\\\n)+")
_COMMENT = re.compile(r"#[^\n]*")
_OPERATOR = re.compile(r";;&|;;|;&|&&|\|\||\|&|[;&|\n]")
_REDIRECTION = re.compile(r"(\d{0,6})(<<<|<<-|<<|<&|<>|>>|>&|>\||<(?!\()|>(?!\())")
_POSIX_REDIRECTION = re.compile(_REDIRECTION.pattern.replace(r"\d{0,6}", r"\d?", 1))
"""To some shells a number of two digits is a word."""
_BOTH = re.compile(r"&>>?")
_NAMED_DESCRIPTOR = re.compile(r"\{[A-Za-z_]\w*\}(?=[<>])")
_NUMBER = re.compile(r"\d+-?|-")


class SimpleCommand(Struct, frozen=True):
    """The words of one command, without its redirections."""

    words: tuple[Word, ...]

    @property
    def source(self) -> str:
        """As written, with single blanks."""
        return " ".join(word.source for word in self.words)


class TakenLine(Struct, frozen=True):
    """`commands` stand in the line itself, `inner` in substitutions of it; `strange`: there is more to it than that."""

    commands: tuple[SimpleCommand, ...]
    inner: tuple[SimpleCommand, ...]
    strange: bool


def read_line(text: str, dialect: ShellDialect) -> TakenLine:
    """The commands of a line as this shell would read them.

    Raises:
        OpaqueError: it cannot be followed.
    """
    if len(text) > LONGEST:
        raise OpaqueError
    inner: list[SimpleCommand] = []

    def nested(reader: Reader, closing: str) -> None:
        script = _Script(reader, closing)
        script.read()
        inner.extend(script.commands)

    reader = Reader(text, nested, bash=dialect == "bash")
    script = _Script(reader, "")
    script.read()
    return TakenLine(tuple(script.commands), tuple(inner), reader.strange)


class _Script:
    """The commands from here to the closing character, or to the end."""

    def __init__(self, reader: Reader, closing: str) -> None:
        self.commands: list[SimpleCommand] = []
        self._reader = reader
        self._closing = closing
        self._words: list[Word] = []
        self._opening = True
        """Whether only reserved words were read of the command."""
        self._redirected = False
        self._parens = 0
        self._cases = 0
        self._continued: bool | None = None
        """Whether a line of the text ends with a backslash; None: not looked at."""
        self._documents: list[tuple[str, bool, bool]] = []
        """Of each here-document that is still to come: its end, whether tabs are stripped, whether it is expanded."""

    def read(self) -> None:
        """Read them all."""
        reader = self._reader
        while True:
            reader.take(_BLANK)
            if reader.at >= len(reader.text):
                if self._closing:
                    raise OpaqueError
                self._end_command()
                return
            if reader.starts(")") and self._closing == ")" and not self._parens and not self._cases:
                self._end_command()
                if self._documents:
                    raise OpaqueError
                reader.at += 1
                return
            reader.spend()
            self._step()

    def _step(self) -> None:
        reader = self._reader
        if self._redirection():
            return
        if operator := reader.take(_OPERATOR):
            self._end_command()
            if operator[0] == "\n":
                self._read_documents()
            if self._cases and operator[0] in (";;", ";&", ";;&"):
                self._case_pattern()
        elif reader.starts("(", ")"):
            self._parenthesis()
        elif reader.starts("#"):
            reader.strange = True
            reader.take(_COMMENT)
        else:
            self._word()

    def _word(self) -> None:
        word = read_word(self._reader)
        if not word.source and word.bare:
            if self._reader.at < len(self._reader.text) and self._reader.text[self._reader.at] in "<>":
                raise OpaqueError
            return
        first = self._reserved_place()
        self._words.append(word)
        self._opening = self._opening and word.bare and word.source in _OPENING
        if not first or not word.bare:
            return
        if word.source == "[[" and self._reader.bash:
            self._test()
        elif word.source == "case":
            self._case()
        elif word.source == "esac" and self._cases:
            self._cases -= 1

    def _reserved_place(self) -> bool:
        """Whether a reserved word would be one here."""
        return self._opening and not self._redirected

    def _end_command(self) -> None:
        if self._words:
            self.commands.append(SimpleCommand(tuple(self._words)))
            self._words = []
        self._opening = True
        self._redirected = False

    def _parenthesis(self) -> None:
        reader = self._reader
        reader.strange = True
        loop = len(self._words) == 1 and self._words[0].source == "for"
        if reader.starts("((") and reader.bash and (loop or self._reserved_place()):
            reader.at += 2
            if read_arithmetic(reader):
                self._end_command()
                return
            reader.at -= 2
        self._parens += 1 if reader.starts("(") else -1
        self._parens = max(self._parens, 0)
        reader.at += 1
        self._end_command()

    # ── Redirections ──────────────────────────────────────────────────────────────────────────────────────────────

    def _redirection(self) -> bool:
        """Read one, if it begins here."""
        reader = self._reader
        named = reader.take(_NAMED_DESCRIPTOR) if reader.bash else None
        both = reader.take(_BOTH) if reader.bash else None
        found = both or reader.take(_REDIRECTION if reader.bash else _POSIX_REDIRECTION)
        if found is None:
            if named:
                reader.at -= len(named[0])
            return False
        operator = "&>" if both else found[2]
        reader.take(_BLANK)
        begun = reader.at
        target = read_word(reader)
        if reader.at == begun:
            raise OpaqueError
        self._redirected = True
        if operator in ("<<", "<<-"):
            reader.strange = True
            self._documents.append((target.text, operator == "<<-", target.bare))
        elif not _is_quiet(operator, target):
            reader.strange = True
        return True

    def _read_documents(self) -> None:
        """Skip the here-documents that begin behind this newline; what is expanded in them is read."""
        reader = self._reader
        if self._documents and self._continued is None:
            self._continued = "\\\n" in reader.text
        for end, strip, expanded in self._documents:
            body = self._joined_document(end, strip) if expanded and self._continued else self._document(end, strip)
            if expanded:
                read_quoted_text(reader, body)
        self._documents = []

    def _document(self, end: str, strip: bool) -> str:  # noqa: FBT001 - as it is kept
        """Go behind the line that ends the document; what stands before it."""
        reader, begun = self._reader, self._reader.at
        tabs = "\t*" if strip else ""
        found = re.compile(f"^{tabs}{re.escape(end)}$", re.MULTILINE).search(reader.text, begun)
        reader.at = min(found.end() + 1, len(reader.text)) if found else len(reader.text)
        return reader.text[begun : found.start() if found else None]

    def _joined_document(self, end: str, strip: bool) -> str:  # noqa: FBT001 - as it is kept
        """As `_document`, where lines that end with a backslash go on in the next."""
        body: list[str] = []
        while self._reader.at < len(self._reader.text):
            self._reader.spend()
            line = _document_line(self._reader)
            if (line.lstrip("\t") if strip else line) == end:
                break
            body.append(line)
        return "\n".join(body)

    # ── What looks like commands and is none ──────────────────────────────────────────────────────────────────────

    def _test(self) -> None:
        """From behind `[[` to behind `]]`."""
        reader = self._reader
        reader.strange = True
        while True:
            reader.take(_BLANK)
            reader.spend()
            if reader.at >= len(reader.text) or reader.starts(";"):
                raise OpaqueError
            if reader.text[reader.at] in "\n()<>&|":
                reader.at += 1
                continue
            word = read_word(reader)
            self._words.append(word)
            if word.source == "]]":
                return

    def _case(self) -> None:
        """From behind `case` to the commands of its first branch."""
        reader = self._reader
        reader.strange = True
        self._blanks()
        self._words.append(read_word(reader))
        self._blanks()
        if read_word(reader).source != "in":
            raise OpaqueError
        self._cases += 1
        self._end_command()
        self._case_pattern()

    def _case_pattern(self) -> None:
        """From the pattern of a branch to its commands, or behind the `esac` that stands in its place."""
        reader = self._reader
        self._blanks()
        first = True
        while not reader.starts(")"):
            if reader.at >= len(reader.text):
                raise OpaqueError
            if reader.starts("(", "|"):
                reader.at += 1
            elif (word := read_word(reader)).source == "esac" and first:
                self._words.append(word)
                self._cases -= 1
                return
            elif not word.source:
                raise OpaqueError
            first = False
            self._blanks()
        reader.at += 1

    def _blanks(self) -> None:
        reader = self._reader
        while True:
            reader.spend()
            if reader.take(_BLANK) or reader.take(_COMMENT):
                continue
            if not reader.starts("\n"):
                return
            reader.at += 1
            self._read_documents()


def _is_quiet(operator: str, target: Word) -> bool:
    """Whether the redirection changes no file."""
    if operator in (">&", "<&"):
        return _NUMBER.fullmatch(target.source) is not None
    return target.source == "/dev/null" and operator in ("<", ">", ">>", ">|", "&>")


def _document_line(reader: Reader) -> str:
    """The next line; one that ends with a backslash goes on in the next."""
    pieces: list[str] = []
    while True:
        end = reader.text.find("\n", reader.at)
        end = len(reader.text) if end < 0 else end
        piece = reader.text[reader.at : end]
        reader.at = min(end + 1, len(reader.text))
        goes_on = (len(piece) - len(piece.rstrip("\\"))) % 2 == 1
        if not goes_on or end == len(reader.text):
            return "".join((*pieces, piece))
        reader.spend()
        pieces.append(piece[:-1])
