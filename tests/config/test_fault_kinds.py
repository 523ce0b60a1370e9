"""The kinds of faults are data that reads as a manual does."""

from __future__ import annotations

from config.fault_kinds import ACTORS, KINDS, LEVELS


def test_every_kind_says_what_it_does_and_where_it_can_be_done() -> None:
    kinds = [kind for kinds in KINDS.values() for kind in kinds.values()]
    assert all(kind.about and kind.levels for kind in kinds)
    assert all(kind.levels == tuple(level for level in LEVELS if level in kind.levels) for kind in kinds)


def test_every_level_has_faults_of_its_own() -> None:
    for level in LEVELS:
        assert any(level in kind.levels for kinds in KINDS.values() for kind in kinds.values())


def test_every_actor_can_crash() -> None:
    assert all("crash_before" in KINDS[actor] for actor in ACTORS)
