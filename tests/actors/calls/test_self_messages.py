"""What the tool runner hears from its own workers and timers: always about one call of one turn."""

from __future__ import annotations

import inspect

from actors.calls import self_messages, tool_runner
from actors.runtime.message import Command


def own() -> list[type[Command]]:
    return [
        value
        for value in vars(self_messages).values()
        if inspect.isclass(value) and issubclass(value, Command) and value is not Command
    ]


def test_each_names_its_turn_and_its_call_so_that_a_late_one_can_be_told_apart() -> None:
    assert {message.__struct_fields__[:2] for message in own()} == {("turn", "call")}


def test_the_tool_runner_receives_each_of_them() -> None:
    assert set(own()) <= set(tool_runner.RECEIVES)
