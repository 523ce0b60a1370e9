"""Ids are plain strings where they are written down: the journal and every report hold them as they are."""

from __future__ import annotations

import msgspec

from actors import ids


def test_an_id_is_encoded_as_the_string_that_it_is() -> None:
    assert msgspec.json.encode(ids.TurnId("t1")) == b'"t1"'


def test_what_belongs_to_no_turn_has_an_id_that_no_turn_can_have() -> None:
    """Turns are numbered `t1`, `t2`, …; requests begin with their turn."""
    assert (ids.NO_TURN, ids.NO_REQUEST) == ("", "")
