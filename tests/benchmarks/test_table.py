"""What a bar means, and what the table says of a row."""

from __future__ import annotations

import pytest

from tests.benchmarks.run import main
from tests.benchmarks.table import Row, in_turns, least, lines, most, ratios, shown


def test_a_median_beyond_its_bar_is_missed_and_by_far_only_beyond_a_quarter() -> None:
    fine, missed, far = (Row("x", (1.0, value, 9.0), most(4)) for value in (4.0, 4.9, 5.1))
    assert [row.verdict for row in (fine, missed, far)] == ["ok", "missed", "missed"]
    assert [row.missed_by_far for row in (fine, missed, far)] == [False, False, True]


def test_what_must_be_reached_is_missed_below() -> None:
    fine, missed, far = (Row("x", (value,), least(0.6)) for value in (0.6, 0.5, 0.4))
    assert [row.verdict for row in (fine, missed, far)] == ["ok", "missed", "missed"]
    assert [row.missed_by_far for row in (fine, missed, far)] == [False, False, True]


def test_a_row_without_a_bar_has_no_verdict() -> None:
    assert Row("x", (100.0,)).verdict == ""
    assert not Row("x", (100.0,)).missed_by_far


def test_sides_are_measured_in_turns_after_one_round_that_does_not_count() -> None:
    calls: list[str] = []

    def side(name: str) -> float:
        calls.append(name)
        return float(len(calls))

    pairs = in_turns(2, lambda: side("a"), lambda: side("b"))
    assert calls == ["a", "b", "a", "b", "a", "b"]
    assert pairs == [(3.0, 4.0), (5.0, 6.0)]
    assert ratios(pairs) == (0.75, 5 / 6)


def test_the_table_has_a_line_for_each_row_and_keeps_it() -> None:
    kept: list[Row] = []
    rows = [Row("how fast", (1.0, 2.0, 3.0), most(4), "a note"), Row("how large", (0.5,))]
    heading, fast, large = lines(iter(rows), kept.append)
    assert heading.split() == ["what", "min", "median", "max", "bar", "verdict", "note"]
    assert fast.split() == ["how", "fast", "1.00", "2.00", "3.00", "≤", "4.00", "ok", "a", "note"]
    assert large.split() == ["how", "large", "0.50", "0.50", "0.50"]
    assert kept == rows


@pytest.mark.parametrize(
    ("value", "text"), [(1234.5, "1,234"), (12.34, "12.3"), (1.234, "1.23"), (0.1234, "0.12"), (0.01234, "0.012")]
)
def test_figures_are_short_whatever_their_size(value: float, text: str) -> None:
    assert shown(value) == text


def test_a_group_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["speed"])
    assert refused.value.code == 2
    assert "the groups are startup, layer" in capsys.readouterr().err
