"""The conversation: what the journal's records add up to, whatever they are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from actors.blocks import ToolCall
from actors.conversation import LOST, NEW, applied, apply, closed, fold, in_doubt
from actors.ids import CallId, PromptId, RequestId, SessionId, TurnId
from actors.records import (
    CallFinished,
    CallStarted,
    ConversationCleared,
    PromptAccepted,
    PromptWithdrawn,
    Record,
    ReplyCompleted,
    SessionOpened,
    ShellShared,
    TurnFinished,
    TurnStarted,
)
from actors.transcript import AssistantMessage, ToolMessage, Usage, UserMessage
from tests.actors.stage import is_balanced
from tools.tool import ToolResult

T1, R1 = TurnId("t1"), RequestId("t1-r1")
CALL = ToolCall(CallId("c1"), "run_command", "{}")
STARTED = TurnStarted(T1, PromptId("p1"), "go")
ASKED = ReplyCompleted(T1, R1, AssistantMessage.of("", calls=(CALL,)), Usage(1, 1))
ENDED = TurnFinished(T1, PromptId("p1"), "done", "", Usage(), 1, 0.0)


def test_a_turn_from_its_prompt_to_its_end() -> None:
    accepted = fold([PromptAccepted(PromptId("p1"), "go"), PromptAccepted(PromptId("p2"), "then")])
    assert [prompt.prompt for prompt in accepted.waiting] == ["p1", "p2"]
    begun = apply(accepted, STARTED)
    assert [prompt.prompt for prompt in begun.waiting] == ["p2"]
    assert begun.turn == STARTED
    asked = apply(begun, ASKED)
    assert asked.unanswered() == (CALL,)
    started = apply(asked, CallStarted(T1, CallId("c1"), "run_command", "x", "commands"))
    assert started.started == ("c1",)
    answered = apply(started, CallFinished(T1, CallId("c1"), "run_command", ToolResult("ok", "x")))
    ended = apply(answered, ENDED)
    assert ended.turn is None
    assert ended.usage == Usage(1, 1)
    assert is_balanced(ended.transcript)


def test_a_withdrawn_prompt_waits_no_longer() -> None:
    waiting = fold([PromptAccepted(PromptId("p1"), "a"), PromptWithdrawn(PromptId("p1"), "a")])
    assert waiting == NEW


def test_a_call_that_was_allowed_to_act_may_have_and_one_that_was_not_has_not() -> None:
    """What the model is told of calls that nobody can answer any more."""
    open_calls = fold([STARTED, ASKED])
    never, maybe = closed(open_calls), closed(apply(open_calls, CallStarted(T1, CallId("c1"), "n", "", "none")))
    results = [state.transcript.messages[-1] for state in (never, maybe)]
    assert all(isinstance(message, ToolMessage) for message in results)
    texts = [message.result.text for message in results if isinstance(message, ToolMessage)]
    assert "had no effect" in texts[0]
    assert "may have taken effect" in texts[1]


def test_a_turn_that_never_ended_is_closed_by_the_next() -> None:
    following = TurnStarted(TurnId("t2"), PromptId("p2"), "again")
    after = fold([STARTED, ASKED, following])
    assert after.turn == following
    assert is_balanced(after.transcript)
    assert after.transcript == fold([STARTED, ASKED, ENDED, following]).transcript


def test_a_turn_whose_start_is_lost_is_begun_by_its_next_record_with_the_oldest_prompt() -> None:
    waiting: list[Record] = [PromptAccepted(PromptId("p1"), "go"), PromptAccepted(PromptId("p2"), "then")]
    whole = fold([*waiting, STARTED, ASKED])
    assert fold([*waiting, ASKED]) == whole
    assert fold([*waiting, ENDED]).waiting == whole.waiting


def test_records_of_a_turn_of_which_nothing_is_known_are_passed_over_and_its_number_is_kept() -> None:
    conversation, fitted = applied(NEW, ASKED)
    assert not fitted
    assert conversation == replace(NEW, turns=1)


def test_a_turn_that_was_over_is_not_begun_again() -> None:
    ended = fold([PromptAccepted(PromptId("p1"), "go"), STARTED, ENDED])
    for late in (STARTED, ASKED, ENDED):
        assert applied(ended, late) == (ended, False)


def test_a_call_whose_answer_is_lost_gets_one_before_the_next_reply() -> None:
    second = ReplyCompleted(T1, RequestId("t1-r2"), AssistantMessage.of("done"), Usage())
    conversation = fold([STARTED, ASKED, second])
    assert is_balanced(conversation.transcript)
    assert [message.result for message in conversation.transcript.messages if isinstance(message, ToolMessage)] == [
        LOST
    ]


def test_where_something_is_missing_an_open_call_may_have_acted() -> None:
    assert in_doubt(fold([STARTED, ASKED])).started == ("c1",)
    assert in_doubt(NEW) == NEW


def test_a_prompt_waits_once_and_not_while_it_runs() -> None:
    accepted = PromptAccepted(PromptId("p1"), "go")
    assert len(fold([accepted, accepted]).waiting) == 1
    assert fold([STARTED, accepted]).waiting == ()


def test_numbers_of_turns_are_never_given_twice() -> None:
    """Also where one is missing, because its start could not be written."""
    assert fold([STARTED]).turns == 1
    assert fold([STARTED, TurnStarted(TurnId("t7"), PromptId("p"), "")]).turns == 7
    assert fold([TurnStarted(TurnId("someone else's"), PromptId("p"), "")]).turns == 1


def test_a_persons_own_command_goes_along_with_the_next_prompt() -> None:
    shared = fold([ShellShared("make", "ok", 0), ShellShared("top", "", None), STARTED])
    said = shared.transcript.messages[0]
    assert isinstance(said, UserMessage)
    assert said.text.startswith("I ran `make` myself (exit code 0). Its output:\n```\nok")
    assert "I ran `top` myself (not finished)" in said.text
    assert said.text.endswith("go")
    assert shared.shared == ()


def test_a_cleared_conversation_keeps_its_numbers_and_its_cost() -> None:
    cleared = apply(fold([STARTED, ASKED, ENDED]), ConversationCleared())
    assert cleared.transcript.messages == ()
    assert (cleared.turns, cleared.usage) == (1, Usage(1, 1))


IDS = some.sampled_from(["1", "2", "3"])
KINDS = 10


def record(kind: int, one: str, two: str, calls: frozenset[str]) -> Record:  # noqa: PLR0911 - one line a record
    """Any record, about one of few turns, prompts and calls."""
    turn, prompt, call = TurnId(f"t{one}"), PromptId(one), CallId(f"{one}-{two}")
    match kind:
        case 0:
            return SessionOpened(SessionId("s"), "", "", "", 0.0)
        case 1:
            return PromptAccepted(prompt, one)
        case 2:
            return PromptWithdrawn(prompt, one)
        case 3:
            return TurnStarted(turn, prompt, one)
        case 4:
            asked = tuple(ToolCall(CallId(f"{one}-{name}"), "n", "") for name in sorted(calls))
            return ReplyCompleted(turn, RequestId(one), AssistantMessage.of(one, calls=asked), Usage(1, 1))
        case 5:
            return CallStarted(turn, call, "n", "", "files")
        case 6:
            return CallFinished(turn, call, "n", ToolResult("ok", ""))
        case 7:
            return TurnFinished(turn, prompt, "done", "", Usage(), 1, 0.0)
        case 8:
            return ConversationCleared()
        case _:
            return ShellShared("a", "b", 0)


RECORDS = some.builds(record, some.integers(0, KINDS - 1), IDS, IDS, some.frozensets(IDS))


@given(some.lists(RECORDS, max_size=40))
def test_any_records_make_a_conversation_that_can_be_closed_and_gone_on_with(records: list[Record]) -> None:
    """Also records that no journal of ours would hold: the state after them is legal."""
    ended = closed(fold(records))
    assert ended.turn is None
    assert ended.unanswered() == ()
    begun = apply(ended, TurnStarted(TurnId("t99"), PromptId("p"), "next"))
    assert begun.unanswered() == ()
    assert begun.turns >= ended.turns + 1
