"""Evidence: what was seen, sorted; nothing is judged here."""

from __future__ import annotations

from actors.drill.evidence import Evidence
from actors.drill.faults import Fault
from actors.drill.run import Course, Kill, run
from actors.drill.scenarios import ANSWER, JOB, QUIT_STREAMING
from actors.messages import PromptAccepted, RequestReply


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
