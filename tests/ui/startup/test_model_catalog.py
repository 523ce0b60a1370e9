"""The models of a session, over real servers: each turn goes to its own, and keys never meet the wrong one."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from msgspec.structs import replace

from actors.llm.model_choice import LookUp, ModelChoice, NoSuchModel
from actors.llm.port import Finished
from actors.llm.scripted.chat_request import ChatRequest
from actors.llm.scripted.script import ScriptedStep
from actors.llm.scripted.server import ModelServer
from config.models.provider_access import ProviderAccess
from config.providers import choose_model
from config.settings import Limits, Provider, Settings
from tests.actors.llm.hearing import PATIENCE, Hearing, call
from ui.startup.model_catalog import RealModels


def settings_of(**providers: Provider) -> Settings:
    return Settings(providers=providers)


def found(models: RealModels, name: str) -> LookUp:
    heard: list[LookUp] = []
    done = threading.Event()

    def listener(answer: LookUp) -> None:
        heard.append(answer)
        done.set()

    models.find(name, listener)
    assert done.wait(PATIENCE)
    return heard[0]


def first_of(settings: Settings, name: str) -> ProviderAccess:
    return choose_model(name, settings, {}, Path("/"))


def test_each_turn_is_asked_of_the_model_that_was_chosen_when_it_began() -> None:
    asked: list[tuple[str, str]] = []

    def answering(name: str) -> ModelServer:
        def answer(request: ChatRequest) -> tuple[ScriptedStep, ...]:
            asked.append((name, request.model))
            return (ScriptedStep(delta=f"I am {name}"),)

        return ModelServer(answer)

    with answering("one") as one, answering("two") as two:
        settings = settings_of(one=Provider(base_url=one.url, model="m1"), two=Provider(base_url=two.url, model="m2"))
        models = RealModels(first_of(settings, "one"), settings, Path("/"))
        port = models.fresh()
        choice = found(models, "two")
        assert isinstance(choice, ModelChoice)
        assert (choice.selector, choice.provider, choice.model) == ("two/m2", "two", "m2")
        for request in ("t1-r1#1", "t1-r2#1", "t2-r1#1"):
            hearing = Hearing()
            port.start(request, replace(call(), model="m1"), hearing)
            assert isinstance(hearing.final(), Finished)
            models.use(choice)
        models.close()
    assert asked == [("one", "m1"), ("one", "m1"), ("two", "m2")]


def test_a_new_port_of_the_same_turn_goes_on_with_its_model() -> None:
    """A streamer that was restarted in the middle of a turn."""
    settings = settings_of(a=Provider(base_url="http://h/v1", model="m"), b=Provider(base_url="http://i/v1", model="n"))
    models = RealModels(first_of(settings, "a"), settings, Path("/"))
    choice = found(models, "b")
    assert isinstance(choice, ModelChoice)
    assert models.of_turn("t1").selector == "a/m"
    models.use(choice)
    models.fresh()
    assert [models.of_turn(turn).selector for turn in ("t1", "t2")] == ["a/m", "b/n"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("groq", "GROQ_API_KEY"),
        ("bad/m", "There is no dialect named"),
        ("script:", "has no file"),
        ("\x1b[2J", "holds a character that"),
    ],
)
def test_a_name_that_cannot_be_asked_is_said_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, name: str, expected: str
) -> None:
    monkeypatch.delenv("GROQ_API_KEY", raising=False)
    settings = settings_of(bad=Provider(base_url="http://h/v1", dialect="klingon"))
    answer = found(RealModels(first_of(settings, "offline"), settings, Path("/")), name)
    assert isinstance(answer, NoSuchModel)
    assert answer.text.startswith("The model was not changed: ")
    assert expected in answer.text
    assert "\x1b" not in answer.text


def test_a_model_without_prices_is_refused_under_a_budget() -> None:
    settings = Settings(limits=Limits(max_budget_usd=1.0), providers={"a": Provider(base_url="http://h/v1", model="m")})
    answer = found(RealModels(first_of(settings, "offline"), settings, Path("/")), "a")
    assert isinstance(answer, NoSuchModel)
    assert 'providers.a.facts."m".prices' in answer.text


def test_what_a_command_prints_becomes_a_secret_of_the_session() -> None:
    learnt: list[str] = []
    own = Provider(base_url="http://h/v1", model="m", api_key_command=("/bin/echo", "printed-key-4711"))
    settings = settings_of(a=own)
    first = first_of(settings, "offline")
    models = RealModels(first, settings, Path("/"), learn=learnt.extend)
    assert isinstance(found(models, "a"), ModelChoice)
    assert "printed-key-4711" in learnt
