"""The journal: nothing is acted on that is not written, whatever the disk does and wherever a kill cuts it."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from actors.conversation import fold
from actors.edges.real_ports import DiskJournal, MemoryJournal
from actors.ids import CallId, PromptId, TurnId
from actors.journal.journal import Journal, encode, read_back
from actors.messages import (
    Commit,
    ExecuteCall,
    JournalFailed,
    NoticeRaised,
    PromptRefused,
    ReceiveConversation,
    ReportConversation,
)
from actors.phase_messages import FlushJournal, JournalFlushed
from actors.ports import JournalFile
from actors.records import CallFinished, CallStarted, PromptAccepted, Record, TurnFinished
from tests.actors.journal.recorded_order import RecordedOrder, ordered
from tests.actors.stage import Options, Stage, is_balanced
from tests.actors.staged_context import StagedContext
from tools.tool import ToolResult

T1 = TurnId("t1")
OK = ToolResult("ok", "")


def accepted(text: str) -> PromptAccepted:
    return PromptAccepted(PromptId(text), text)


def started(call: str) -> CallStarted:
    return CallStarted(T1, CallId(call), "n", "", "files")


def finished(call: str) -> CallFinished:
    return CallFinished(T1, CallId(call), "n", OK)


def execute(call: str) -> ExecuteCall:
    return ExecuteCall(T1, CallId(call))


def opened(file: JournalFile) -> tuple[Journal, StagedContext]:
    context = StagedContext()
    journal = Journal(context, file)
    journal.started()
    return journal, context


class FullDisk(JournalFile):
    """A disk that is full from the n-th append or sync on, until it is freed; a failing append writes a part."""

    def __init__(self, appends: int = 10_000, syncs: int = 10_000) -> None:
        self.content = b""
        self.appends = appends
        self.syncs = syncs

    def free(self) -> None:
        self.appends = self.syncs = 10_000

    def append(self, line: bytes) -> None:
        self.appends -= 1
        if self.appends < 0:
            self.content += line[: len(line) // 2]
            raise OSError(errno.ENOSPC, "No space left on device")
        self.content += line

    def sync(self) -> None:
        self.syncs -= 1
        if self.syncs < 0:
            raise OSError(errno.ENOSPC, "No space left on device")

    def read(self) -> bytes:
        return self.content


def test_records_are_written_then_published_then_acted_on() -> None:
    file = MemoryJournal()
    journal, context = opened(file)
    journal.handle(Commit((accepted("a"), started("c")), (execute("c"),)))
    assert context.taken() == [accepted("a"), started("c"), execute("c")]
    assert read_back(file.read()).records == (accepted("a"), started("c"))


def test_the_disk_has_every_record_before_anything_follows_from_it() -> None:
    """S2-8: `sync` waits for the disk, before the records are published and the commands sent."""
    records = (accepted("a"), started("c"))
    assert ordered(Commit(records, (execute("c"),), sync=True, silent=(accepted("s"),))) == [
        "write PromptAccepted",
        "write PromptAccepted",
        "write CallStarted",
        "sync",
        "send PromptAccepted",
        "send CallStarted",
        "send ExecuteCall",
    ]


def test_a_commit_that_does_not_ask_for_the_disk_does_not_wait_for_it() -> None:
    assert "sync" not in ordered(Commit((accepted("a"), started("c")), (execute("c"),)))


def test_where_the_disk_does_not_answer_no_command_is_sent() -> None:
    order = ordered(Commit((started("c"),), (execute("c"),), sync=True), broken=True)
    assert order == ["write CallStarted", "sync", "send CallStarted", "send JournalFailed"]


def test_a_commit_of_which_every_record_is_refused_waits_for_nothing() -> None:
    recorded = RecordedOrder()
    journal = Journal(recorded, recorded)
    journal.started()
    journal.handle(Commit((finished("c"),)))
    recorded.order.clear()
    journal.handle(Commit((finished("c"),), (execute("c"),), sync=True))
    assert recorded.order == []


def test_a_commit_without_records_hands_its_commands_on_in_order() -> None:
    journal, context = opened(MemoryJournal())
    journal.handle(Commit((), (execute("c"),)))
    assert context.taken() == [execute("c")]


def test_a_call_is_started_once_and_answered_once_whoever_asks() -> None:
    """S0-12."""
    journal, context = opened(MemoryJournal())
    journal.handle(Commit((started("c"),), (execute("c"),)))
    context.taken()
    journal.handle(Commit((started("c"),), (execute("c"),)))
    assert context.taken() == []
    journal.handle(Commit((finished("c"),)))
    journal.handle(Commit((finished("c"),)))
    assert context.taken() == [finished("c")]
    journal.handle(Commit((started("d"),)))
    journal.handle(Commit((finished("d"),)))
    context.taken()
    journal.handle(Commit((started("d"),), (execute("d"),)))
    assert context.taken() == []


def test_an_answered_call_is_never_started() -> None:
    journal, context = opened(MemoryJournal())
    journal.handle(Commit((finished("c"),)))
    context.taken()
    journal.handle(Commit((started("c"),), (execute("c"),)))
    assert context.taken() == []


def test_a_new_behaviour_remembers_what_is_written() -> None:
    file = MemoryJournal()
    journal, _ = opened(file)
    journal.handle(Commit((accepted("a"), started("c"))))
    again, context = opened(file)
    context.taken()
    again.handle(Commit((started("c"),), (execute("c"),)))
    assert context.taken() == []
    again.handle(ReportConversation("1-1"))
    assert context.taken() == [ReceiveConversation(fold([accepted("a"), started("c")]), "1-1")]


def test_a_damaged_file_is_named_and_its_damage_said_in_words() -> None:
    file = MemoryJournal()
    file.append(encode(1, 0.0, accepted("a")) + b"gar{bage\n" + encode(3, 0.0, accepted("b")))
    context = StagedContext()
    journal = Journal(context, file, "/state/journal.jsonl")
    journal.started()
    (notice,) = context.taken()
    said = "The journal is not whole: line 2 could not be read and was skipped (/state/journal.jsonl)."
    assert notice == NoticeRaised("warning", said)


def test_numbers_go_on_above_the_highest_one() -> None:
    file = MemoryJournal()
    file.append(encode(1, 0.0, accepted("a")) + b"gar{bage\n" + encode(3, 0.0, accepted("b")))
    journal, _ = opened(file)
    journal.handle(Commit((accepted("c"),)))
    assert file.read().splitlines()[-1].startswith(b'{"n":4,')


@pytest.mark.parametrize("appends", [0, 1, 2])
def test_a_full_disk_stops_what_depended_on_it_and_says_so(appends: int) -> None:
    """I4: what is in the journal is published, and nothing is acted on; later records are whole again."""
    disk = FullDisk(appends)
    journal, context = opened(disk)
    records: tuple[Record, ...] = (accepted("a"), accepted("b"), started("c"))
    journal.handle(Commit(records, (execute("c"),)))
    *said, failure = context.taken()
    assert said == list(records[:appends])
    assert isinstance(failure, JournalFailed)
    assert "No space left on device" in failure.problem
    disk.free()
    journal.handle(Commit((accepted("y"),)))
    assert context.taken() == [], "what was committed behind a lost commit may build on it"
    journal.handle(ReportConversation("1-2"))
    assert context.taken() == [ReceiveConversation(fold(records[:appends]), "1-2")]
    journal.handle(Commit((accepted("z"),)))
    assert context.taken() == [accepted("z")]
    found = read_back(disk.read())
    assert found.records == (*records[:appends], accepted("z"))
    assert len(found.skipped) == 1


def test_nothing_is_written_behind_a_commit_that_a_predecessor_failed_on() -> None:
    """Until the turn loop has asked what is there."""
    file = MemoryJournal()
    journal, context = opened(file)
    journal.failed_on(Commit((accepted("lost"),)))
    journal.handle(Commit((accepted("behind"),)))
    journal.handle(Commit((finished("c"),)))
    assert context.taken() == [finished("c")], "a call's answer stands by itself"
    journal.handle(ReportConversation())
    journal.handle(Commit((accepted("after"),)))
    assert read_back(file.read()).records == (finished("c"), accepted("after"))


def test_silent_records_are_written_and_not_published() -> None:
    file = MemoryJournal()
    journal, context = opened(file)
    journal.handle(Commit((accepted("b"),), silent=(accepted("a"),)))
    assert context.taken() == [accepted("b")]
    assert read_back(file.read()).records == (accepted("a"), accepted("b"))


def test_after_a_sync_that_fails_nothing_is_done() -> None:
    disk = FullDisk(syncs=0)
    journal, context = opened(disk)
    journal.handle(Commit((started("c"),), (execute("c"),), sync=True))
    assert [type(message) for message in context.taken()] == [CallStarted, JournalFailed]


def test_whoever_could_not_write_the_turn_loops_next_commits_wait_for_its_question() -> None:
    """The turn loop cannot know whose commit failed, and takes its own for lost."""
    disk = FullDisk(0)
    journal, context = opened(disk)
    journal.handle(Commit((finished("c"),)))
    disk.free()
    journal.handle(Commit((accepted("a"),)))
    assert [type(message) for message in context.taken()] == [JournalFailed]


def test_a_flush_that_fails_is_said_and_acknowledged() -> None:
    disk = FullDisk(syncs=0)
    journal, context = opened(disk)
    journal.handle(FlushJournal())
    assert [type(message) for message in context.taken()] == [JournalFailed, JournalFlushed]


def recorded(tmp_path: Path) -> bytes:
    """The journal of a real session: a turn with two calls, and a prompt that waits."""
    journal = MemoryJournal()
    with Stage(tmp_path, Options(journal=journal)) as stage:
        for prompt in ("one", "two"):
            stage.tell(prompt)
            stage.outcome(prompt)
    return journal.read()


def test_a_kill_at_any_byte_leaves_a_journal_that_can_be_gone_on_with(tmp_path: Path) -> None:
    """I5: the records of any prefix are a prefix of the records, and a torn line is reported."""
    content = recorded(tmp_path)
    whole = read_back(content).records
    starts = [0, *(index + 1 for index, byte in enumerate(content) if byte == 0x0A)]
    for cut in range(len(content) + 1):
        found = read_back(content[:cut])
        complete = sum(start <= cut for start in starts) - 1
        assert found.records in (whole[:complete], whole[: complete + 1])
        assert len(found.skipped) == (cut not in starts and len(found.records) == complete)


def test_a_session_goes_on_from_any_record_with_every_call_answered(tmp_path: Path) -> None:
    """I5, I4: kill after each record, and in the middle of it; the next prompt works and no call ran twice."""
    content = recorded(tmp_path)
    lines = content.splitlines(keepends=True)
    for number in range(len(lines) + 1):
        for torn in (b"", (lines[number : number + 1] or [b"{"])[0][:17]):
            folder = tmp_path / f"{number}-{len(torn)}"
            folder.mkdir()
            journal = MemoryJournal()
            journal.append(b"".join(lines[:number]) + torn)
            with Stage(folder, Options(journal=journal)) as stage:
                stage.tell("three")
                outcome = stage.outcome("three")
                assert isinstance(outcome, TurnFinished)
                assert outcome.outcome == "done"
                assert is_balanced(stage.live().transcript)
                assert stage.written() == stage.live()
                assert len(stage.lines()) == len(set(stage.lines()))
                assert bool(torn) == bool(stage.probe.heard(NoticeRaised))


def test_a_full_disk_ends_the_turn_and_a_freed_one_goes_on(tmp_path: Path) -> None:
    """S2-7: for each append that may fail: the prompt is told, the next one works, the journal is what is live."""
    for appends in range(12):
        folder = tmp_path / str(appends)
        folder.mkdir()
        disk = FullDisk(appends)
        with Stage(folder, Options(journal=disk)) as stage:
            stage.tell("one")
            first = stage.outcome("one")
            if stage.probe.heard(JournalFailed):
                assert isinstance(first, PromptRefused) or first.outcome in ("failed", "done")
            else:
                assert isinstance(first, TurnFinished)
            disk.free()
            stage.tell("two")
            second = stage.outcome("two")
            if isinstance(second, TurnFinished) and second.outcome == "failed":
                stage.tell("three")
                second = stage.outcome("three")
            assert isinstance(second, TurnFinished)
            assert second.outcome == "done"
            assert len(stage.outcomes("one")) == 1
            assert len(stage.lines()) == len(set(stage.lines()))
            assert is_balanced(stage.live().transcript)
            assert stage.written() == stage.live()


def test_a_disk_that_stays_full_fails_each_prompt_and_nothing_else(tmp_path: Path) -> None:
    disk = FullDisk(3)
    with Stage(tmp_path, Options(journal=disk)) as stage:
        for number in range(5):
            stage.tell(f"p{number}")
            outcome = stage.outcome(f"p{number}")
            assert not isinstance(outcome, TurnFinished) or outcome.outcome == "failed"
        assert all(len(stage.outcomes(f"p{number}")) == 1 for number in range(5))
        assert all(status.crashes == 0 for status in stage.company.system.statuses())
        report = stage.leave()
    assert report.late == ()


def test_a_real_file_holds_what_a_session_wrote(tmp_path: Path) -> None:
    journal = DiskJournal(tmp_path / "journal.jsonl")
    with Stage(tmp_path, Options(journal=journal)) as stage:
        stage.tell("one")
        stage.outcome("one")
        assert stage.written() == stage.live()
    journal.close()


def test_lines_that_nobody_can_read_are_skipped_and_named() -> None:
    good = encode(1, 0.0, accepted("a"))
    strange = b'{"n":2,"at":0,"type":"OfTheFuture","data":{}}\n'
    later = encode(5, 0.0, accepted("b"))
    found = read_back(good + b"\xff\xfe garbage\n" + strange + b'{"type":"PromptAccepted","data":{}}\n\n' + later)
    assert found.records == (accepted("a"), accepted("b"))
    assert found.skipped == (2, 4)
    assert found.unknown == ((3, "OfTheFuture"),)


def test_what_a_crash_left_of_a_line_does_not_swallow_the_next_one() -> None:
    half = encode(2, 0.0, accepted("torn"))[:30]
    file = MemoryJournal()
    file.append(encode(1, 0.0, accepted("a")) + half)
    journal, _ = opened(file)
    journal.handle(Commit((accepted("b"),)))
    found = read_back(file.read())
    assert (found.records, found.skipped) == ((accepted("a"), accepted("b")), (2,))


def test_a_failure_on_records_that_stand_for_themselves_drops_nothing_behind_them() -> None:
    journal, context = opened(MemoryJournal())
    journal.failed_on(Commit((started("c"),), (execute("c"),)))
    journal.handle(Commit((accepted("a"),)))
    assert context.taken() == [accepted("a")]


def test_behind_a_lost_commit_a_request_without_records_is_dropped_too() -> None:
    journal, context = opened(MemoryJournal())
    journal.failed_on(Commit((accepted("a"),)))
    journal.handle(Commit((), (execute("c"),)))
    assert context.taken() == []
