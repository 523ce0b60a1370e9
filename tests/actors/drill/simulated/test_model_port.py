"""The simulated model: what a script says becomes what a server would have signalled."""

from __future__ import annotations

import pytest

from actors.blocks import ReasoningBlock, TextBlock, ToolCall
from actors.drill.plan.faults import InjectedFault
from actors.drill.simulated.model_port import CANCELLED, CUT, STALLED, answer, asked, marks
from actors.ids import CallId
from actors.llm.port import Failed, Finished, Piece
from actors.llm.scripted.script import CallStep, ScriptedStep, UsageStep
from actors.transcript import AssistantMessage, ToolMessage, Transcript, Usage, UserMessage
from config.faults.fault_kinds import KINDS
from tests.actors.drill.simulated_ports import Ground
from tools.tool import ToolResult

HELLO = (ScriptedStep(delta="Hel"), ScriptedStep(delta="lo"))


def test_an_answer_comes_in_pieces_and_ends_with_the_whole() -> None:
    ground = Ground(*HELLO, ScriptedStep(usage=UsageStep(7, 3)))
    ground.ask()
    ground.play()
    assert [signal for _, signal in ground.signals] == [
        Piece("Hel"),
        Piece("lo"),
        Finished(AssistantMessage((TextBlock("Hello"),), "stop", "stop"), Usage(7, 3)),
    ]


def test_steps_that_are_repeated_take_their_time() -> None:
    made = answer((ScriptedStep(delta="a", repeat=3, every=0.5),))
    assert [seconds for seconds, _ in made.signals] == [0.0, 0.5, 0.5, 0.0]


def test_calls_and_reasoning_are_part_of_the_whole() -> None:
    made = answer(
        (
            ScriptedStep(reasoning="hm"),
            ScriptedStep(call=CallStep("mark", {"mark": "a"})),
            ScriptedStep(call=CallStep("look")),
        )
    )
    finished = made.signals[-1][1]
    assert isinstance(finished, Finished)
    calls = (ToolCall(CallId("call_1"), "mark", '{"mark":"a"}'), ToolCall(CallId("call_2"), "look", ""))
    assert finished.message == AssistantMessage((ReasoningBlock("hm"), *calls), "tool_calls", "tool_calls")


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (ScriptedStep(cut="end"), CUT),
        (ScriptedStep(finish="none"), CUT),
        (ScriptedStep(stall=1_000.0), STALLED),
        (ScriptedStep(status=429, headers={"retry-after": "7"}), "overloaded"),
        (ScriptedStep(status=400), "rejected"),
    ],
    ids=["cut", "no end", "stall", "429", "400"],
)
def test_what_goes_wrong_in_a_script_is_signalled_as_by_a_server(step: ScriptedStep, expected: object) -> None:
    last = answer((ScriptedStep(delta="half"), step)).signals[-1][1]
    assert last == expected or (isinstance(last, Failed) and last.kind == expected)


def test_a_cancelled_request_says_nothing_more_but_that() -> None:
    ground = Ground(ScriptedStep(delta="a", repeat=50, every=1.0))
    ground.ask()
    ground.scheduler.clock.call_later(2.5, lambda: ground.model.cancel("r"))
    ground.play()
    assert [signal for _, signal in ground.signals] == [Piece("a"), Piece("a"), Piece("a"), CANCELLED]
    ground.model.cancel("unknown")


def test_closing_cancels_everything() -> None:
    ground = Ground(ScriptedStep(stall=60.0))
    ground.ask("one")
    ground.ask("two")
    ground.scheduler.clock.call_later(1.0, ground.model.close)
    ground.play()
    assert [signal for _, signal in ground.signals] == [CANCELLED, CANCELLED]


