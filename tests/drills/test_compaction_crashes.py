"""Real actors compact a conversation while one of them crashes: the turn comes to the same end.

A turn of many steps fills a small window several times over. Each actor that has a part in a compaction fails once, at
each of the messages of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from actors.context_messages import CompactConversation
from actors.llm.port import Failed, ModelCall, ModelSignal, Piece
from actors.llm_streamer import ModelAccess, SignalArrived
from actors.messages import ReceiveReply
from actors.records import CompactionStarted, ConversationCompacted, TurnFinished
from actors.runtime.behaviour import Child
from actors.transcript import UserMessage
from actors.turn.state import SUMMARY_ID
from config.model_facts import ModelFacts
from tests.actors.context.long_talk import SUMMARY, TASK
from tests.actors.stage import Options, Stage, answered, call, decorate, is_balanced
from tests.drills.crash import PlannedCrash

STEPS = 60
FACTS = ModelFacts(4_000, window_assumed=False)


def access() -> ModelAccess:
    """With a retry budget of its own."""
    return ModelAccess("m", "be kind", backoff=0.001, attempts=2, facts=FACTS)


class Talker:
    """A model that calls a tool so many times, each time with much to say, then is done; and sums up when asked."""

    def __init__(self, summary: Callable[[], Iterable[ModelSignal]] | None = None) -> None:
        self.asked: list[ModelCall] = []
        self._summary = summary
        self._step = 0

    def __call__(self, model_call: ModelCall) -> Iterable[ModelSignal]:
        """What it says to this."""
        self.asked.append(model_call)
        last = model_call.transcript.messages[-1]
        if isinstance(last, UserMessage) and "about to be compacted" in last.text:
            yield Piece("half a summary")
            yield from self._summary() if self._summary is not None else (answered(SUMMARY),)
            return
        if self._step >= STEPS:
            yield answered("All done.")
            return
        self._step += 1
        yield answered(f"Step {self._step}: " + "words " * 60, call("append_line", line=f"{self._step}"))


def said_to(talker: Talker) -> list[str]:
    return [
        " ".join(message.text for message in asked.transcript.messages if isinstance(message, UserMessage))
        for asked in talker.asked
    ]


def lead(folder: Path, talker: Talker, around: Callable[[Child], Child] = lambda child: child) -> Stage:
    """A whole turn; what must hold in any case."""
    with Stage(folder, Options(reply=talker, access=access(), decorate=around)) as stage:
        stage.tell(TASK)
        end = stage.outcome(TASK)
        assert isinstance(end, TurnFinished)
        assert (end.outcome, end.text) == ("done", "All done.")
        assert len(set(stage.lines())) == len(stage.lines()), "no call acts twice"
        assert len(stage.lines()) >= STEPS - 1, "at most the answer that was asked for again is void"
        assert is_balanced(stage.live().transcript)
        assert stage.written() == stage.live()
    assert all(TASK in said for said in said_to(talker))
    assert all(is_balanced(asked.transcript) for asked in talker.asked)
    assert len(stage.probe.heard(ConversationCompacted)) >= 2
    return stage


def test_a_turn_outlives_its_window(tmp_path: Path) -> None:
    stage = lead(tmp_path, Talker())
    assert {record.method for record in stage.probe.heard(ConversationCompacted)} >= {"summary"}
    assert len(stage.probe.heard(CompactionStarted)) <= STEPS // 20


@pytest.mark.parametrize(
    "summary",
    [
        lambda: (answered(""),),
        lambda: (answered("no end " * 20_000),),
        lambda: (Failed("cut", "the stream was cut", retryable=True),),
        lambda: (Failed("context_exceeded", "too long"),),
        lambda: (Failed("rejected", "no"),),
    ],
    ids=["empty", "long", "cut", "context exceeded", "rejected"],
)
def test_a_turn_outlives_a_summary_that_fails(tmp_path: Path, summary: Callable[[], Iterable[ModelSignal]]) -> None:
    stage = lead(tmp_path, Talker(summary))
    assert "summary" not in {record.method for record in stage.probe.heard(ConversationCompacted)}


class AtRecord:
    """Crashes the journal once, at the commit that holds the `number`-th record of a class."""

    def __init__(self, record: type, number: int, *, after: bool) -> None:
        self._record, self._number, self._after = record, number, after
        self._seen = 0
        self.happened = False

    def around(self, child: Child) -> Child:
        """For `Options.decorate`."""
        if child.name != "journal":
            return child
        return decorate(child, after=self._look) if self._after else decorate(child, before=self._look)

    def _look(self, message: object) -> None:
        records = getattr(message, "records", ())
        self._seen += sum(isinstance(record, self._record) for record in records)
        if self._seen >= self._number and not self.happened:
            self.happened = True
            raise PlannedCrash(f"the journal at {self._record.__name__} {self._number}")


@pytest.mark.parametrize("after", [False, True], ids=["before it is written", "after it was written"])
@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("record", [CompactionStarted, ConversationCompacted])
def test_a_crash_at_a_record_of_a_compaction_changes_nothing(
    tmp_path: Path, record: type, number: int, *, after: bool
) -> None:
    crash = AtRecord(record, number, after=after)
    lead(tmp_path, Talker(), crash.around)
    assert crash.happened


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_crash_of_the_streamer_while_it_summarises_costs_the_summary_only(tmp_path: Path, *, after: bool) -> None:
    crashed: list[object] = []

    def look(message: object) -> None:
        if isinstance(message, SignalArrived) and SUMMARY_ID in message.request and not crashed:
            crashed.append(message)
            raise PlannedCrash("the streamer at the summary")

    def around(child: Child) -> Child:
        if child.name != "llm_streamer":
            return child
        return decorate(child, after=look) if after else decorate(child, before=look)

    lead(tmp_path, Talker(), around)
    assert crashed


def test_a_crash_of_the_turn_loop_while_it_compacts_leaves_a_session_that_goes_on(tmp_path: Path) -> None:
    """Its turn ends as failed; the next prompt is answered, with the task still known."""
    talker = Talker()
    crashed: list[object] = []

    def look(message: object) -> None:
        if isinstance(message, ReceiveReply) and SUMMARY_ID in message.request and not crashed:
            crashed.append(message)
            raise PlannedCrash("the turn loop at the summary")

    def around(child: Child) -> Child:
        return decorate(child, before=look) if child.name == "turn_loop" else child

    with Stage(tmp_path, Options(reply=talker, access=access(), decorate=around)) as stage:
        stage.tell(TASK)
        first = stage.outcome(TASK)
        stage.tell("go on")
        second = stage.outcome("go on")
        assert isinstance(first, TurnFinished)
        assert isinstance(second, TurnFinished)
        assert (first.outcome, second.outcome, second.text) == ("failed", "done", "All done.")
        assert stage.written() == stage.live()
    assert crashed
    assert all(TASK in said for said in said_to(talker))


def test_a_person_compacts_and_goes_on(tmp_path: Path) -> None:
    talker = Talker()
    with Stage(tmp_path, Options(reply=talker, access=access())) as stage:
        stage.tell(TASK)
        stage.outcome(TASK)
        before = len(stage.probe.heard(ConversationCompacted))
        stage.company.send(CompactConversation("the numbers"))
        stage.probe.wait_for(ConversationCompacted, lambda record: record.reason == "asked", timeout=20.0)
        stage.tell("more")
        end = stage.outcome("more")
        assert isinstance(end, TurnFinished)
        assert end.outcome == "done"
        assert len(stage.probe.heard(ConversationCompacted)) > before
