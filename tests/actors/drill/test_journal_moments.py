"""The journal read back to any moment."""

from __future__ import annotations

from actors.conversation import NEW
from actors.drill.journal_moments import JournalMoments
from actors.drill.run import Course, Kill, run
from actors.drill.scenarios import ANSWER


def test_it_begins_with_what_the_life_found_and_grows_with_each_write() -> None:
    done = run(ANSWER, Course(schedule=()))
    moments = JournalMoments(done.world, 0)
    assert moments.at(0) == NEW
    turns = [moments.at(entry).turns for entry in range(len(done.lives[0].trace.entries))]
    assert turns == sorted(turns)
    assert (turns[0], turns[-1]) == (0, 1)
    assert moments.at(len(turns)) == moments.last()


def test_a_second_life_begins_with_what_the_first_one_left() -> None:
    done = run(ANSWER, Course(schedule=(), kills=(Kill(30),)))
    first, second = JournalMoments(done.world, 0), JournalMoments(done.world, 1)
    assert second.at(0) == first.last()
    assert second.last().turn is None
