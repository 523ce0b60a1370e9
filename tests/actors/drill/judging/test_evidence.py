"""Evidence: what was seen, sorted; nothing is judged here."""

from __future__ import annotations

from actors.drill.judging.evidence import Evidence
from actors.drill.plan.faults import InjectedFault
from actors.drill.plan.scenarios import ANSWER, JOB, QUIT_STREAMING
from actors.drill.simulated.run import Kill, RunSpec, run
from actors.messages import RequestReply
from actors.records import PromptAccepted


def test_messages_are_found_by_class_in_the_order_they_were_sent() -> None:
    done = run(JOB, RunSpec(schedule=()))
    seen = Evidence(done.incarnations[0], done)
    requests = seen.of(RequestReply)
    assert [sent.message.request for sent in requests] == ["t1-r1", "t1-r2"]
    assert requests[0].index < requests[1].index


def test_the_journal_can_be_read_back_to_any_moment() -> None:
    done = run(ANSWER, RunSpec(schedule=()))
    seen = Evidence(done.incarnations[0], done)
    (accepted,) = seen.of(PromptAccepted)
    assert seen.replayed(seen.of(RequestReply)[0]).turn is not None
    assert not seen.replayed(accepted).waiting, "its turn was begun in the same commit"
    assert seen.waiting == set()


def test_a_killed_life_is_known_and_only_the_last_one_knows_the_facts() -> None:
    done = run(JOB, RunSpec(schedule=(), kills=(Kill(70),)))
    first, last = (Evidence(incarnation, done) for incarnation in done.incarnations)
    assert (first.killed, first.last, first.records, list(first.acts)) == (True, False, (), [])
    assert (last.killed, last.last) == (False, True)
    assert last.records


def test_it_is_known_whether_anything_was_disturbed() -> None:
    plain = run(ANSWER, RunSpec(schedule=()))
    assert not Evidence(plain.incarnations[0], plain).struck()
    assert Evidence(plain.incarnations[0], plain).clean
    crashed = run(ANSWER, RunSpec(faults=(InjectedFault("ui", "crash_after", nth=2),), schedule=()))
    seen = Evidence(crashed.incarnations[0], crashed)
    assert seen.struck("crash_after")
    assert not seen.struck("hang")
    assert seen.failed()
    assert not seen.clean
    assert Evidence(plain.incarnations[0], run(QUIT_STREAMING, RunSpec(schedule=()))).left_early
