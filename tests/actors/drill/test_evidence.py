"""Evidence: what was seen, sorted; nothing is judged here."""

from __future__ import annotations

from actors.drill.evidence import Evidence, Observed, ScreenQueue
from actors.drill.faults import Fault
from actors.drill.run import Course, Kill, run
from actors.drill.scenarios import ANSWER, JOB, QUIT_STREAMING
from actors.messages import JobId, JobStreamed, PromptAccepted, ReplyStreamed, RequestId, RequestReply, TurnId
from actors.runtime.message import Message


def piece(text: str) -> ReplyStreamed:
    return ReplyStreamed(TurnId("t"), RequestId("r"), text)


def queue(*messages: Message) -> ScreenQueue:
    return ScreenQueue("sender", [Observed(message, 0.0, place, place) for place, message in enumerate(messages)])


def test_messages_are_found_by_class_in_the_order_they_were_sent() -> None:
    done = run(JOB, Course(schedule=()))
    seen = Evidence(done.lives[0], done)
    requests = seen.of(RequestReply)
    assert [sent.message.request for sent in requests] == ["t1-r1", "t1-r2"]
    assert requests[0].index < requests[1].index


def test_the_journal_can_be_read_back_to_any_moment() -> None:
    done = run(ANSWER, Course(schedule=()))
    seen = Evidence(done.lives[0], done)
    (accepted,) = seen.of(PromptAccepted)
    assert seen.replayed(seen.of(RequestReply)[0]).turn is not None
    assert not seen.replayed(accepted).waiting, "its turn was begun in the same commit"
    assert seen.replayed_last().turn is None
    assert seen.waiting == set()


def test_a_killed_life_is_known_and_only_the_last_one_knows_the_facts() -> None:
    done = run(JOB, Course(schedule=(), kills=(Kill(70),)))
    first, last = (Evidence(life, done) for life in done.lives)
    assert (first.killed, first.last, first.records, list(first.acts)) == (True, False, (), [])
    assert (last.killed, last.last) == (False, True)
    assert last.records


def test_it_is_known_whether_anything_was_disturbed() -> None:
    plain = run(ANSWER, Course(schedule=()))
    assert not Evidence(plain.lives[0], plain).struck()
    assert Evidence(plain.lives[0], plain).clean
    crashed = run(ANSWER, Course(faults=(Fault("ui", "crash_after", nth=2),), schedule=()))
    seen = Evidence(crashed.lives[0], crashed)
    assert seen.struck("crash_after")
    assert not seen.struck("hang")
    assert seen.failed()
    assert not seen.clean
    assert Evidence(plain.lives[0], run(QUIT_STREAMING, Course(schedule=()))).left_early


def test_joined_messages_are_taken_apart() -> None:
    a, b, c = piece("a"), piece("b"), piece("c")
    shown = queue(a, b, c)
    assert shown.show(piece("ab"))
    assert shown.show(c)
    assert (shown.skipped, shown.out_of_order) == ([], [])
    assert not shown.show(JobStreamed(TurnId("t"), JobId("j"), "output", "abc"))


def test_what_was_skipped_and_what_came_too_early_is_known() -> None:
    a, b, c = piece("a"), piece("b"), piece("c")
    shown = queue(a, b, c)
    assert shown.show(c)
    assert [sent.message for sent in shown.skipped] == [a, b]
    assert shown.show(a)
    assert shown.out_of_order == [a]


def test_what_became_a_dead_letter_is_forgiven_also_as_a_part_of_one() -> None:
    a, b, c = piece("a"), piece("b"), piece("c")
    shown = queue(a, b, c)
    shown.show(c)
    shown.forgive([piece("ab")])
    assert not shown.skipped
