"""The script that lists answered and open promises, tried on a small checkout and on our own."""

from __future__ import annotations

from pathlib import Path

from tests.seed_checklist import ROOT, Standing, describe, named_ids, read_standing


def small_checkout(folder: Path, test: str) -> Standing:
    (folder / "docs").mkdir()
    (folder / "docs" / "seed-checklist.md").write_text("# Title\n\n- S7-1: First.\n- S7-2: Second.\n", encoding="utf-8")
    (folder / "tests").mkdir()
    (folder / "tests" / "test_it.py").write_text(test, encoding="utf-8")
    return read_standing(folder)


def test_a_promise_that_a_test_names_is_answered_and_the_other_is_open(tmp_path: Path) -> None:
    standing = small_checkout(tmp_path, '"""S7-2: it holds."""\n')
    assert standing.answers == {"S7-2": ("tests/test_it.py",)}
    assert standing.open == ("S7-1",)
    assert standing.unknown == ()


def test_an_id_that_nobody_promised_is_unknown(tmp_path: Path) -> None:
    standing = small_checkout(tmp_path, '"""S7-3."""\n')
    assert standing.unknown == ("S7-3",)
    assert "unknown id S7-3 in tests/test_it.py" in describe(standing)


def test_a_range_names_each_of_its_ids() -> None:
    assert list(named_ids("S3-12…15 and S1-10, S1-15")) == ["S3-12", "S3-13", "S3-14", "S3-15", "S1-10", "S1-15"]


def test_no_test_of_ours_names_an_unknown_id() -> None:
    standing = read_standing(ROOT)
    assert standing.promises
    assert not standing.unknown, f"not in docs/seed-checklist.md: {standing.unknown}"
