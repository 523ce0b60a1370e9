"""Every fault of a model server in every dialect has the outcome that the table promises."""

from __future__ import annotations

import pytest

from tests.servers.scenario import Scenario, answers
from tests.servers.table import SCENARIOS, Cell, chosen, judged, main, printed
from tests.servers.voices import VOICES, Voice


@pytest.mark.parametrize("voice", VOICES, ids=lambda voice: voice.dialect)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_each_scenario_ends_as_it_should(scenario: Scenario, voice: Voice) -> None:
    cell = judged(scenario, voice)
    assert not cell.problem, cell.problem


def test_names_are_told_apart_and_what_does_not_apply_says_why() -> None:
    names = [scenario.name for scenario in SCENARIOS]
    assert len(set(names)) == len(names)
    dialects = {voice.dialect for voice in VOICES}
    assert all(set(scenario.skipped) < dialects and all(scenario.skipped.values()) for scenario in SCENARIOS)


def test_a_wrong_outcome_is_seen() -> None:
    """The table itself can fail."""
    good = chosen(["whole answer"])[0]
    wrong = Scenario("wrong", good.serve, answers("another text"))
    assert all("text is" in judged(wrong, voice).problem for voice in VOICES)


def test_the_table_counts_and_explains() -> None:
    row = [Cell("x", voice.dialect) for voice in VOICES]
    row[1], row[2] = Cell("x", row[1].dialect, "bad"), Cell("x", row[2].dialect, why="no such thing")
    lines = list(printed([row]))
    assert lines[1].split() == ["x", "pass", "FAILS", "-"]
    assert lines[2].strip() == "1 of 2 pass, 1 do not apply"
    assert [line.split(":")[1].strip() for line in lines[3:]] == ["bad", "no such thing"]


def test_the_command_prints_the_chosen_scenarios(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["one call"]) == 0
    assert "3 of 3 pass" in capsys.readouterr().out
    assert main(["no such name"]) == 2
