"""Diffs that git can apply and a person can read."""

from __future__ import annotations

import difflib
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tools.text.bounded_text import TEXT_LIMIT, size
from tools.text.diff import unified_diff

TEXTS = st.lists(st.sampled_from(["a", "b", "c", "\x0b", "\r"]), max_size=30).map("\n".join)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS, TEXTS)
def test_git_can_apply_every_diff(tmp_path: Path, old: str, new: str) -> None:
    diff = unified_diff(old, new, "file")
    if not diff:
        assert old == new
        return
    (tmp_path / "file").write_bytes(old.encode())
    options = ["--whitespace=nowarn", "--unidiff-zero", "-"]
    done = subprocess.run(
        ["git", "apply", *options], cwd=tmp_path, input=diff.encode(), capture_output=True, timeout=60, check=False
    )
    result = (tmp_path / "file").read_bytes() if (tmp_path / "file").exists() else b""
    assert (done.returncode, done.stderr) == (0, b"")
    assert result == new.encode()


def test_it_reads_as_usual() -> None:
    old = "".join(f"{number}\n" for number in range(1, 21))
    new = old.replace("10\n", "ten\n").replace("20\n", "20")
    assert unified_diff(old, new, "src/n.txt") == (
        "--- a/src/n.txt\n+++ b/src/n.txt\n"
        "@@ -7,7 +7,7 @@\n 7\n 8\n 9\n-10\n+ten\n 11\n 12\n 13\n"
        "@@ -17,4 +17,4 @@\n 17\n 18\n 19\n-20\n+20\n\\ No newline at end of file\n"
    )


def test_a_new_file_comes_from_nowhere() -> None:
    assert unified_diff("", "a\n", "new", created=True) == "--- /dev/null\n+++ b/new\n@@ -0,0 +1 @@\n+a\n"


def test_the_same_text_has_no_diff() -> None:
    assert unified_diff("a\n", "a\n", "file") == ""


def test_two_changes_far_apart_in_a_long_file_are_two_short_hunks() -> None:
    old = "".join(f"line {number}\n" for number in range(100_000))
    new = old.replace("line 5\n", "five\n").replace("line 99990\n", "last\n")
    diff = unified_diff(old, new, "long")
    assert diff.count("@@ -") == 2
    assert diff.count("\n") == 2 + 2 * (1 + 6 + 2)


def test_a_whole_long_file_rewritten_stays_within_the_bound() -> None:
    old = "".join(f"old {number}\n" for number in range(50_000))
    new = "".join(f"new {number}\n" for number in range(60_000))
    assert size(unified_diff(old, new, "long")) <= TEXT_LIMIT + 60


@pytest.mark.parametrize("kept", range(4, 10))
def test_two_changes_share_a_hunk_exactly_where_their_context_would_touch(kept: int) -> None:
    """Three lines of context on each side: six unchanged lines in between are one hunk, seven are two."""
    old = [f"{number}\n" for number in range(20)]
    new = ["first\n" if line == "3\n" else line for line in old]
    new[4 + kept] = "second\n"
    expected = "".join(difflib.unified_diff(old, new, "a/n", "b/n"))
    assert unified_diff("".join(old), "".join(new), "n") == expected
    assert expected.count("@@ -") == (1 if kept <= 6 else 2)
