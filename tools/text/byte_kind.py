"""What the bytes of a file are: text in one of a few encodings without a byte order mark, or no text.

The rules are those of the table in `tools.text.encoding`. Used there, and by the process that searches
(`tools.search.search_child`), so that both read a file the same way. It imports nothing third-party: that process
starts bare.
"""

from __future__ import annotations

import codecs
import re
from typing import Final, Literal, TypeAlias

ByteKind: TypeAlias = Literal["binary", "utf-8", "broken utf-8", "windows-1252", "latin-1"]

SAMPLE_BYTES: Final = 8_192
"""Where NULs and control characters are looked for: the beginning tells."""

CONTROL_SHARE: Final = 0.1
"""More control characters than this part of the sample: not text."""

_CONTROLS: Final = bytes(code for code in range(32) if code not in b"\t\n\r\f\b\x1b") + b"\x7f"
_NOT_IN_LATIN_1: Final = bytes(range(0x80, 0xA0))
_NOT_IN_WINDOWS_1252: Final = b"\x81\x8d\x8f\x90\x9d"
_BROKEN: Final = re.compile("[\udc80-\udcff]")
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")


def byte_kind(data: bytes, *, whole: bool = True) -> ByteKind:
    """The kind of these bytes. `whole=False`: more bytes follow, a cut character is no error."""
    sample = data[:SAMPLE_BYTES]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if b"\0" in sample or controls > len(sample) * CONTROL_SHARE:
        return "binary"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data, whole)
    except UnicodeDecodeError:
        return _kind_of_broken(data)
    return "utf-8"


def _kind_of_broken(data: bytes) -> ByteKind:
    text = data.decode("utf-8", "surrogateescape")
    broken = len(_BROKEN.findall(text))
    if broken <= len(_NOT_ASCII.findall(text)) - broken:
        return "broken utf-8"
    return "windows-1252" if _has(data, _NOT_IN_LATIN_1) and not _has(data, _NOT_IN_WINDOWS_1252) else "latin-1"


def _has(data: bytes, some: bytes) -> bool:
    return len(data.translate(None, some)) < len(data)
