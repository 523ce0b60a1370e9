"""Every recorded stream in every dialect: what it amounts to, and that the borders of the reads change nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.llm.port import Failed, Finished
from tests.actors.llm.recorded_streams import RECORDED, Recorded, decoded, summary

DIALECTS = ("anthropic", "openai_chat", "openai_responses")
ids = [f"{each.dialect}-{each.name}" for each in RECORDED]


def test_every_dialect_has_recorded_streams() -> None:
    assert {each.dialect for each in RECORDED} == set(DIALECTS)
    assert len(RECORDED) >= 60


@pytest.mark.parametrize("recorded", RECORDED, ids=ids)
def test_it_amounts_to_what_was_written_down(recorded: Recorded) -> None:
    text, reasoning, final = decoded(recorded.dialect, recorded.data)
    assert summary(final) == recorded.expected
    if not isinstance(final, Failed):
        assert (text, reasoning) == (final.message.text, final.message.reasoning)


@pytest.mark.parametrize("recorded", RECORDED, ids=ids)
def test_a_read_for_each_byte_gives_the_same(recorded: Recorded) -> None:
    data = recorded.data
    assert decoded(recorded.dialect, data, range(len(data))) == decoded(recorded.dialect, data)


@pytest.mark.parametrize("recorded", RECORDED, ids=ids)
@settings(max_examples=30)
@given(choice=st.data())
def test_reads_that_end_anywhere_give_the_same(recorded: Recorded, choice: st.DataObject) -> None:
    data = recorded.data
    cuts = choice.draw(st.lists(st.integers(0, len(data)), max_size=12))
    assert decoded(recorded.dialect, data, cuts) == decoded(recorded.dialect, data)


@pytest.mark.parametrize("recorded", RECORDED, ids=ids)
def test_a_stream_cut_anywhere_is_no_answer_or_the_whole_one(recorded: Recorded) -> None:
    """Pain 17: whatever is left out at the end, no half answer is one, and no call of it surfaces."""
    data = recorded.data
    whole = decoded(recorded.dialect, data)[2]
    for place in range(0, len(data), max(1, len(data) // 150)):
        cut = decoded(recorded.dialect, data[:place])[2]
        if isinstance(cut, Finished):
            assert isinstance(whole, Finished)
            assert cut.message == whole.message
            assert place > len(data) // 2
