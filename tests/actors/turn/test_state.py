"""The moves that several rules of the turn loop share."""

from __future__ import annotations

from msgspec.structs import replace

from actors.conversation import fold
from actors.ids import PromptId, TurnId
from actors.messages import CancelTurn, Commit, RequestReply
from actors.records import PromptAccepted, TurnFinished, TurnStarted
from actors.runtime.signals import ActorRestarted
from actors.transcript import AssistantMessage
from actors.turn.recovery import REPEATS
from actors.turn.state import (
    Later,
    TurnEnding,
    TurnState,
    TurnTimeExpired,
    awaited_report,
    begun,
    cancelled,
    committed,
    expected,
    finished,
    is_awaited,
    is_present,
    open_turn,
    reporting,
    waiting,
)
from config.settings import Limits
from tests.actors.hand_loop import USED, call, ready

P1, P2 = PromptId("one"), PromptId("two")
TWO_WAIT = fold([PromptAccepted(P1, "one"), PromptAccepted(P2, "two")])
IDLE = TurnState(Limits(), phase="idle")


def test_the_oldest_prompt_begins() -> None:
    state, sent = begun(TurnState(Limits(time=9.0), TWO_WAIT, "idle"), 5.0)
    commit = sent[0]
    assert isinstance(commit, Commit)
    assert commit.records == (TurnStarted(TurnId("t1"), P1, "one"),)
    assert isinstance(commit.then[0], RequestReply)
    assert sent[-1] == Later(9.0, TurnTimeExpired(TurnId("t1")))
    assert (state.phase, state.begun, state.request) == ("asking", 5.0, "t1-r1")


def test_a_prompt_whose_end_was_told_is_passed_over() -> None:
    state = TurnState(Limits(), TWO_WAIT, "idle", announced=(P1,))
    assert [prompt.prompt for prompt in waiting(state, TWO_WAIT)] == [P2]
    state, _ = begun(state, 5.0)
    assert state.conversation.turn == TurnStarted(TurnId("t1"), P2, "two")
    assert state.conversation.waiting == ()


def test_a_number_is_not_given_twice_also_where_its_turn_was_never_written() -> None:
    state, _ = begun(TurnState(Limits(), TWO_WAIT, "idle", numbered=4), 5.0)
    assert is_present(state, TurnId("t5"))


def test_what_is_committed_counts_at_once_or_with_the_report_that_is_awaited() -> None:
    accepted = PromptAccepted(P1, "one")
    state, sent = committed(IDLE, (accepted,))
    assert sent == (Commit((accepted,)),)
    assert state.conversation == expected(state) == fold([accepted])
    state, _ = committed(TurnState(Limits()), (accepted,))
    assert state.conversation == fold(())
    assert expected(state) == fold([accepted])


def test_only_the_last_report_counts() -> None:
    state, _ = reporting(TurnState(Limits(), incarnation=3))
    state, _ = reporting(state)
    assert awaited_report(state) == "3-2"


def test_only_the_present_request_is_awaited() -> None:
    state, _ = begun(TurnState(Limits(), TWO_WAIT, "idle"), 5.0)
    assert is_awaited(state, state.request)
    state, sent = cancelled(state, TurnEnding("cancelled", ""))
    assert sent
    assert is_awaited(state, state.request)
    assert not is_awaited(reporting(state)[0], state.request)
    assert cancelled(state, TurnEnding("limit", "")) == (state, ())


def test_a_turn_whose_end_was_told_is_not_open() -> None:
    state, _ = begun(TurnState(Limits(), TWO_WAIT, "idle"), 5.0)
    assert open_turn(state) is state.conversation.turn
    announced = TurnState(Limits(), state.conversation, "idle", announced=(P1,))
    assert open_turn(announced) is None


def test_the_limit_of_requests_counts_for_each_turn_alone() -> None:
    loop = ready(Limits(max_turns=2))
    for number in (1, 2, 3):
        loop.prompt(f"prompt {number}")
        assert loop.state.request == f"t{number}-r1"
        loop.reply(call())
        loop.answer(f"t{number}-r1-c1")
        assert loop.state.request == f"t{number}-r2", "the limit is not reached"
        loop.reply(text="done")
        assert (loop.ended().outcome, loop.ended().steps) == ("done", 2)


def test_a_turn_counts_its_own_tokens_and_its_own_time() -> None:
    loop = ready()
    for seconds in (5.0, 2.0):
        loop.prompt(f"takes {seconds}")
        loop.now += seconds
        loop.reply()
        assert (loop.ended().usage, loop.ended().seconds) == (USED, seconds)
    assert loop.state.conversation.usage == USED + USED


def test_failures_of_the_streamer_are_counted_for_each_turn_alone() -> None:
    loop = ready()
    for number in (1, 2):
        loop.prompt(f"prompt {number}")
        assert loop.state.request == f"t{number}-r1"
        for repeat in range(1, REPEATS + 1):
            announced = loop.kinds(ActorRestarted("llm_streamer", 2))
            assert announced == ["ReplyDiscarded", "RequestReply"]
            assert loop.state.request == f"t{number}-r1{'x' * repeat}"
        loop.reply(text="done")
        assert loop.ended().outcome == "done"


def test_what_ended_one_turn_does_not_end_the_next() -> None:
    loop = ready()
    loop.prompt("one")
    loop.tell(CancelTurn())
    loop.failure("cancelled", "half")
    assert loop.ended().outcome == "cancelled"
    loop.prompt("two")
    loop.reply(text="whole")
    assert (loop.ended().outcome, loop.ended().text) == ("done", "whole")
    last = loop.state.conversation.transcript.messages[-1]
    assert last == AssistantMessage.of("whole")


def test_a_turn_never_took_less_than_no_time() -> None:
    state, _ = begun(replace(IDLE, conversation=TWO_WAIT), 50.0)
    _, sent = finished(state, TurnEnding("done", ""), 40.0)
    commit = sent[0]
    assert isinstance(commit, Commit)
    (end,) = (record for record in commit.records if isinstance(record, TurnFinished))
    assert end.seconds == 0.0


def test_the_disk_has_the_end_of_a_turn_and_is_not_waited_for_before() -> None:
    """A session that was told to be done survives a loss of power."""
    loop = ready()
    loop.prompt()
    loop.reply(call())
    loop.answer("t1-r1-c1")
    assert not any(commit.sync for commit in loop.commits)
    loop.reply()
    assert [commit.sync for commit in loop.commits if loop.ended() in commit.records] == [True]
