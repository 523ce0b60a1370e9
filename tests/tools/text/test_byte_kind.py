"""What bytes are, told from the bytes alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools.text.byte_kind import SAMPLE_BYTES, ByteKind, byte_kind

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "utf-8"),
        ("grün ☎".encode(), "utf-8"),
        (b"a\0b", "binary"),
        (b"\x01\x02\x03abc", "binary"),
        (b"a" * SAMPLE_BYTES + b"\0", "utf-8"),
        ("é☎é☎".encode() + b"\xff", "broken utf-8"),
        (b"gr\xfcn", "latin-1"),
        (b"\x93gr\xfcn\x94", "windows-1252"),
        (b"\x93gr\xfcn\x81", "latin-1"),
    ],
)
def test_the_kind_of_bytes(data: bytes, kind: ByteKind) -> None:
    assert byte_kind(data) == kind


def test_a_cut_character_is_none_where_more_follows() -> None:
    data = "a☎".encode()[:-1]
    assert (byte_kind(data, whole=False), byte_kind(data)) == ("utf-8", "windows-1252")


@pytest.mark.parametrize(
    "module", ["text.byte_kind", "files.file_name", "search.found_lines", "search.search_scope", "search.search_child"]
)
def test_what_the_searching_process_imports_starts_bare(module: str) -> None:
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import tools.{module}"
    subprocess.run([sys.executable, "-I", "-S", "-c", code], timeout=60, check=True)
