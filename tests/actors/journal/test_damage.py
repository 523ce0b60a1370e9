"""A journal of which lines are lost, garbled, doubled or swapped: the session goes on all the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from actors.blocks import ToolCall
from actors.conversation import fold
from actors.edges.real_ports import MemoryJournal
from actors.ids import CallId, PromptId, RequestId, TurnId
from actors.journal.damage import damage, restored
from actors.journal.journal import Journal, encode, read_back
from actors.messages import Commit
from actors.records import CallFinished, CallStarted, PromptAccepted, Record, ReplyCompleted, TurnFinished, TurnStarted
from actors.transcript import AssistantMessage, Usage
from tests.actors.damaged_lives import STAGED, WAYS, assert_goes_on, assert_legal, damaged, sessions
from tests.actors.staged_context import StagedContext
from tools.tool import ToolResult

T1, P1, C1 = TurnId("t1"), PromptId("p1"), CallId("t1-r1-c1")
RECORDS: tuple[Record, ...] = (
    PromptAccepted(P1, "go"),
    TurnStarted(T1, P1, "go"),
    ReplyCompleted(T1, RequestId("t1-r1"), AssistantMessage.of("", calls=(ToolCall(C1, "n", ""),)), Usage()),
    CallStarted(T1, C1, "n", "", "files"),
    CallFinished(T1, C1, "n", ToolResult("ok", "")),
    ReplyCompleted(T1, RequestId("t1-r2"), AssistantMessage.of("done"), Usage()),
    TurnFinished(T1, P1, "done", "done", Usage(), 2, 0.0),
)
LINES = tuple(encode(number, 0.0, record) for number, record in enumerate(RECORDS, start=1))


@pytest.mark.parametrize("scenario", sorted(STAGED))
def test_a_session_goes_on_whatever_happened_to_one_line(scenario: str) -> None:
    """I4, I5, I7: every line of a whole session and of killed ones, damaged in every way."""
    for lines, acts in sessions(scenario):
        for way in WAYS:
            for place in range(len(lines)):
                left = damaged(lines, way, place)
                assert_legal(left)
                assert_goes_on(scenario, left, acts)


@given(some.data())
@settings(max_examples=60)
def test_a_session_goes_on_whatever_happened_to_two_lines(data: some.DataObject) -> None:
    scenario = data.draw(some.sampled_from(sorted(STAGED)))
    lines, acts = data.draw(some.sampled_from([each for each in sessions(scenario) if each[0]]))
    for _ in range(2):
        lines = damaged(lines, data.draw(some.sampled_from(WAYS)), data.draw(some.integers(0, len(lines))))
    assert_legal(lines)
    assert_goes_on(scenario, lines, acts)


@given(some.data())
@settings(max_examples=200)
def test_any_lines_in_any_order_are_legal(data: some.DataObject) -> None:
    lines, _ = data.draw(some.sampled_from(sessions(data.draw(some.sampled_from(sorted(STAGED))))))
    assert_legal(tuple(data.draw(some.permutations(lines)))[: data.draw(some.integers(0, len(lines)))])


@given(some.data())
@settings(max_examples=60, deadline=None)
def test_a_session_of_which_any_lines_are_left_in_any_order_goes_on(data: some.DataObject) -> None:
    scenario = data.draw(some.sampled_from(sorted(STAGED)))
    lines, _ = data.draw(some.sampled_from(sessions(scenario)))
    left = tuple(data.draw(some.permutations(lines)))[: data.draw(some.integers(0, len(lines)))]
    assert_goes_on(scenario, left, ())


def test_undamaged_sessions_fit() -> None:
    for scenario in STAGED:
        for lines, _ in sessions(scenario):
            found = read_back(b"".join(lines))
            assert damage(found, restored(found).misfits) == ""


def test_a_prompt_that_was_finished_is_finished_although_the_start_of_its_turn_is_lost() -> None:
    conversation = assert_legal(damaged(LINES, "deleted", 1))
    assert (conversation.waiting, conversation.turn, conversation.turns) == ((), None, 1)
    assert conversation.transcript == fold(RECORDS).transcript


def test_doubled_and_swapped_lines_are_put_right() -> None:
    whole = restored(read_back(b"".join(LINES)))
    for way in ("doubled", "said again at the end", "swapped"):
        for place in range(len(LINES)):
            assert restored(read_back(b"".join(damaged(LINES, way, place)))) == whole


@pytest.mark.parametrize("way", ["deleted", "garbled", "broken inside"])
def test_a_call_whose_start_is_lost_may_have_acted(way: str) -> None:
    """What is said of an open call must not be that it had no effect, where a line before is missing."""
    found = read_back(b"".join(damaged(LINES[:4], way, 3)) + encode(5, 0.0, PromptAccepted(PromptId("p2"), "")))
    assert restored(found).conversation.started == (C1,)


def test_a_call_whose_start_was_torn_has_not_acted() -> None:
    assert restored(read_back(b"".join(LINES[:3]) + LINES[3][:40])).conversation.started == ()


def test_a_line_that_stands_far_from_its_place_is_read_in_its_place() -> None:
    astray = (*LINES[:1], *LINES[2:], LINES[1])
    assert restored(read_back(b"".join(astray))) == restored(read_back(b"".join(LINES)))


def test_numbers_go_on_above_those_of_lines_that_cannot_be_read() -> None:
    late = encode(41, 0.0, TurnStarted(TurnId("t7"), PromptId("p9"), "")).replace(b'"data":{', b'"data":[')
    found = read_back(b"".join(LINES) + late)
    assert found.number == 41
    assert restored(found).conversation.turns == 7
    assert read_back(b"".join(LINES) + b"?\n").number == 8
    assert read_back(b"").number == 0


def test_the_damage_is_said_in_words() -> None:
    garbled = b"?\n"
    assert told(*LINES) == ""
    assert told(LINES[0], garbled, *LINES[2:]) == "line 2 could not be read and was skipped"
    assert told(LINES[0], garbled, garbled, *LINES[3:]).startswith("lines 2 and 3 could not be read and were skipped")
    assert told(*[garbled] * 8) == "lines 1, 2, 3, 4, 5 and 3 more could not be read and were skipped"
    assert told(LINES[0], *LINES[2:]) == "1 record is missing"
    assert told(*LINES, LINES[0]) == "1 line was there twice and was taken once"
    assert told(*LINES[4:]) == "4 records are missing; 2 records do not fit and were skipped"


def told(*lines: bytes) -> str:
    found = read_back(b"".join(lines))
    return damage(found, restored(found).misfits)


def test_a_call_whose_answer_stands_before_it_was_asked_for_can_still_be_answered() -> None:
    """Its answer fits nowhere, so the call is open; refused once more, it would stay open for ever."""
    answer = CallFinished(T1, C1, "n", ToolResult("ok", ""))
    file, context = MemoryJournal(), StagedContext()
    for number, record in enumerate((*RECORDS[:2], answer, RECORDS[2]), start=1):
        file.append(encode(number, 0.0, record))
    journal = Journal(context, file)
    journal.started()
    context.taken()
    journal.handle(Commit((answer,)))
    assert context.taken() == [answer]
