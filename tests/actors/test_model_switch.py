"""The model switch: a name becomes a record, and only what is written holds."""

from __future__ import annotations

from pathlib import Path

from actors.llm.model_choice import LookUpListener, ModelChoice, NoSuchModel
from actors.messages import ChangeModel, Commit, NoticeRaised, UseModel
from actors.model_switch import UNCHANGED, ModelLookedUp, ModelSwitch
from actors.records import ModelChanged, TurnFinished
from tests.actors.stage import Stage
from tests.actors.staged_context import StagedContext

OTHER = ModelChoice("acme/other", "Acme", "other")


class HandCatalog:
    """A catalogue that the test answers for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, LookUpListener]] = []
        self.used: list[ModelChoice] = []
        self.chosen: ModelChoice | None = None

    def find(self, name: str, listener: LookUpListener) -> None:
        self.asked.append((name, listener))

    def use(self, choice: ModelChoice) -> None:
        self.used.append(choice)


def switched() -> tuple[ModelSwitch, StagedContext, HandCatalog]:
    context, catalog = StagedContext(), HandCatalog()
    return ModelSwitch(context, catalog), context, catalog


def test_a_name_is_looked_up_and_the_answer_comes_back_as_a_message() -> None:
    switch, context, catalog = switched()
    switch.handle(ChangeModel("other"))
    ((name, listener),) = catalog.asked
    assert (name, context.taken()) == ("other", [])
    listener(OTHER)
    assert context.taken() == [ModelLookedUp(OTHER)]


def test_a_model_that_was_found_is_written_before_it_is_used() -> None:
    switch, context, catalog = switched()
    switch.handle(ModelLookedUp(OTHER))
    assert context.taken() == [Commit((ModelChanged("acme/other", "Acme", "other"),), (UseModel(OTHER),))]
    assert catalog.used == []


def test_a_name_that_leads_nowhere_is_said_and_nothing_is_written() -> None:
    switch, context, _ = switched()
    switch.handle(ModelLookedUp(NoSuchModel("no such model; set X")))
    assert context.taken() == [NoticeRaised("warning", "no such model; set X")]


def test_a_change_that_failed_on_the_way_is_said() -> None:
    switch, context, _ = switched()
    switch.failed_on(ChangeModel("other"))
    assert context.taken() == [NoticeRaised("warning", UNCHANGED)]


def test_a_company_that_cannot_change_its_model_says_so(tmp_path: Path) -> None:
    with Stage(tmp_path) as stage:
        stage.company.send(ChangeModel("other"))
        said = stage.probe.wait_for(NoticeRaised)
        assert "cannot be changed" in said.text
        stage.tell("hello")
        ended = stage.outcome("hello")
        assert isinstance(ended, TurnFinished)
        assert ended.outcome == "done"
