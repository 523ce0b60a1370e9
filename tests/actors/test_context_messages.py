"""The messages about the context window are a part of the vocabulary."""

from __future__ import annotations

from actors import context_messages
from actors.context_messages import CompactConversation, ContextReported, ReportContext
from actors.runtime.message import Command, Event
from actors.turn.turn_loop import RECEIVES
from actors.vocabulary import events


def test_the_turn_loop_receives_the_commands_and_every_front_end_may_hear_the_account() -> None:
    commands = {
        found
        for found in vars(context_messages).values()
        if isinstance(found, type) and issubclass(found, Command) and found is not Command
    }
    assert commands == {CompactConversation, ReportContext}
    assert commands <= set(RECEIVES)
    assert ContextReported in events()
    assert issubclass(ContextReported, Event)
