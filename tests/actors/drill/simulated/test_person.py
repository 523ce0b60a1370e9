"""The simulated front end and the person: they show everything, answer everything, and leave when they are done."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from actors.drill.plan.scenario import Act
from actors.drill.plan.scenarios import ANSWER, APPROVAL, DENIED, QUESTION, QUIT_STREAMING, SHELL
from actors.drill.simulated.person import HEARD, Person
from actors.drill.simulated.run import Kill, Run, RunSpec, run
from actors.drill.simulated.strategies import PlainStrategy
from actors.drill.simulated.world import new_world
from actors.ids import PromptId, SessionId, TurnId
from actors.messages import NoticeRaised, SubmitPrompt
from actors.phase_messages import DrainScreen, ScreenDrained
from actors.records import CallFinished, SessionOpened, TurnFinished
from actors.runtime.message import Message
from actors.runtime.signals import ActorFailed, BeginShutdown
from actors.runtime.simulated.scheduler import Edge, Scheduler
from actors.transcript import NOTHING_USED

OPENED = SessionOpened(SessionId("drill"), "/", "m", "0", 0.0)


def finished(done: Run) -> list[TurnFinished]:
    return [shown.message for shown in done.world.shown if isinstance(shown.message, TurnFinished)]


def seen_by(*messages: Message, acts: tuple[Act, ...] = ANSWER.acts, leaves: bool = True) -> list[Message]:
    """What a person sends who sees these messages."""
    scheduler = Scheduler(PlainStrategy())
    sent: list[Message] = []
    person = Person(new_world(replace(ANSWER, acts=acts, leaves=leaves)), scheduler, sent.append)
    screen = Edge("screen", scheduler)
    for message in messages:
        screen.push(partial(person.sees, message))
    scheduler.run()
    return sent


def end_of(prompt: str) -> TurnFinished:
    return TurnFinished(TurnId("t1"), PromptId(prompt), "done", "", NOTHING_USED, 1, 0.0)


def test_the_screen_hears_every_event_and_the_order_to_drain() -> None:
    assert {CallFinished, ActorFailed, DrainScreen, TurnFinished} <= set(HEARD)
    assert ScreenDrained not in HEARD
    assert len(HEARD) == len(set(HEARD))


def test_what_is_shown_is_in_the_world_and_the_terminal_is_restored_once() -> None:
    done = run(ANSWER, RunSpec())
    assert finished(done)[0].text == "Hello"
    assert len(done.world.restored) == 1
    assert not any(shown.late for shown in done.world.shown)


def test_a_person_begins_when_the_session_is_open_and_leaves_when_everything_is_answered() -> None:
    prompt = SubmitPrompt(PromptId("p1"), "hello")
    assert seen_by(OPENED) == [prompt]
    assert seen_by(OPENED, end_of("p1")) == [prompt, BeginShutdown(0, "done")]
    assert seen_by(OPENED, end_of("p1"), end_of("p1")) == [prompt, BeginShutdown(0, "done")], "they leave once"
    assert seen_by(OPENED, end_of("p1"), leaves=False) == [prompt]


def test_an_act_waits_for_its_moment_and_its_seconds() -> None:
    notice = NoticeRaised("info", "")
    enough = BeginShutdown(1, "enough")
    acts = (*ANSWER.acts, Act(enough, after=NoticeRaised, nth=2, seconds=5.0))
    assert enough not in seen_by(OPENED, notice, acts=acts)
    assert enough in seen_by(OPENED, notice, notice, acts=acts)


def test_nothing_is_sent_after_leaving() -> None:
    acts = (*ANSWER.acts, Act(SubmitPrompt(PromptId("p9"), "late"), after=TurnFinished, seconds=5.0))
    sent = seen_by(OPENED, end_of("p1"), end_of("p9"), acts=acts)
    assert [type(message) for message in sent] == [SubmitPrompt, BeginShutdown]


def test_the_person_allows_refuses_and_answers() -> None:
    assert run(APPROVAL, RunSpec()).world.acts.count("a") == 1
    assert "a" not in run(DENIED, RunSpec()).world.acts
    assert finished(run(QUESTION, RunSpec()))[0].text == "this one"


def test_a_person_who_sees_nothing_happen_loses_patience() -> None:
    stuck = replace(ANSWER, acts=(*ANSWER.acts, Act(SubmitPrompt(PromptId("p2"), "never"), after=ActorFailed)))
    report = run(stuck, RunSpec(schedule=())).incarnations[0].report
    assert report is not None
    assert (report.exit_code, report.reason) == (1, "nothing happens any more")


def test_a_person_can_leave_in_the_middle_and_run_commands_of_their_own() -> None:
    report = run(QUIT_STREAMING, RunSpec(schedule=())).incarnations[0].report
    assert report is not None
    assert report.exit_code == 130
    assert run(SHELL, RunSpec(schedule=())).world.typed == ["ls"]


def test_after_a_kill_the_person_waits_for_what_was_open_and_repeats_nothing() -> None:
    done = run(ANSWER, RunSpec(schedule=(), kills=(Kill(30),)))
    texts = [entry.message for entry in done.incarnations[1].trace.sent() if isinstance(entry.message, SubmitPrompt)]
    assert not texts
    assert [end.outcome for end in finished(done)] == ["failed"]
