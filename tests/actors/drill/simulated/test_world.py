"""The world: what outlives the program."""

from __future__ import annotations

from actors.drill.plan.scenarios import ANSWER
from actors.drill.simulated.world import Process, new_world


def test_a_new_world_is_empty_and_in_its_first_life() -> None:
    world = new_world(ANSWER)
    assert (world.incarnation, world.inherited, bytes(world.journal), world.alive()) == (0, [b""], b"", ())


def test_a_kill_ends_the_processes_and_begins_another_life() -> None:
    world = new_world(ANSWER)
    world.processes.append(Process(1, "j", "sleep", 3.0))
    assert world.alive()
    world.journal += b"one\ntwo\n"
    world.kill()
    assert not world.alive()
    assert (world.incarnation, world.inherited) == (1, [b"", b"one\ntwo\n"])


def test_a_kill_cuts_what_was_not_synced_and_never_more() -> None:
    for cut, left in ((0, b"one\ntwo\n"), (3, b"one\nt"), (100, b"one\n")):
        world = new_world(ANSWER)
        world.journal += b"one\ntwo\n"
        world.synced = 4
        world.kill(cut)
        assert bytes(world.journal)[:5] == left[:5]
        assert len(world.journal) == len(left)
