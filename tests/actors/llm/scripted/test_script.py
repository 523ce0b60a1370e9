"""Scripts: what may stand in them, which exchange answers, and the difference where none does."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from actors.llm.scripted.chat_request import ChatRequest, RequestMessage
from actors.llm.scripted.script import Script, ScriptedExchange, ScriptedStep, ScriptPlayer, UsageStep, load_script
from config.errors import ConfigError

SCRIPT = """
seed = 7
[[exchanges]]
expect = "list"
steps = [
    {reasoning = "hm"},
    {delta = "a ", repeat = 3, every = 0.5},
    {call = {name = "list_files", arguments = {path = "."}}},
    {usage = {input = 4, output = 2}},
]
[[exchanges]]
expect_regex = "^b+$"
expect_results = ["one"]
request = 2
times = "any"
steps = [{status = 429, headers = {Retry-After = "1"}, body = "slow"}]
"""


def asked(prompt: str, *results: str) -> ChatRequest:
    answers = tuple(RequestMessage("tool", result) for result in results)
    return ChatRequest((RequestMessage("user", prompt), RequestMessage("assistant", ""), *answers))


def says(text: str, **fields: object) -> ScriptedExchange:
    return msgspec.convert({"steps": [{"delta": text}], **fields}, ScriptedExchange)


def refusal(steps: tuple[ScriptedStep, ...]) -> str:
    assert steps[0].status == 400
    return str(msgspec.json.decode(steps[0].body)["error"]["message"])


def test_toml_and_json_hold_the_same_script(tmp_path: Path) -> None:
    toml, json = tmp_path / "s.toml", tmp_path / "s.json"
    toml.write_text(SCRIPT, encoding="utf-8")
    script = load_script(toml)
    json.write_bytes(msgspec.json.encode(script))
    assert load_script(json) == script
    assert script.seed == 7
    assert script.exchanges[0].steps[1] == ScriptedStep(delta="a ", repeat=3, every=0.5)
    assert script.exchanges[0].steps[3] == ScriptedStep(usage=UsageStep(4, 2))
    assert script.exchanges[1].times == "any"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "exchanges"),
        ("x = [", "toml"),
        ("[[exchanges]]\nsteps = [{}]", "exactly one"),
        ('[[exchanges]]\nsteps = [{delta = "a", stall = 1}]', "delta and stall"),
        ('[[exchanges]]\nsteps = [{dleta = "a"}]', "dleta"),
        ("[[exchanges]]\nsteps = [{stall = -1}]", "stall"),
        ('[[exchanges]]\nsteps = []\nexpect_regex = "("', "expect_regex"),
        ('[[exchanges]]\nsteps = [{cut = "sideways"}]', "cut"),
    ],
)
def test_a_mistake_is_told_with_the_file_and_the_place(tmp_path: Path, text: str, word: str) -> None:
    path = tmp_path / "s.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_script(path)
    assert str(path) in str(caught.value)
    assert word.lower() in str(caught.value).lower()


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nowhere"):
        load_script(tmp_path / "nowhere.toml")


def test_exchanges_answer_in_order() -> None:
    player = ScriptPlayer(Script((says("1"), says("2", times=2), says("3"))))
    assert [player(asked("x"))[0].delta for _ in range(4)] == ["1", "2", "2", "3"]
    assert player.unused() == ()


def test_what_comes_out_of_order_is_refused_with_the_difference() -> None:
    player = ScriptPlayer(Script((says("1", expect="red"), says("2", expect="blue"))))
    text = refusal(player(asked("paint it blue")))
    assert "request 1" in text
    assert "- red" in text
    assert "+ paint it blue" in text
    assert player.unused() == (0, 1)


def test_in_any_order_the_one_that_fits_answers() -> None:
    player = ScriptPlayer(Script((says("1", expect="red"), says("2", expect="blue")), any_order=True))
    assert player(asked("blue"))[0].delta == "2"
    assert player(asked("red"))[0].delta == "1"
    assert "used up" in refusal(player(asked("red")))


def test_an_unlimited_exchange_may_be_passed_over() -> None:
    player = ScriptPlayer(Script((says("ping", expect="p", times="any"), says("end", expect="end"))))
    assert [player(asked(text))[0].delta for text in ("p", "p", "end")] == ["ping", "ping", "end"]


@pytest.mark.parametrize(
    ("expectation", "fits", "differs"),
    [
        ({"expect": "b"}, asked("abc"), asked("xyz")),
        ({"expect_regex": "^a.c$"}, asked("abc"), asked("abcd")),
        ({"expect_results": ["o", "t"]}, asked("x", "one", "two"), asked("x", "two", "one")),
        ({"expect_results": ["o", "t"]}, asked("x", "one", "two"), asked("x", "one")),
        ({"request": 1}, asked("x"), None),
        ({"request": 2}, None, asked("x")),
    ],
)
def test_each_expectation_can_fail(
    expectation: dict[str, object], fits: ChatRequest | None, differs: ChatRequest | None
) -> None:
    if fits is not None:
        assert ScriptPlayer(Script((says("y", **expectation),)))(fits)[0].delta == "y"
    if differs is not None:
        assert "- " in refusal(ScriptPlayer(Script((says("y", **expectation),)))(differs))
