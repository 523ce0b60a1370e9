r"""Reads the words of a shell line: what the shell would make of quotes, escapes and expansions, as far as text tells.

Used by `config.shell.lines`, which calls it for each word and is called back for each script inside of a word, as in
`$(…)`. What only the shell can know stands in a word's `shape` as a mark: `HOLE`, which may become any number of words,
or `SLOT`, which stays within its word. Raises `OpaqueError` where the text cannot be followed. Never runs anything.
"""

from __future__ import annotations

import re

from config.shell.reader import HOLE, SLOT, OpaqueError, Reader, Word

_PLAIN = re.compile(r"""[^\s;&|<>()'"\\$`*?\[{\x00-\x1f]+""")
_IN_DOUBLE = re.compile(r"""[^"\\$`]+""")
_NAME = re.compile(r"[A-Za-z_]\w*|[0-9@*#?$!-]")
_BACKTICKED = re.compile(r"((?:[^`\\]|\\.)*)`", re.DOTALL)
_ANSI = re.compile(r"((?:[^'\\]|\\.)*)'", re.DOTALL)
_ANSI_ESCAPE = re.compile(
    r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})|c(.)|(.))", re.DOTALL
)
_ANSI_LETTERS = {
    "a": "\a",
    "b": "\b",
    "e": "\x1b",
    "E": "\x1b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}
_ENDS = frozenset(" \t\n;&|<>()")
_LAST_CHARACTER = 0x10FFFF


class _Parts:
    """The word that is being read."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.shape: list[str] = []
        self.source: list[str] = []
        self.bare = True

    def literal(self, text: str, source: str) -> None:
        self.text.append(text)
        self.shape.append(text)
        self.source.append(source)

    def unknown(self, mark: str, source: str) -> None:
        self.text.append(source)
        self.shape.append(mark)
        self.source.append(source)


def read_word(reader: Reader) -> Word:
    """The word that begins here; empty where none does.

    Raises:
        OpaqueError: it cannot be followed.
    """
    parts = _Parts()
    while reader.at < len(reader.text):
        reader.spend()
        if found := reader.take(_PLAIN):
            parts.literal(found[0], found[0])
        elif not _read_piece(reader, parts):
            break
    source = "".join(parts.source)
    if source in ("[", "[[", "{", "{}"):
        return Word(source, source, source)
    return Word("".join(parts.text), "".join(parts.shape), source, parts.bare)


def read_quoted_text(reader: Reader, text: str) -> Word:
    """A text as it is between double quotes: what is expanded in it, as in a here-document."""
    parts = _Parts()

    def read() -> None:
        while reader.at < len(reader.text):
            _read_in_double(reader, parts, quote="")

    reader.within(text, read)
    return Word("".join(parts.text), "".join(parts.shape), text, bare=False)


def read_arithmetic(reader: Reader) -> bool:
    """Go from behind `((` to behind `))`, if that is what closes it; else stay."""
    before = reader.at
    parts = _Parts()
    closed = False

    def read() -> None:
        nonlocal closed
        closed = _arithmetic_end(reader, parts)

    reader.deeper(read)
    if not closed:
        reader.at = before
    return closed


def _arithmetic_end(reader: Reader, parts: _Parts) -> bool:
    parens = 0
    while reader.at < len(reader.text):
        reader.spend()
        character = reader.text[reader.at]
        if character == ")" and not parens:
            closed = reader.starts("))")
            reader.at += 2
            return closed
        if character in "$`\\":
            _read_in_double(reader, parts, quote="")
            continue
        if character == "'":
            raise OpaqueError
        parens += {"(": 1, ")": -1}.get(character, 0)
        reader.at += 1
    raise OpaqueError


def _read_piece(reader: Reader, parts: _Parts) -> bool:  # noqa: C901, PLR0912 - one branch for each character
    """Read what is no plain text; False at the end of the word."""
    character = reader.text[reader.at]
    if character in "<>" and reader.starts("<(", ">("):
        begun = reader.at
        reader.at += 2
        _script_until(reader, ")")
        parts.unknown(SLOT, reader.text[begun : reader.at])
        return True
    if character == "(" and parts.source and parts.source[-1].endswith("=") and reader.bash:
        reader.deeper(lambda: _array(reader, parts))
        return True
    if character in _ENDS:
        return False
    if character == "'":
        end = reader.text.find("'", reader.at + 1)
        if end < 0:
            raise OpaqueError
        parts.bare = False
        parts.literal(reader.text[reader.at + 1 : end], reader.text[reader.at : end + 1])
        reader.at = end + 1
    elif character == '"':
        _double(reader, parts)
    elif character == "\\":
        _escape(reader, parts)
    elif character in "$`":
        _expansion(reader, parts, quoted=False)
    elif character in "*?[":
        parts.unknown(SLOT if parts.shape else HOLE, character)
        reader.at += 1
    elif character == "{":
        brace = reader.bash and reader.text[reader.at + 1 : reader.at + 2] not in ("", "}", *_ENDS)
        if brace:
            parts.unknown(SLOT if parts.shape else HOLE, character)
        else:
            parts.literal(character, character)
        reader.at += 1
    else:
        reader.strange = True  # a control character: the shell takes it for text, an eye may not see it
        parts.literal(character, character)
        reader.at += 1
    return True


def _escape(reader: Reader, parts: _Parts) -> None:
    escaped = reader.text[reader.at + 1 : reader.at + 2]
    if not escaped:
        raise OpaqueError
    if escaped != "\n":
        parts.bare = False
        parts.literal(escaped, f"\\{escaped}")
    reader.at += 2


def _double(reader: Reader, parts: _Parts) -> None:
    parts.bare = False
    parts.source.append('"')
    reader.at += 1
    while not reader.starts('"'):
        if reader.at >= len(reader.text):
            raise OpaqueError
        _read_in_double(reader, parts, quote='"')
    parts.source.append('"')
    reader.at += 1


def _read_in_double(reader: Reader, parts: _Parts, *, quote: str) -> None:
    """One piece of what stands between double quotes, or in a here-document, where `quote` is empty."""
    reader.spend()
    if found := reader.take(_IN_DOUBLE):
        parts.literal(found[0], found[0])
    elif reader.starts("\\"):
        following = reader.text[reader.at + 1 : reader.at + 2]
        if following != "\n":
            special = following and following in f"$`\\{quote}"
            parts.literal(following if special else f"\\{following}", f"\\{following}")
        reader.at += 2
    elif reader.starts('"'):
        parts.literal('"', '"')
        reader.at += 1
    else:
        _expansion(reader, parts, quoted=True)


def _expansion(reader: Reader, parts: _Parts, *, quoted: bool) -> None:
    """What begins with `$` or a backtick."""
    begun = reader.at
    mark = SLOT if quoted else HOLE
    if reader.starts("`"):
        _backticks(reader, quoted=quoted)
    elif reader.starts("$(("):
        reader.strange = True
        reader.at += 3
        if not read_arithmetic(reader):
            reader.at -= 1
            _script_until(reader, ")")
    elif reader.starts("$("):
        reader.at += 2
        _script_until(reader, ")")
    elif reader.starts("${"):
        reader.strange = True
        reader.at += 2
        reader.deeper(lambda: _braced(reader, quoted=quoted))
        mark = HOLE
    elif reader.starts("$'") and reader.bash and not quoted:
        _ansi(reader, parts)
        return
    elif reader.starts('$"', "$[") and not quoted:
        _unusual(reader)
        parts.literal("", "$")
        return
    else:
        reader.at += 1
        name = reader.take(_NAME)
        if name is None:
            parts.literal("$", "$")
            return
        mark = HOLE if name[0] in "@*" else mark
    parts.unknown(mark, reader.text[begun : reader.at])


def _unusual(reader: Reader) -> None:
    """`$"…"` is read as quoted text in bash; `$[…]`, an old form of arithmetic, is not followed."""
    reader.strange = True
    if reader.starts("$["):
        raise OpaqueError
    reader.at += 1


def _backticks(reader: Reader, *, quoted: bool) -> None:
    reader.strange = True
    reader.at += 1
    found = reader.take(_BACKTICKED)
    if found is None:
        raise OpaqueError
    inner = re.sub(r"\\([`$\\\"])" if quoted else r"\\([`$\\])", r"\1", found[1])
    reader.within(inner, lambda: reader.script(reader, ""))


def _script_until(reader: Reader, closing: str) -> None:
    reader.strange = True
    reader.deeper(lambda: reader.script(reader, closing))


def _braced(reader: Reader, *, quoted: bool) -> None:
    """From behind `${` to behind its `}`."""
    if reader.starts(" ", "\t", "\n", "|", "("):
        raise OpaqueError  # bash 5.3 runs commands there
    parts = _Parts()
    while not reader.starts("}"):
        reader.spend()
        if reader.at >= len(reader.text) or (quoted and reader.starts("'")):
            raise OpaqueError
        character = reader.text[reader.at]
        if character == '"':
            _double(reader, parts)
        elif character == "'":
            end = reader.text.find("'", reader.at + 1)
            reader.at = end + 1 if end >= 0 else len(reader.text)
        elif character in "$`\\":
            _read_in_double(reader, parts, quote='"')
        elif reader.starts("<(", ">("):
            reader.at += 2
            _script_until(reader, ")")
        else:
            reader.at += 1
    reader.at += 1


def _ansi(reader: Reader, parts: _Parts) -> None:
    begun = reader.at
    reader.strange = True
    reader.at += 2
    found = reader.take(_ANSI)
    if found is None:
        raise OpaqueError
    parts.bare = False
    text = _ANSI_ESCAPE.sub(_ansi_character, found[1]).partition("\0")[0]
    if SLOT in text:
        raise OpaqueError
    parts.literal(text, reader.text[begun : reader.at])


def _ansi_character(found: re.Match[str]) -> str:
    code = found[1] or found[2] or found[3]
    if code:
        return chr(min(int(code, 16), _LAST_CHARACTER))
    if found[4]:
        return chr(int(found[4], 8) & 0xFF)
    if found[5]:
        return chr(ord(found[5]) & 0x1F)
    return _ANSI_LETTERS.get(found[6], found[6] if found[6] in "\\'\"?" else found[0])


def _array(reader: Reader, parts: _Parts) -> None:
    """The words of `name=(…)`."""
    reader.strange = True
    begun = reader.at
    reader.at += 1
    while not reader.starts(")"):
        reader.spend()
        if reader.at >= len(reader.text):
            raise OpaqueError
        if reader.text[reader.at] in " \t\n":
            reader.at += 1
        elif not read_word(reader).source:
            raise OpaqueError
    reader.at += 1
    parts.unknown(HOLE, reader.text[begun : reader.at])
