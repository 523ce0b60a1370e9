"""From a command line to an order, and nothing of a company."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from actors.ids import SessionId
from actors.journal.journal import encode
from actors.records import FORMAT, SessionOpened
from config.errors import ConfigError
from config.load import Loaded
from config.places import JOURNAL, Places, locate
from config.settings import Limits, ModelSettings, Settings
from tests.packaging.source_files import ROOT
from ui.arguments import Arguments
from ui.startup.session_plan import SessionPlan, prepare

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return locate({"HOME": str(tmp_path)})


def order(places: Places, arguments: Arguments, *, interactive: bool = False) -> SessionPlan:
    loaded = Loaded(Settings(model=ModelSettings(name="offline")), warnings=("careful",))
    arguments = replace(arguments, directory=arguments.directory or places.state.parent)
    return prepare(arguments, loaded, places, interactive=interactive)


def test_what_a_front_end_is_told(places: Places) -> None:
    opening = order(places, Arguments(session="mine")).opening
    assert (opening.session, opening.provider, opening.embedded) == ("mine", "offline", True)
    assert "read_file" in opening.tools
    assert opening.notices[0] == "careful"


def test_nothing_is_written_before_a_company_is_wanted(places: Places) -> None:
    order(places, Arguments(session="mine"))
    assert not places.state.exists()


def test_a_chat_is_ordered_without_loading_the_actors_or_the_tools() -> None:
    """What stands between a start and the first frame."""
    script = "import sys, ui.startup.run_session, ui.startup.session_plan; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "ui.startup.session_plan" in loaded
    assert not loaded & {
        "actors.company",
        "actors.system",
        "pykka",
        "tools.toolbox",
        "actors.llm.http.model",
        "dataclasses",
    }


@pytest.mark.parametrize("interactive", [True, False])
def test_a_session_of_a_newer_format_is_refused_and_left_as_it_is(places: Places, *, interactive: bool) -> None:
    journal = places.session("s-1") / JOURNAL
    journal.parent.mkdir(parents=True)
    opened = SessionOpened(SessionId("s-1"), "/", "m", "9", 0.0, FORMAT + 1)
    journal.write_bytes(encode(1, 0.0, opened))
    with pytest.raises(ConfigError, match=r"s-1 was written by a newer Callboard.*Update Callboard"):
        order(places, Arguments(resume="s-1", headless=not interactive), interactive=interactive)
    assert journal.read_bytes() == encode(1, 0.0, opened)


def test_a_budget_for_a_model_of_unknown_price_is_an_error_at_the_start(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It could not be kept."""
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    limits = Limits(max_budget_usd=1.0)
    arguments = replace(Arguments(), directory=places.state.parent)
    loaded = Loaded(Settings(model=ModelSettings(name="openai/no-such-model"), limits=limits))
    with pytest.raises(ConfigError, match=r"prices of no-such-model .* are not known"):
        prepare(arguments, loaded, places, interactive=False)
    offline = Loaded(Settings(model=ModelSettings(name="offline"), limits=limits))
    assert prepare(arguments, offline, places, interactive=False).opening.provider == "offline"
