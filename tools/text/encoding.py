"""How the bytes of a file are text: its encoding, its byte order mark, its line ends.

Used by the file tools. Decoding and encoding are inverse to each other byte for byte, so that an edit keeps
everything it does not mean to change. It never opens a file.

| bytes                                   | form                                                  |
|-----------------------------------------|-------------------------------------------------------|
| begin with a byte order mark            | UTF-8, UTF-16 or UTF-32, the mark kept                |
| a NUL, or many other control characters | binary: not text at all                               |
| valid UTF-8                             | UTF-8                                                 |
| mostly valid UTF-8 beyond ASCII         | UTF-8 with broken bytes, shown as U+FFFD, kept as are |
| else with bytes from 0x80 to 0x9F, all  |                                                       |
| of which Windows-1252 has               | Windows-1252, whose quotes and dashes they are        |
| anything else                           | Latin-1, where every byte is a character              |
"""

from __future__ import annotations

import codecs
import re
from typing import Literal, TypeAlias

from msgspec import Struct

from tools.text.byte_kind import ByteKind, byte_kind
from tools.tool import ToolError

LineEnd: TypeAlias = Literal["\n", "\r\n"]

_NAMES = {"cp1252": "Windows-1252", "latin-1": "Latin-1"}
_SURROGATE = re.compile("[\ud800-\udfff]")
_BROKEN = re.compile("[\udc80-\udcff]")


class TextForm(Struct, frozen=True):
    """An encoding as found in a file. `note` is for people and models; empty for plain UTF-8."""

    codec: str
    errors: Literal["strict", "surrogateescape", "surrogatepass"] = "strict"
    mark: bytes = b""
    note: str = ""


UTF_8 = TextForm("utf-8")
BROKEN_UTF_8 = TextForm("utf-8", "surrogateescape", b"", "UTF-8 with broken bytes, shown as \ufffd")
WINDOWS_1252 = TextForm("cp1252", "strict", b"", "not UTF-8: read as Windows-1252")
LATIN_1 = TextForm("latin-1", "strict", b"", "not UTF-8: read as Latin-1")

_MARKED = (
    TextForm("utf-8", "surrogateescape", codecs.BOM_UTF8, "UTF-8 with a byte order mark"),
    TextForm("utf-32-le", "surrogatepass", codecs.BOM_UTF32_LE, "UTF-32 with a byte order mark"),
    TextForm("utf-32-be", "surrogatepass", codecs.BOM_UTF32_BE, "UTF-32 with a byte order mark"),
    TextForm("utf-16-le", "surrogatepass", codecs.BOM_UTF16_LE, "UTF-16 with a byte order mark"),
    TextForm("utf-16-be", "surrogatepass", codecs.BOM_UTF16_BE, "UTF-16 with a byte order mark"),
)
_FORMS: dict[ByteKind, TextForm | None] = {
    "binary": None,
    "utf-8": UTF_8,
    "broken utf-8": BROKEN_UTF_8,
    "windows-1252": WINDOWS_1252,
    "latin-1": LATIN_1,
}


def detect(data: bytes, *, whole: bool = True) -> TextForm | None:
    """The form of these bytes, None for binary. `whole=False`: more bytes follow, a cut character is no error."""
    for form in _MARKED:
        if data.startswith(form.mark):
            return form
    return _FORMS[byte_kind(data, whole=whole)]


def called(form: TextForm) -> str:
    """The encoding's name as people write it."""
    return _NAMES.get(form.codec, form.codec.upper())


def decode(data: bytes, form: TextForm) -> str:
    """The text without its mark. `encode` gives exactly these bytes back.

    Raises:
        ToolError: the bytes are not what their byte order mark says.
    """
    try:
        return data[len(form.mark) :].decode(form.codec, form.errors)
    except UnicodeDecodeError as error:
        raise ToolError(
            f"The byte order mark says {form.codec.upper()}, but byte {error.start + len(form.mark)} is not: "
            "the file is damaged or binary; look at it with run_command"
        ) from error


def encode(text: str, form: TextForm) -> bytes:
    """The bytes of a text in this form, its mark in front.

    Raises:
        ToolError: a character does not exist in the encoding.
    """
    try:
        return form.mark + text.encode(form.codec, form.errors)
    except UnicodeEncodeError as error:
        require_characters(text if form.errors == "strict" else _BROKEN.sub("", text))
        raise ToolError(
            f"The file is {called(form)}, where {text[error.start]!r} does not exist: leave it out, "
            "or convert the file to UTF-8 first (run_command with iconv)"
        ) from error


def require_characters(text: str) -> None:
    """Refuse half a character: UTF-16 writes some characters in two halves, and one half alone is none.

    Raises:
        ToolError: there is a lone surrogate in the text.
    """
    if found := _SURROGATE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise ToolError(
            f"Line {line} of the text holds a lone surrogate, U+{ord(found[0]):04X}, which is half of a character: "
            "write the whole character, or leave it out"
        )


def line_end(text: str) -> LineEnd:
    """The line end that most lines of the text have."""
    windows = text.count("\r\n")
    return "\r\n" if windows * 2 > text.count("\n") else "\n"


def with_line_ends(text: str, end: LineEnd) -> str:
    """The text with all its line ends as asked; a lone carriage return is not a line end."""
    unix = text.replace("\r\n", "\n")
    return unix if end == "\n" else unix.replace("\n", "\r\n")
