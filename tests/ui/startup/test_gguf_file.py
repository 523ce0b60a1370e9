"""GGUF files before they are loaded."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ConfigError
from tests.ui.startup.gguf_files import NAME, SCORES, WHOLE, WORDS, head, pair, written
from ui.startup.gguf_file import GgufHead, free_memory, read_head


def test_the_window_is_found_behind_texts_and_arrays(tmp_path: Path) -> None:
    assert read_head(written(tmp_path)) == GgufHead(4096)
    assert read_head(written(tmp_path, head(NAME, WORDS, SCORES))) == GgufHead(0)
    assert read_head(written(tmp_path, head(pair(b"x.context_length", 10, struct.pack("<Q", 9))))) == GgufHead(9)


@pytest.mark.parametrize("data", [b"", b"GG", b"PK\x03\x04 no model", b"\x7fELF", b"version https://git-lfs\n"])
def test_what_is_no_gguf_file_is_said(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ConfigError, match="is no GGUF file"):
        read_head(written(tmp_path, data))


def test_a_path_that_leads_to_no_file_is_said(tmp_path: Path) -> None:
    for path in (tmp_path / "none.gguf", tmp_path, tmp_path / "a\0b"):
        with pytest.raises(ConfigError):
            read_head(path)


@pytest.mark.parametrize(
    "data",
    [
        b"GGUF",
        b"GGUF" + b"\xff" * 20,
        head(NAME, version=1),
        head(pair(b"a", 99, b"")),
        head(pair(b"a", 8, struct.pack("<Q", 2**63))),
        head(pair(b"a", 9, struct.pack("<IQ", 9, 1))),
        head(pair(b"a", 9, struct.pack("<IQ", 4, 2**60))),
    ],
)
def test_a_damaged_head_is_said_and_never_followed(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ConfigError, match="damaged or cut off"):
        read_head(written(tmp_path, data))


@given(st.integers(4, len(WHOLE) - 1))
def test_a_file_that_was_cut_anywhere_is_said(tmp_path_factory: pytest.TempPathFactory, length: int) -> None:
    with pytest.raises(ConfigError):
        read_head(written(tmp_path_factory.mktemp("cut"), WHOLE[:length]))


def test_a_model_that_does_not_fit_is_refused_before_it_is_loaded(tmp_path: Path) -> None:
    path = written(tmp_path)
    free = free_memory()
    assert free is not None
    with path.open("r+b") as file:
        file.truncate(free * 2)  # a hole: it takes no room on the disk
    with pytest.raises(ConfigError, match=r"needs about .* GB of memory, and .* GB are free"):
        read_head(path)
