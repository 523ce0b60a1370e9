"""The table of what can go wrong."""

from __future__ import annotations

from config.fault_kinds import ACTORS, KINDS, LEVELS


def test_every_kind_has_words_and_a_level() -> None:
    kinds = [kind for place in KINDS.values() for kind in place.values()]
    assert all(kind.about and kind.levels for kind in kinds)
    assert {level for kind in kinds for level in kind.levels} == set(LEVELS)


def test_every_actor_can_crash_and_hang_and_only_edges_lose_mail() -> None:
    assert all({"crash_before", "crash_after", "hang"} <= set(KINDS[actor]) for actor in ACTORS)
    assert {actor for actor in ACTORS if "drop" in KINDS[actor]} == {"llm_streamer", "pty_manager"}
