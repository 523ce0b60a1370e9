"""The list of the vocabulary: every event once, and nothing that is none."""

from __future__ import annotations

from typing import get_args

from actors import messages, records
from actors.runtime.message import Command, Event
from actors.vocabulary import events


def test_every_record_and_every_other_event_is_listed_once() -> None:
    listed = events()
    assert len(set(listed)) == len(listed)
    assert set(get_args(records.Record)) <= set(listed)
    assert messages.JobStreamed in listed


def test_no_command_and_no_base_class_is_listed() -> None:
    assert Event not in events()
    assert not [event for event in events() if issubclass(event, Command)]
