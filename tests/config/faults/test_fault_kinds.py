"""The kinds of faults are data that reads as a manual does."""

from __future__ import annotations

from config.faults.fault_kinds import ACTOR_KINDS, ACTORS, KINDS, LEVELS, kind_of


def test_every_kind_says_what_it_does_and_where_it_can_be_done() -> None:
    kinds = [kind for kinds in KINDS.values() for kind in kinds.values()]
    assert all(kind.about and kind.levels for kind in kinds)
    assert all(kind.levels == tuple(level for level in LEVELS if level in kind.levels) for kind in kinds)


def test_every_level_has_faults_of_its_own() -> None:
    for level in LEVELS:
        assert any(level in kind.levels for kinds in KINDS.values() for kind in kinds.values())


def test_every_actor_can_crash() -> None:
    assert all("crash_before" in KINDS[actor] for actor in ACTORS)


def test_a_kind_names_the_keys_that_it_has_a_use_for() -> None:
    for kinds in KINDS.values():
        for kind in kinds.values():
            assert ("`size`" in kind.about, "`seconds`" in kind.about) == (kind.size is not None, kind.seconds)


def test_somebody_elses_actor_has_the_kinds_of_an_actor() -> None:
    assert kind_of("counter", "hang") == kind_of("model", "hang") == ACTOR_KINDS["hang"]
    assert kind_of("model", "slow") == KINDS["model"]["slow"]