@pytest.mark.parametrize(
    ("kind", "texts", "end"),
    [
        ("cut", ["Hel"], "cut"),
        ("reset", ["Hel"], "cut"),
        ("no_end", ["Hel", "lo"], "cut"),
        ("malformed", ["Hel"], "malformed"),
        ("html", [], "malformed"),
        ("stall", ["Hel"], "stalled"),
        ("status_429", [], "overloaded"),
        ("status_500", [], "overloaded"),
        ("rejected", [], "rejected"),
        ("barren", ["Hel"], "stalled"),
        ("context_exceeded", [], "context_exceeded"),
    ],
)
def test_a_fault_spoils_the_answer(kind: str, texts: list[str], end: str) -> None:
    ground = Ground(*HELLO, faults=(InjectedFault("model", kind, nth=1, seconds=3.0, size=1),))
    ground.ask()
    ground.play()
    *pieces, last = [signal for _, signal in ground.signals]
    assert [piece.text for piece in pieces if isinstance(piece, Piece)] == texts
    assert isinstance(last, Failed)
    assert last.kind == end
    if kind == "status_429":
        assert last.retry_after == 3.0


@pytest.mark.parametrize(("kind", "text", "reason"), [("empty", "", "stop"), ("withheld", "Hel", "filtered")])
def test_an_answer_may_end_without_being_one(kind: str, text: str, reason: str) -> None:
    ground = Ground(*HELLO, faults=(InjectedFault("model", kind, nth=1, size=1),))
    ground.ask()
    ground.play()
    last = ground.signals[-1][1]
    assert isinstance(last, Finished)
    assert (last.message.text, last.message.stop_reason) == (text, reason)


def test_a_slow_answer_takes_its_time() -> None:
    ground = Ground(*HELLO, faults=(InjectedFault("model", "slow", nth=1, seconds=2.0),))
    ground.ask()
    ground.play()
    assert [at for at, _ in ground.signals] == [2.0, 4.0, 6.0]


def test_a_piece_can_come_after_the_cancel() -> None:
    ground = Ground(*HELLO, faults=(InjectedFault("model", "late", nth=1),))
    ground.ask()
    ground.model.cancel("r")
    ground.play()
    assert [signal for _, signal in ground.signals] == [Piece("too late"), CANCELLED]


def test_calls_can_be_spoilt() -> None:
    steps = tuple(ScriptedStep(call=CallStep("mark", {"mark": mark})) for mark in "ab")
    for kind, ids, first in (
        ("same_ids", ["call_1"] * 2, '{"mark":"a"}'),
        ("bad_arguments", ["call_1", "call_2"], '{"mark": '),
    ):
        ground = Ground(*steps, faults=(InjectedFault("model", kind, nth=1),))
        ground.ask()
        ground.play()
        last = ground.signals[-1][1]
        assert isinstance(last, Finished)
        assert [call.id for call in last.message.calls] == ids
        assert last.message.calls[0].arguments == first


def test_the_world_knows_what_the_model_asked_for() -> None:
    ground = Ground(
        ScriptedStep(call=CallStep("mark", {"mark": "a"})),
        ScriptedStep(call=CallStep("run_command", {"command": "ls"})),
    )
    ground.ask()
    assert ground.world.asked == ["a", "ls"]
    assert marks(ToolCall(CallId("1"), "mark", "no JSON")) == ()


def test_a_request_is_what_a_server_would_read() -> None:
    talk = Transcript(
        (UserMessage.of("u"), AssistantMessage.of("a"), ToolMessage.of(CallId("c"), "look", ToolResult("ok", "t")))
    )
    read = asked(talk)
    assert read.prompt() == "u"
    assert read.results() == ("t",)


@pytest.mark.parametrize("kind", sorted(KINDS["model"]))
def test_no_kind_leaves_the_answer_as_it_is(kind: str) -> None:
    steps = (
        ScriptedStep(delta="Hel"),
        ScriptedStep(delta="lo"),
        *(ScriptedStep(call=CallStep("mark", {"mark": mark})) for mark in "ab"),
    )
    seen: list[list[object]] = []
    for faults in ((), (InjectedFault("model", kind, nth=1),)):
        ground = Ground(*steps, faults=faults)
        ground.ask()
        if kind == "late":
            ground.model.cancel("r")
        ground.play()
        seen.append(list(ground.signals))
    assert seen[0] != seen[1]
