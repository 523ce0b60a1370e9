"""What the model has seen of a file."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tools.files.seen_lines import WHOLE, seen_range


def test_a_file_is_seen_whole_when_every_line_was() -> None:
    assert seen_range(1, 10, 10) == WHOLE
    assert seen_range(1, 0, 0) == WHOLE
    assert seen_range(6, 5, 10).joined(seen_range(1, 5, 10)) == WHOLE
    assert seen_range(1, 5, 10).joined(WHOLE) == WHOLE
    assert WHOLE.missing() == ""


def test_what_is_missing_is_said_with_where_to_go_on() -> None:
    seen = seen_range(1, 3, 1_200).joined(seen_range(10, 2, 1_200))
    assert seen.missing() == (
        "was read only in part (lines 1–3, 10–11 of 1,200): read the rest first, read_file with first_line=4"
    )
    assert "first_line=1" in seen_range(5, 6, 10).missing()


def test_a_line_that_was_cut_was_not_seen() -> None:
    assert "1 line longer than read_file shows, the first of them line 2" in seen_range(1, 3, 3, (2,)).missing()


def test_after_a_change_only_what_is_before_it_is_known() -> None:
    assert seen_range(1, 8, 10).before(5).missing().startswith("was read only in part (lines 1–4 of 10)")
    assert WHOLE.before(5) == WHOLE


@given(st.lists(st.tuples(st.integers(1, 20), st.integers(1, 8)), min_size=1, max_size=8))
def test_ranges_in_any_order_add_up_to_the_lines_in_them(ranges: list[tuple[int, int]]) -> None:
    cut_off = [(first, min(count, 21 - first)) for first, count in ranges]
    seen = seen_range(*cut_off[0], 20)
    for first, count in cut_off[1:]:
        seen = seen.joined(seen_range(first, count, 20))
    lines = {line for first, count in cut_off for line in range(first, first + count)}
    if len(lines) == 20:
        assert seen == WHOLE
    else:
        assert {line for first, last in seen.ranges for line in range(first, last + 1)} == lines
        assert f"first_line={min(set(range(1, 21)) - lines)}" in seen.missing()
