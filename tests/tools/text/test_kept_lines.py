"""What a model cannot see of an old text stays in the new one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.text.kept_lines import kept, merged

LINES = st.lists(st.tuples(st.text("abc", max_size=3), st.sampled_from(["\n", "\r\n"])), min_size=1, max_size=12)


@given(LINES)
def test_a_text_that_is_given_back_as_it_was_shown_is_the_same(lines: list[tuple[str, str]]) -> None:
    old = "".join(line + end for line, end in lines)
    assert kept(old, old.replace("\r\n", "\n")).text == old


@given(LINES, st.integers(0, 12))
def test_one_changed_line_changes_no_other(lines: list[tuple[str, str]], at: int) -> None:
    at = min(at, len(lines) - 1)
    shown = [line for line, _ in lines]
    shown[at] = "new"
    written = kept("".join(line + end for line, end in lines), "".join(f"{line}\n" for line in shown)).text
    wanted = [("new" if place == at else line) + end for place, (line, end) in enumerate(lines)]
    assert written == "".join(wanted)


@pytest.mark.parametrize(
    ("old", "new", "text", "note"),
    [
        ("a\r\nb\r\n", "a\nc\n", "a\r\nc\r\n", "line ends kept as CRLF"),
        ("a\r\nb\r\n", "a\r\nc\n", "a\r\nc\r\n", "line ends kept as CRLF"),
        ("a\rb\r", "a\nc\n", "a\rc\r", "line ends kept as CR"),
        ("a\nb\n", "a\r\nb\r\n", "a\r\nb\r\n", "line ends now CRLF, as given: the file had LF"),
        ("a\nb\n", "a\r\nb\n", "a\r\nb\n", "line ends mixed, as given: the file had LF"),
        ("a\nb\r\nc\n", "a\nb\nx\nc\n", "a\nb\r\nx\r\nc\n", "mixed line ends kept where lines are as they were"),
        ("a\udcff\nb\n", "a\ufffd\nc\n", "a\udcff\nc\n", ""),
        (
            "a\udcff\nb\n",
            "A\ufffd\nb\n",
            "A\ufffd\nb\n",
            "1 broken byte replaced by U+FFFD, in lines that were changed",
        ),
        ("a\nb\n", "c\n", "c\n", ""),
        ("", "a\r\n", "a\r\n", ""),
    ],
)
def test_the_new_text_fits_the_old_one_and_it_is_said_how(old: str, new: str, text: str, note: str) -> None:
    fitted = kept(old, new)
    assert fitted.text == text
    assert "; ".join(fitted.notes) == note


def test_a_line_without_a_neighbour_ends_as_most_do() -> None:
    assert merged("a\r\nb", "x\ny\nb\nc\n", "\r\n") == "x\r\ny\r\nb\r\nc\r\n"
