"""What the step of the tool runner may ask for, and in which order: a property over any messages in any order."""

from __future__ import annotations

from collections.abc import Callable
from itertools import dropwhile

from hypothesis import given
from hypothesis import strategies as some

from actors.blocks import ToolCall
from actors.calls.open_calls import FOR_A_PERSON
from actors.calls.self_messages import CallTimeExpired
from actors.calls.state import (
    CallsOutgoing,
    CallsState,
    CallWork,
    CancelCallTimer,
    StartCallTimer,
    answer_to,
    commits_last,
    dropped,
)
from actors.ids import CallId, JobId
from actors.messages import (
    AnswerApproval,
    AnswerQuestion,
    CancelCalls,
    Commit,
    ExecuteCall,
    FinishService,
    JobFinished,
    ReceiveAnswer,
    RequestSettled,
    RunCalls,
    TodoChanged,
)
from actors.records import ApprovalAnswer, CallFinished
from actors.runtime.message import Message
from actors.runtime.signals import ActorRestarted
from tests.actors.calls.pure_runner import C1, T1, PureRunner, new_state
from tests.actors.hand_runner import REPORT
from tools.tool import TodoItem, ToolResult

CALLS = tuple(CallId(f"c{number}") for number in range(1, 4))
LINES = ("job", "ask", "todo", "refuse", "bad end", "apple")
ANSWERS: tuple[ApprovalAnswer, ...] = ("once", "session", "always", "no")

calls = some.sampled_from(CALLS)


def ran(call: CallId) -> some.SearchStrategy[RunCalls]:
    tools = some.sampled_from(("append_line", "versatile", "look_up", "missing"))
    lines = some.sampled_from(LINES)

    def run(name: str, line: str) -> RunCalls:
        return RunCalls(T1, (ToolCall(call, name, f'{{"line": "{line}"}}'),))

    return some.builds(run, tools, lines)


Act = Callable[[PureRunner], CallsOutgoing]


def told(message: Message) -> Act:
    return lambda runner: runner.tell(message)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]


def worked(runner: PureRunner) -> CallsOutgoing:
    return runner.work() if runner.works else ()


def waited(runner: PureRunner) -> CallsOutgoing:
    runner.now += 20.0
    return ()


def approval(call: CallId, answer: ApprovalAnswer) -> Act:
    return told(AnswerApproval(T1, call, answer))


acts: some.SearchStrategy[Act] = some.one_of(
    some.just(worked),
    some.just(worked),
    some.just(waited),
    calls.map(lambda call: told(ExecuteCall(T1, call))),
    some.builds(approval, calls, some.sampled_from(ANSWERS)),
    calls.map(lambda call: told(AnswerQuestion(T1, call, "b"))),
    calls.map(lambda call: told(JobFinished(T1, JobId(call), REPORT))),
    calls.map(lambda call: told(FinishService(T1, call, ToolResult("ok", "served")))),
    calls.map(lambda call: told(CallTimeExpired(T1, call))),
    calls.map(lambda call: told(CallFinished(T1, call, "n", ToolResult("error", "answered elsewhere")))),
    some.sampled_from((told(CancelCalls(T1)), told(ActorRestarted("journal", 2)), told(ActorRestarted("clerk", 2)))),
)


@given(some.sampled_from(("yolo", "default")), some.booleans(), some.tuples(*map(ran, CALLS)), some.lists(acts))
def test_whatever_comes_each_call_has_one_answer_a_deadline_and_its_commits_come_last(
    mode: str, interactive: object, begun: tuple[RunCalls, ...], then: list[Act]
) -> None:
    """S2-1: and the same state and message always give the same step."""
    state = new_state("yolo" if mode == "yolo" else "default", interactive=bool(interactive))
    runner = PureRunner(state)
    answered: list[str] = []
    for act in (*map(told, begun), *then):
        sent = act(runner)
        behind = [*dropwhile(lambda item: not isinstance(item, Commit), sent)]
        assert all(isinstance(item, Commit) for item in behind)
        answered += (
            one.call for item in sent if isinstance(item, Commit) for one in item.then if isinstance(one, ReceiveAnswer)
        )
        for opened in runner.state.calls.by_id.values():
            assert (opened.due is None) == (opened.waits in FOR_A_PERSON)
            assert opened.waits != "nothing"
    assert len(answered) == len(set(answered))
    assert not set(answered) & set(runner.state.calls.by_id)


def test_a_step_changes_nothing_but_what_it_returns() -> None:
    state = new_state()
    runner, again = PureRunner(state), PureRunner(state)
    assert runner.run("append_line", "x") == again.run("append_line", "x")
    assert runner.state == again.state
    assert state.calls.by_id == {}


def test_work_and_timers_are_values() -> None:
    timer, work = PureRunner().run("append_line", "x")
    assert timer == StartCallTimer(T1, C1, 30.0)
    assert isinstance(work, CallWork)
    assert (work.phase, work.opened.id, work.opened.waits) == ("examine", C1, "examination")


def test_what_a_step_sends_to_the_screen_is_sent_before_its_commits() -> None:
    state, commit, settled = new_state(), Commit(()), RequestSettled(T1, C1)
    assert commits_last((state, (commit, settled, commit))) == (state, (settled, commit, commit))


def test_a_list_of_a_call_is_told_before_its_answer() -> None:
    sent = answer_to(T1, C1, "todo_list", ToolResult("ok", "noted", todo=(TodoItem("a"),)))
    assert [type(message) for message in sent] == [TodoChanged, Commit]


def test_a_call_that_is_dropped_twice_is_dropped_once() -> None:
    runner = PureRunner()
    runner.run("append_line", "x")
    state: CallsState
    state, sent = dropped(runner.state, C1)
    assert sent == (CancelCallTimer(C1),)
    assert dropped(state, C1) == (state, ())
