"""Finding a conversation again."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from config.errors import ConfigError
from config.places import JOURNAL, Places, locate
from ui.arguments import Arguments
from ui.startup.sessions import LOOKED_AT, choose_session, list_sessions, main, rows

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return locate({"HOME": str(tmp_path)})


def keep(places: Places, session: str, directory: str, prompt: str = "do it", at: float = 0.0) -> None:
    folder = places.session(session)
    folder.mkdir(parents=True)
    journal = folder / JOURNAL
    journal.write_text(
        f'{{"n":1,"at":1,"type":"SessionOpened","data":{{"directory":"{directory}"}}}}\n'
        f'{{"n":2,"at":1,"type":"PromptAccepted","data":{{"prompt":"p","text":"{prompt}"}}}}\n{{"torn',
    )
    os.utime(journal, (at, at))


def test_the_last_session_of_this_folder_is_continued(places: Places) -> None:
    keep(places, "old", "/here", at=100)
    keep(places, "new", "/here", at=200)
    keep(places, "elsewhere", "/there", at=300)
    assert choose_session(Arguments(go_on=True), places, "/here") == ("new", True)
    with pytest.raises(ConfigError, match="no earlier session"):
        choose_session(Arguments(go_on=True), places, "/nowhere")


def test_an_id_may_be_shortened_as_long_as_it_is_clear(places: Places) -> None:
    for name in ("abc1", "abc2", "abc"):
        keep(places, name, "/here")
    assert choose_session(Arguments(resume="abc1"), places, "/there") == ("abc1", True)
    assert choose_session(Arguments(resume="abc"), places, "/there") == ("abc", True)
    with pytest.raises(ConfigError, match="several"):
        choose_session(Arguments(resume="ab"), places, "/here")
    with pytest.raises(ConfigError, match="did you mean abc1"):
        choose_session(Arguments(resume="abx1"), places, "/here")


def test_new_sessions_never_meet(places: Places) -> None:
    ids = {choose_session(Arguments(), places, "/here")[0] for _ in range(100)}
    assert len(ids) == 100
    assert choose_session(Arguments(session="mine-1.2"), places, "/here") == ("mine-1.2", False)


@pytest.mark.parametrize("session", ["..", "a/b", "-x", "a" * 65, "é", "a\n"])
def test_an_id_that_is_no_name_of_a_folder_is_refused(places: Places, session: str) -> None:
    with pytest.raises(ConfigError, match="--session-id"):
        choose_session(Arguments(session=session), places, "/here")


def test_an_id_that_exists_is_not_overwritten(places: Places) -> None:
    keep(places, "mine", "/here")
    with pytest.raises(ConfigError, match="--resume mine"):
        choose_session(Arguments(session="mine"), places, "/here")


@pytest.mark.parametrize(
    "line", [b"gar{bage", b"", b'{"n":1,"type":"SessionOpened","data":{"session":"s","directory":"/here","mo']
)
def test_a_session_whose_first_line_is_damaged_is_found_all_the_same(places: Places, line: bytes) -> None:
    keep(places, "broken", "/here")
    journal = places.session("broken") / JOURNAL
    journal.write_bytes(line + b"\n" + journal.read_bytes().partition(b"\n")[2])
    assert choose_session(Arguments(resume="broken"), places, "/here") == ("broken", True)


def test_a_session_of_which_nobody_can_tell_the_folder_is_never_gone_on_with_by_itself(places: Places) -> None:
    keep(places, "broken", "/here")
    journal = places.session("broken") / JOURNAL
    journal.write_bytes(b"gar{bage\n" + journal.read_bytes().partition(b"\n")[2])
    with pytest.raises(ConfigError, match="if it is the one: --resume broken"):
        choose_session(Arguments(go_on=True), places, "/here")


def test_a_session_that_was_certainly_here_comes_before_one_that_may_have_been(places: Places) -> None:
    keep(places, "certain", "/here", at=100)
    keep(places, "perhaps", "/here", at=200)
    journal = places.session("perhaps") / JOURNAL
    journal.write_bytes(journal.read_bytes().partition(b"\n")[2])
    assert choose_session(Arguments(go_on=True), places, "/here") == ("certain", True)
    assert any("its folder cannot be read" in row for row in rows(list_sessions(places, "/here")))


def test_the_directory_is_found_in_a_later_line_however_late(places: Places) -> None:
    keep(places, "late", "/here")
    journal = places.session("late") / JOURNAL
    opened, _, rest = journal.read_bytes().partition(b"\n")
    journal.write_bytes(b"x" * LOOKED_AT + b"\n" + opened + b"\n" + rest)
    (known,) = list_sessions(places)
    assert known.directory == "/here"


def test_the_list_is_readable_whatever_lies_there(places: Places) -> None:
    keep(places, "good", "/here", prompt="first\\nsecond\\u001b[31m " + "x" * 200)
    (places.sessions / "empty").mkdir()
    (places.sessions / "file").write_text("x")
    keep(places, "broken", "/here")
    (places.session("broken") / JOURNAL).write_bytes(b"\xff\n\0")
    (known,) = list_sessions(places)
    assert known.id == "good"
    (row,) = rows([known])
    assert "\x1b" not in row
    assert "first second" in row
    assert len(row) < 100


def test_old_sessions_are_removed_when_asked_and_it_is_said(
    places: Places, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(places.config.parent))
    keep(places, "old", "/there", at=100)
    keep(places, "new", "/here", at=time.time())
    os.utime(places.session("old"), (100, 100))
    assert main(Arguments(directory=tmp_path, action="prune", dry_run=True), places) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("old  would be removed, ")
    assert said[1].startswith("1 session and ")
    assert places.session("old").exists()
    assert main(Arguments(directory=tmp_path, action="prune"), places) == 0
    assert capsys.readouterr().out.startswith("old  removed, ")
    assert [known.id for known in list_sessions(places)] == ["new"]


def test_limits_for_removing_need_that_something_is_removed(places: Places) -> None:
    with pytest.raises(ConfigError, match="need: callboard sessions prune"):
        main(Arguments(dry_run=True), places)
