"""Somebody's own scenario, and the sentence where it means nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from actors.drill.plan.scenario import Program, Scenario, prompt
from actors.drill.plan.scenarios import SCENARIOS, call, exchange, says, script
from actors.drill.simulated.tools import toolbox
from actors.drill.user.user_script import check_calls, check_scenario
from actors.llm.scripted.script import Script, ScriptedExchange, ScriptedStep
from config.errors import ConfigError

SEAT = exchange("seat", call("mark", mark="1"), says("Yours."))
BOOKING = Scenario("booking", "one seat", script(SEAT), (prompt("a seat"),))
BOX = toolbox(lambda _: None)


def refusal(**changes: Any) -> str:  # noqa: ANN401 - what a slip of the pen passes
    with pytest.raises(ConfigError) as caught:
        check_scenario(replace(BOOKING, **changes))
    return str(caught.value)


@pytest.mark.parametrize("scenario", [BOOKING, *SCENARIOS], ids=lambda scenario: str(scenario.name))
def test_a_scenario_that_means_something_passes(scenario: Scenario) -> None:
    check_scenario(scenario)
    check_calls(scenario.script, BOX)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"acts": prompt("a seat")}, 'a tuple with a comma, such as (prompt("pay the bill"),), not Act(…)'),
        ({"acts": ()}, "booking: the person does nothing"),
        ({"acts": ("a seat",)}, "not 'a seat'"),
        ({"acts": (prompt("a seat"), prompt("a seat"))}, 'count them: prompt("…"), prompt("…", 2)'),
        ({"mode": "defualt"}, "mode= of a Scenario is one of 'default', 'accept-edits', 'plan', 'yolo', not 'defualt'"),
        ({"approves": "yes"}, "approves= of a Scenario is one of 'once', 'session', 'always', 'no', not 'yes'"),
        ({"programs": [Program()]}, "not list(…)"),
        ({"programs": {"make": "one"}}, "not 'one'"),
        ({"script": SEAT}, "is script(exchange("),
        ({"script": script(says("Yours."))}, "not ScriptedStep(…)"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        ({"script": script(exchange("seat", "Yours."))}, "not 'Yours.'"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ],
)
def test_a_slip_of_the_pen_says_what_to_write(changes: dict[str, Any], said: str) -> None:
    assert said in refusal(**changes)


def test_a_script_that_would_call_for_ever_is_refused() -> None:
    said = refusal(script=script(exchange("seat", says("Wait."), (*says("and"), *call("mark", mark="1")))))
    assert "its last answer calls mark" in said
    assert "let it hold no calls" in said


def test_a_last_answer_whose_calls_never_arrive_may_stand() -> None:
    broken = (*call("mark", mark="1"), ScriptedStep(cut="reset"))
    check_scenario(replace(BOOKING, script=script(exchange("seat", broken))))


def test_a_prompt_without_an_answer_is_refused() -> None:
    said = refusal(script=script(exchange("zzz", says("Yours."))))
    assert said == "the script has no answer to the prompt 'a seat': its exchanges expect 'zzz'"


def test_an_exchange_that_is_never_asked_is_refused() -> None:
    assert "exchange('table', …) answers no prompt" in refusal(script=script(SEAT, exchange("table", says("No."))))
    assert "exchange('a seat', …) answers no prompt" in refusal(script=script(SEAT, exchange("a seat", says("No."))))


def test_a_script_in_order_may_have_several_answers_to_one_prompt() -> None:
    exchanges = (ScriptedExchange(says("Wait."), times="any"), ScriptedExchange(says("Yours."), expect="seat"))
    check_scenario(replace(BOOKING, script=Script(exchanges)))


def test_a_call_of_a_tool_that_is_not_there_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"the script calls mrak\. There is no tool 'mrak'\. Did you mean mark"):
        check_calls(script(exchange("seat", call("mrak"), says("Yours."))), BOX)


def test_wrong_arguments_are_a_warning_for_they_may_be_meant() -> None:
    with pytest.warns(UserWarning, match="its tool not run: mark: there is no argument 'mrak'. Did you mean mark?"):
        check_calls(script(exchange("seat", call("mark", mrak="1"), says("Yours."))), BOX)
