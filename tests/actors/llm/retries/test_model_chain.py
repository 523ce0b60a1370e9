"""Which model is asked: the first one whose breaker is closed, and the one that a turn has come to."""

from __future__ import annotations

from actors.ids import TurnId
from actors.llm.model_choice import ModelChoice
from actors.llm.port import ModelPort
from actors.llm.retries.model_chain import FallbackModel, ModelChain
from actors.llm.retries.retry_budget import RetryBudget
from tests.actors.streaming import OTHER, HandPort

T1, T2 = TurnId("t1"), TurnId("t2")


def chain(*names: str) -> tuple[ModelChain, list[RetryBudget], list[str]]:
    """A chain of these models, their budgets, and the names of those whose port was made."""
    budgets, made = [RetryBudget() for _ in names], list[str]()

    def port(name: str) -> ModelPort:
        made.append(name)
        return HandPort()

    models = tuple(
        FallbackModel(name, name, lambda name=name: port(name), budget)  # type: ignore[misc]
        for name, budget in zip(names, budgets, strict=True)
    )
    return ModelChain(models), budgets, made


def test_a_port_is_made_when_it_is_first_needed_and_kept() -> None:
    models, _, made = chain("a", "b")
    assert models.port is models.port
    assert made == ["a"]
    assert models.advance()
    assert models.port is models.port
    assert made == ["a", "b"]
    assert not models.advance()


def test_a_turn_stays_with_its_model_and_the_next_begins_with_the_first() -> None:
    models, _, _ = chain("a", "b")
    models.choose(T1, 0.0)
    models.advance()
    models.choose(T1, 0.0)
    assert models.present.name == "b"
    models.choose(T2, 0.0)
    assert models.present.name == "a"


def test_a_model_whose_breaker_is_open_is_passed_over_unless_all_are() -> None:
    models, budgets, _ = chain("a", "b")
    for _ in range(5):
        budgets[0].fail(0.0, outage=True)
    assert models.choose(T1, 1.0) == "a", "which is passed over"
    assert models.present.name == "b"
    assert models.choose(T1, 1.0) == "", "that was said"
    assert models.attempts(1.0, 5) == 5
    for _ in range(5):
        budgets[1].fail(0.0, outage=True)
    models.choose(T2, 1.0)
    assert models.present.name == "a"
    assert models.attempts(1.0, 5) == 1


def test_another_first_model_holds_from_the_next_turn_on() -> None:
    models, _, _ = chain("a", "b")
    models.choose(T1, 0.0)
    budget = RetryBudget()
    models.use(ModelChoice("p/c", "P", "c", OTHER), budget)
    models.choose(T1, 0.0)
    assert models.present.name == "a"
    models.choose(T2, 0.0)
    assert (models.present.name, models.present.model) == ("c (P)", "c")
    assert (models.present.budget, models.present.facts) == (budget, OTHER)
