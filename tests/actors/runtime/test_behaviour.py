"""The least a behaviour can be."""

from __future__ import annotations

import pytest

from actors.runtime.behaviour import Behaviour
from tests.actors.runtime.rig import Say


def test_a_behaviour_without_a_handler_says_so() -> None:
    with pytest.raises(NotImplementedError, match="Behaviour has no handler for Say"):
        Behaviour[object]().handle(Say(1))


def test_everything_but_the_handler_may_be_left_out() -> None:
    behaviour = Behaviour[object]()
    behaviour.started()
    behaviour.failed_on(Say(1))
    behaviour.stopped()
