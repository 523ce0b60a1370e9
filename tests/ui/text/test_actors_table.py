"""The table of the actors says what each is doing, and marks who takes long."""

from __future__ import annotations

from msgspec.structs import replace

from actors.edges.status_socket import Snapshot
from actors.runtime.cell import ActorStatus
from ui.text.actors_table import of, rows

IDLE = ActorStatus("journal", "running", 0, 7, 0, "", 10, 0, 0, 0, "", None, 0.001)


def table(*actors: ActorStatus) -> tuple[str, ...]:
    return rows(Snapshot("s1", "/somewhere", 42, 3, actors))


def test_there_is_a_row_for_each_actor_between_heading_and_totals() -> None:
    heading, row, totals = table(IDLE)
    assert heading.split()[:4] == ["actor", "state", "waiting", "most"]
    assert row.split() == ["journal", "running", "0", "7", "10", "0", "0", "1.000"]
    assert totals == "session s1, process 42, dead letters 3"


def test_a_handler_that_takes_long_is_marked_with_what_waits_behind_it() -> None:
    row = table(replace(IDLE, handling="Commit", busy=2.5, depth=4, oldest="FlushJournal"))[1]
    assert row.endswith("Commit for 2.5 s !, oldest FlushJournal")


def test_a_short_handler_is_not_marked() -> None:
    assert "!" not in table(replace(IDLE, handling="Commit", busy=0.1))[1]


def test_columns_stand_below_each_other() -> None:
    heading, first, second, _ = table(IDLE, replace(IDLE, name="turn_loop", handled=123_456))
    end = heading.index("handled") + len("handled")
    assert first[:end].endswith("10")
    assert second[:end].endswith("123456")


def test_before_anybody_is_on_stage_there_is_no_table() -> None:
    assert of(None) == ()
