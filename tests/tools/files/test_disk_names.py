"""Paths as the disk spells them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tools.files.disk_names import DiskNames, look_alikes, overlooked
from tools.tool import ToolError


def touched(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_every_part_of_a_path_may_be_spelled_otherwise(tmp_path: Path) -> None:
    file = touched(tmp_path / "cafe\u0301" / "don\u2019t" / os.fsdecode(b"\xe9"))
    names = DiskNames()
    assert names.spelled(tmp_path / "caf\u00e9" / "don't" / "\\xe9", writing=False) == file
    assert names.spelled(tmp_path / "caf\u00e9" / "new" / "x", writing=False) == tmp_path / "cafe\u0301" / "new" / "x"


def test_a_name_that_exists_is_taken_as_it_is(tmp_path: Path) -> None:
    curly, straight = touched(tmp_path / "don\u2019t"), touched(tmp_path / "don't")
    assert DiskNames().spelled(straight, writing=False) == straight
    assert DiskNames().spelled(curly, writing=False) == curly


def test_several_names_that_look_so_are_an_error_that_tells_them_apart(tmp_path: Path) -> None:
    for name in ("a\u00a0b", "a\u2009b"):
        touched(tmp_path / name)
    with pytest.raises(ToolError, match=r"2 names look like it.*NO-BREAK SPACE.*THIN SPACE"):
        DiskNames().spelled(tmp_path / "a b", writing=False)


def test_a_link_on_the_way_is_followed(tmp_path: Path) -> None:
    file = touched(tmp_path / "real" / "x")
    (tmp_path / "li\u2019nk").symlink_to("real")
    assert DiskNames().spelled(tmp_path / "li'nk" / "x", writing=False) == file


def test_a_new_file_may_look_like_another_one_unless_it_was_found_so(tmp_path: Path) -> None:
    """Also where the two have the same letters: many file systems would take them for one."""
    curly, decomposed = touched(tmp_path / "don\u2019t"), touched(tmp_path / "e\u0301")
    names = DiskNames()
    assert names.spelled(tmp_path / "don't", writing=True) == tmp_path / "don't"
    assert names.spelled(tmp_path / "\u00e9", writing=True) == decomposed
    assert names.spelled(tmp_path / "don't", writing=False) == curly
    assert names.spelled(tmp_path / "don't", writing=True) == curly
    (said,) = look_alikes(tmp_path / "don't")
    assert said.startswith("beside 'don\u2019t', another file: it has U+2019 RIGHT SINGLE QUOTATION MARK where")


def test_names_that_are_easily_overlooked_are_told_apart(tmp_path: Path) -> None:
    touched(tmp_path / "read\u2013me")
    assert "U+2013 EN DASH where U+002D HYPHEN-MINUS" in overlooked(tmp_path / "read-me")
    assert overlooked(tmp_path / "other") == overlooked(tmp_path / "no" / "such") == ""
