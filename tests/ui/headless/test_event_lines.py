"""Every event as a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from actors.messages import NoticeRaised, ReplyStreamed, SubmitPrompt
from actors.records import TurnFinished
from actors.runtime.message import Event
from actors.runtime.signals import ActorFailed
from config.errors import ConfigError
from ui.headless.event_lines import all_events, event_line, open_events

if TYPE_CHECKING:
    from pathlib import Path


def test_events_of_the_cast_and_of_the_runtime_are_known_and_commands_are_none() -> None:
    known = all_events()
    assert {ReplyStreamed, TurnFinished, ActorFailed} <= set(known)
    assert SubmitPrompt not in known
    assert len(known) == len(set(known))
    assert Event not in known


def test_a_line_has_the_time_the_name_and_the_fields() -> None:
    line = json.loads(event_line(NoticeRaised("info", "x\ny"), 1.25))
    assert line == {"at": 1.25, "type": "NoticeRaised", "data": {"level": "info", "text": "x\ny"}}


def test_the_file_is_appended_to_and_private(tmp_path: Path) -> None:
    path = tmp_path / "events"
    path.write_text("before\n")
    with open(open_events(path), "wb") as file:  # noqa: PTH123
        file.write(b"after\n")
    assert path.read_text() == "before\nafter\n"


def test_a_file_that_cannot_be_opened_is_a_mistake_of_the_users(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--events"):
        open_events(tmp_path)


def test_a_line_is_one_line_for_every_reader() -> None:
    line = event_line(NoticeRaised("info", "a\u2028b\u2029c\x85d"), 1.0)
    assert len(line.decode().splitlines()) == 1
    assert json.loads(line)["data"]["text"] == "a\u2028b\u2029c\x85d"
