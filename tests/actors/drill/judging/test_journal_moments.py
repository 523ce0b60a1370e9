"""The journal read back to any moment."""

from __future__ import annotations

from actors.conversation import NEW
from actors.drill.judging.journal_moments import JournalMoments
from actors.drill.plan.scenarios import ANSWER
from actors.drill.simulated.run import Kill, RunSpec, run


def test_it_begins_with_what_the_life_found_and_grows_with_each_write() -> None:
    done = run(ANSWER, RunSpec(schedule=()))
    moments = JournalMoments(done.world, 0)
    assert moments.at(0) == NEW
    turns = [moments.at(entry).turns for entry in range(len(done.incarnations[0].trace.entries))]
    assert turns == sorted(turns)
    assert (turns[0], turns[-1]) == (0, 1)
    assert moments.at(len(turns)) == moments.last()


def test_a_second_life_begins_with_what_the_first_one_left() -> None:
    done = run(ANSWER, RunSpec(schedule=(), kills=(Kill(30),)))
    first, second = JournalMoments(done.world, 0), JournalMoments(done.world, 1)
    assert second.at(0) == first.last()
    assert second.last().turn is None
