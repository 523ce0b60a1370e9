"""Which files a search goes through."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tools.search.ripgrep import program
from tools.search.search_scope import Scope, kind_of_file


def scope(*options: str, place: Path) -> Scope:
    return Scope((program(), "--regexp=unused", "--hidden", "--no-require-git", *options, "--", str(place)))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("a", "b.log", "build/c", "build/d.log"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("text\n")
    (tmp_path / ".gitignore").write_text("*.log\nbuild\n")
    return tmp_path


def test_files_that_ignore_rules_hide_are_counted_within_the_globs(tree: Path) -> None:
    assert scope(place=tree).ignored() == {"ignored": 3, "least": False}
    assert scope("--glob=!build", place=tree).ignored() == {"ignored": 1, "least": False}
    assert scope("--no-ignore", place=tree).ignored() == {}
    assert scope(place=tree / "a").ignored() == {"ignored": 0, "least": False}


def test_files_in_8_bit_encodings_are_found_and_no_others(tree: Path) -> None:
    contents = {
        "latin": b"gr\xfcn\n",
        "windows": b"a\n\x93b\x94\n",
        "end": b"caf\xe9",
        "pair": b"\xe9\xe8 x",
        "utf": "grün ☎ 日本 🎉\n".encode(),
        "broken": "grün ☎ 日本".encode() + b"\xff",
        "binary": b"\0\xff\xfe",
        "sixteen": "grün".encode("utf-16"),
        "b.log": b"gr\xfcn\n",
        os.fsdecode(b"n\xe4me"): b"gr\xfcn\n",
    }
    for name, data in contents.items():
        (tree / name).write_bytes(data)
    found = scope(place=tree).latin_files()
    names = {os.fsencode(tree / name) for name in ("latin", "end", "pair", os.fsdecode(b"n\xe4me"))}
    assert found == {**dict.fromkeys(names, "latin-1"), os.fsencode(tree / "windows"): "windows-1252"}


def test_what_cannot_be_read_is_no_text(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("missing")
    for name in ("missing", "link", ""):
        assert kind_of_file(os.fsencode(tmp_path / name)) == "binary"
