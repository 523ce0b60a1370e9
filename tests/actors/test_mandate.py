"""What a tool runner leaves to the one that replaces it."""

from __future__ import annotations

from actors.mandate import Mandate
from config.settings import Policy


def test_a_changed_mode_keeps_the_rules_of_the_policy() -> None:
    mandate = Mandate(Policy(mode="yolo", deny=("run_command(rm *)",)), ("one",))
    mandate.change("plan")
    assert mandate.policy == Policy(mode="plan", deny=("run_command(rm *)",))
    mandate.allow("two")
    assert mandate.rules == ("one", "two")
    assert mandate.calls == {}
