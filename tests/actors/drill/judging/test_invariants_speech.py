"""Each check of what was said is broken once by hand, and seen to be broken."""

from __future__ import annotations

from msgspec.structs import replace

from actors.drill.plan.scenario import Scenario, prompt
from actors.drill.plan.scenarios import ANSWER, JOB, QUEUE, RETRY, exchange, script
from actors.llm.port import Finished
from actors.llm.scripted.script import ScriptedStep
from actors.llm_streamer import SignalArrived
from actors.messages import JobStreamed, NoticeRaised, ReplyDiscarded, ReplyStreamed
from actors.records import PromptWithdrawn, ReplyCompleted
from tests.actors.drill.doctored import broken, good, sent, swap

NOTHING = NoticeRaised("info", "in its place")
REASONING = Scenario(
    "reasoning",
    "the model thinks, speaks, and thinks again",
    script(
        exchange(
            "think",
            (
                ScriptedStep(reasoning="a"),
                ScriptedStep(delta="b"),
                ScriptedStep(reasoning="c"),
                ScriptedStep(delta="d"),
            ),
        )
    ),
    (prompt("think"),),
)


def test_i1_sees_text_and_reasoning_change_places() -> None:
    done = good(REASONING)
    pieces = [shown for shown in done.world.shown if isinstance(shown.message, ReplyStreamed)]
    spoken = pieces[0].message
    assert isinstance(spoken, ReplyStreamed)
    pieces[0].message = replace(spoken, text="bd", reasoning="ac")
    done.world.shown = [shown for shown in done.world.shown if shown not in pieces[1:]]
    assert "what t1-r1 said was shown as something else" in broken(done)["I1"]


def test_i1_takes_pieces_that_were_joined_for_the_same() -> None:
    done = good(ANSWER)
    shown = [shown.message for shown in done.world.shown if isinstance(shown.message, ReplyStreamed)]
    assert len(shown) == 1, "two pieces were joined"
    assert "I1" not in broken(done)


def test_i1_sees_output_that_was_shown_as_that_of_the_other_stream() -> None:
    done = good(JOB)
    piece = next(shown for shown in done.world.shown if isinstance(shown.message, JobStreamed))
    assert isinstance(piece.message, JobStreamed)
    piece.message = replace(piece.message, stream="errors")
    assert "what t1-r1-c1 said was shown as something else" in broken(done)["I1"]


def test_i7_sees_a_prompt_that_is_given_back_without_its_text() -> None:
    done = good(QUEUE)
    entry = sent(done, PromptWithdrawn)
    assert isinstance(entry.message, PromptWithdrawn)
    swap(done, entry, replace(entry.message, text=""))
    assert "PromptWithdrawn has another text than prompt p2" in broken(done)["I7"]


def test_i8_sees_an_answer_that_is_not_what_was_streamed() -> None:
    done = good(ANSWER)
    entry = sent(done, ReplyStreamed, 1)
    swap(done, entry, NOTHING)
    assert broken(done)["I8"] == ["what was streamed of t1-r1 is not its answer"]


def test_i8_sees_half_an_answer_that_is_taken_for_a_whole_one() -> None:
    done = good(ANSWER)
    last = next(
        number
        for number in range(9)
        if isinstance((message := sent(done, SignalArrived, number).message), SignalArrived)
        and isinstance(message.signal, Finished)
    )
    swap(done, sent(done, SignalArrived, last), NOTHING)
    assert broken(done)["I8"] == ["the model never finished the answer to t1-r1"]
    entry = sent(done, ReplyCompleted)
    assert isinstance(entry.message, ReplyCompleted)
    swap(done, entry, replace(entry.message, message=entry.message.message.interrupt()))
    assert "I8" not in broken(done), "it says that it was interrupted"


def test_i8_sees_a_retry_that_does_not_take_back_what_was_shown() -> None:
    done = good(RETRY)
    swap(done, sent(done, ReplyDiscarded), NOTHING)
    found = broken(done)["I8"]
    assert "t1-r1 began while half of an answer to t1-r1 was still shown" in found
