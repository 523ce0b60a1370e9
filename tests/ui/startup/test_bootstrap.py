"""From a command line to a company, up to the moment before anybody is on stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from config.errors import ConfigError
from config.load import Loaded
from config.places import Places, locate
from config.settings import ModelSettings, Settings, Tools
from ui.arguments import Arguments
from ui.headless.front_end import HeadlessFrontEnd
from ui.startup.bootstrap import open_company
from ui.startup.session_plan import SessionPlan, prepare

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return locate({"HOME": str(tmp_path)})


def order(places: Places, arguments: Arguments) -> SessionPlan:
    loaded = Loaded(Settings(model=ModelSettings(name="offline"), tools=Tools(head=7)), warnings=("careful",))
    arguments = replace(arguments, directory=arguments.directory or places.state.parent)
    return prepare(arguments, loaded, places, interactive=False)


def test_a_session_that_is_open_elsewhere_is_refused(places: Places) -> None:
    wanted = order(places, Arguments(session="mine"))
    front_end = HeadlessFrontEnd(wanted.opening, Arguments(prompt="x"))
    open_company(wanted, front_end.child)
    with pytest.raises(ConfigError, match="is open in another"):
        open_company(wanted, front_end.child)


def test_a_folder_that_cannot_be_made_is_said_with_a_way_out(places: Places) -> None:
    places.state.parent.mkdir(parents=True)
    places.state.write_text("a file")
    wanted = order(places, Arguments(session="mine"))
    with pytest.raises(ConfigError, match="--no-session-persistence"):
        open_company(wanted, HeadlessFrontEnd(wanted.opening, Arguments()).child)


def test_two_sessions_of_one_process_work_each_in_its_own_folder(places: Places, tmp_path: Path) -> None:
    """A later front end has a folder for each session; the process has one, which is neither."""
    answers: list[str] = []
    for name in ("one", "two"):
        folder = tmp_path / name
        (folder / "more").mkdir(parents=True)
        (folder / "here.txt").write_text(f"I am {name}")
        planned = order(places, Arguments(session=name, directory=folder))
        company = open_company(planned, HeadlessFrontEnd(planned.opening, Arguments()).child)
        answers.append(str(company.snapshot().directory))
    assert answers == [str(tmp_path / "one"), str(tmp_path / "two")]
