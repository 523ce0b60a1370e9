"""The scenarios that ship: each shows what it says, under any schedule."""

from __future__ import annotations

import pytest

from actors.drill.judging.invariants import check
from actors.drill.plan.scenario import Scenario
from actors.drill.plan.scenarios import (
    ANSWER,
    APPROVAL,
    CANCEL_APPROVAL,
    CANCEL_STREAM,
    CANCEL_TOOLS,
    DENIED,
    JOB,
    QUESTION,
    QUEUE,
    REFUSED,
    RETRY,
    SCENARIOS,
    SHELL,
    SILENCE,
    TIME_LIMIT,
    TOOLS,
    UNATTENDED,
    call,
    exchange,
)
from actors.drill.simulated.fixtures import Fixtures
from actors.drill.simulated.run import Run, RunSpec, run
from actors.llm.scripted.script import CallStep
from actors.messages import ReplyDiscarded
from actors.records import CallFinished, TurnFinished
from config.errors import ConfigError

OUTCOMES: dict[str, list[str]] = {
    ANSWER.name: ["done"],
    TOOLS.name: ["done"],
    APPROVAL.name: ["done"],
    DENIED.name: ["done"],
    UNATTENDED.name: ["denied"],
    JOB.name: ["done"],
    TIME_LIMIT.name: ["done"],
    QUESTION.name: ["done"],
    RETRY.name: ["done"],
    REFUSED.name: ["failed", "done"],
    SILENCE.name: ["done"],
    SHELL.name: ["done", "done"],
}


def ends(done: Run) -> list[str]:
    return [shown.message.outcome for shown in done.world.shown if isinstance(shown.message, TurnFinished)]


def test_a_call_may_have_an_argument_that_is_called_name() -> None:
    (step,) = call("greet", name="Ann")
    assert step.call == CallStep("greet", {"name": "Ann"})


def test_an_exchange_without_an_answer_says_what_to_write() -> None:
    with pytest.raises(ConfigError, match=r"exchange\('pay'\): the model says nothing\. Write"):
        exchange("pay")


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[scenario.name for scenario in SCENARIOS])
def test_any_schedule_keeps_every_promise(scenario: Scenario) -> None:
    fixtures = Fixtures()
    for seed in range(25):
        done = run(scenario, RunSpec(seed), fixtures, sealed=seed == 0)
        assert not check(done), seed
        assert ends(done) == OUTCOMES.get(scenario.name, ends(done))


def test_names_are_their_own_and_each_says_what_it_is_about() -> None:
    assert len({scenario.name for scenario in SCENARIOS}) == len(SCENARIOS)
    assert all(scenario.about for scenario in SCENARIOS)


@pytest.mark.parametrize("scenario", [CANCEL_STREAM, CANCEL_TOOLS, CANCEL_APPROVAL], ids=lambda each: each.name)
def test_a_cancelled_turn_is_followed_by_the_next(scenario: Scenario) -> None:
    found = {tuple(ends(run(scenario, RunSpec(seed)))) for seed in range(20)}
    assert any(outcomes[0] == "cancelled" for outcomes in found)
    assert {outcomes[-1] for outcomes in found} <= {"done", "cancelled"}


def test_a_prompt_that_was_taken_back_is_not_answered_unless_it_had_begun() -> None:
    found = {tuple(ends(run(QUEUE, RunSpec(seed)))) for seed in range(20)}
    assert ("done", "done") in found


def test_retries_are_seen_and_counted() -> None:
    done = run(RETRY, RunSpec(schedule=()))
    reasons = [shown.message.attempt for shown in done.world.shown if isinstance(shown.message, ReplyDiscarded)]
    assert reasons == [2, 3, 4]


def test_a_command_at_its_time_limit_keeps_its_output() -> None:
    done = run(TIME_LIMIT, RunSpec(schedule=()))
    results = [shown.message.result for shown in done.world.shown if isinstance(shown.message, CallFinished)]
    assert [result.outcome for result in results] == ["timeout"]
    assert "waiting" in results[0].text
