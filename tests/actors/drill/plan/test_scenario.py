"""A scenario as data."""

from __future__ import annotations

from actors.drill.plan.scenario import Act, prompt
from actors.drill.plan.scenarios import CANCEL_STREAM, QUEUE
from actors.ids import PromptId
from actors.messages import SubmitPrompt
from actors.records import SessionOpened, TurnFinished


def test_a_prompt_is_submitted_when_the_session_is_open_if_nothing_else_is_said() -> None:
    assert prompt("hello") == Act(SubmitPrompt(PromptId("p1"), "hello"), SessionOpened)
    assert prompt("more", 2, after=TurnFinished, seconds=3.0).seconds == 3.0


def test_a_scenario_knows_its_prompts() -> None:
    assert QUEUE.prompts() == ("p1", "p2", "p3")
    assert CANCEL_STREAM.prompts() == ("p1", "p2")
