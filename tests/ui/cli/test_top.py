"""`callboard top` shows the newest running session, or says what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from actors.edges.status_socket import Snapshot, StatusServer
from config.errors import ConfigError
from config.places import Places
from ui.arguments import parse
from ui.cli.top import main

if TYPE_CHECKING:
    from pathlib import Path


def session(places: Places, name: str) -> StatusServer:
    folder = places.session(name)
    folder.mkdir(parents=True)
    return StatusServer(folder, lambda: Snapshot(name, "/somewhere", 42, 0, ()))


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path / "config", tmp_path / "state")


def test_the_newest_that_answers_is_shown(places: Places, capsys: pytest.CaptureFixture[str]) -> None:
    running = session(places, "20260101-a")
    session(places, "20260102-b").close()
    assert main(parse(["top", "--once"]), places) == 0
    assert "session 20260101-a" in capsys.readouterr().out
    running.close()


def test_one_can_be_named(places: Places, capsys: pytest.CaptureFixture[str]) -> None:
    servers = [session(places, name) for name in ("20260101-a", "20260102-b")]
    assert main(parse(["top", "20260101-a"]), places) == 0
    assert "session 20260101-a" in capsys.readouterr().out
    for server in servers:
        server.close()


@pytest.mark.parametrize(
    ("words", "said"), [(["top"], "start one with `callboard`"), (["top", "none"], "the session none does not answer")]
)
def test_without_a_running_session_it_says_what_to_do(places: Places, words: list[str], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        main(parse(words), places)
