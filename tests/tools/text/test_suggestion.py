"""What was probably meant."""

from __future__ import annotations

from tools.text.suggestion import closest, did_you_mean


def test_the_closest_name_comes_first_and_case_does_not_count() -> None:
    assert closest("Reed_File", ("write_file", "read_file"))[0] == "read_file"


def test_nothing_is_suggested_where_nothing_is_near() -> None:
    assert closest("zebra", ("read_file",)) == ()
    assert did_you_mean("zebra", ("read_file",)) == ""


def test_a_suggestion_is_a_question() -> None:
    assert did_you_mean("paht", ("path", "first_line")) == " Did you mean path?"
