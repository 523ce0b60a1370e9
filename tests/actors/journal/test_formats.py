"""File formats: journals of earlier versions go on, those of later ones are refused before anything is written.

`recordings/format-1-*.jsonl` were written by the program as it was before there were content blocks: one session with
reasoning, calls, an interrupted and a cut answer; one that was killed while a command ran. The `.request.json` beside
each is what that program would have sent to the model next.
"""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from actors.blocks import ContentBlock, ReasoningBlock, TextBlock, ToolCall, UnknownBlock
from actors.conversation import INTERRUPTED, fold
from actors.edges.real_ports import DiskJournal
from actors.ids import CallId, PromptId, RequestId, SessionId, TurnId
from actors.journal.damage import damage, restored
from actors.journal.formats import NewerFormatError, check_format
from actors.journal.journal import Journal, encode, read_back
from actors.llm.dialects.openai_chat.dialect import create
from actors.llm.port import ModelCall
from actors.messages import NoticeRaised
from actors.records import FORMAT, CallStarted, PromptAccepted, ReplyCompleted, SessionOpened, TurnFinished
from actors.transcript import AssistantMessage, Usage
from config.providers import SCRIPTED
from tests.actors.stage import Options, Stage, one_answer
from tests.actors.staged_context import StagedContext

RECORDINGS = Path(__file__).parent / "recordings"
WHOLE = (RECORDINGS / "format-1-whole.jsonl").read_bytes()
KILLED = (RECORDINGS / "format-1-killed.jsonl").read_bytes()
OPENED = SessionOpened(SessionId("s"), "/", "m", "9.0", 0.0)
REPLY = ReplyCompleted(TurnId("t1"), RequestId("t1-r1"), AssistantMessage.of("said"), Usage(1, 1))


def replies(content: bytes) -> list[AssistantMessage]:
    return [record.message for record in read_back(content).records if isinstance(record, ReplyCompleted)]


def edited(line: bytes, old: bytes, new: bytes) -> bytes:
    """The line as another version would have written it."""
    assert old in line
    return line.replace(old, new)


@pytest.mark.parametrize("content", [WHOLE, KILLED], ids=["whole", "killed"])
def test_an_old_journal_is_read_without_loss(content: bytes) -> None:
    found = read_back(content)
    assert len(found.records) == len(content.splitlines())
    assert damage(found, restored(found).misfits) == ""
    assert {record.format for record in found.records if isinstance(record, SessionOpened)} == {1}


def test_an_old_answer_becomes_blocks() -> None:
    first, _, _, interrupted, cut = replies(WHOLE)
    assert first.blocks == (
        ReasoningBlock("The folder first.Then the file."),
        TextBlock("I look. And read."),
        ToolCall(CallId("t1-r1-c1"), "list_files", '{"path":"."}'),
        ToolCall(CallId("t1-r1-c2"), "read_file", '{"path":"README.md"}'),
    )
    assert (first.stop_reason, first.raw_stop_reason) == ("tool_calls", "tool_calls")
    assert (interrupted.text, interrupted.interrupted, interrupted.raw_stop_reason) == (
        "Once upon a time",
        True,
        "cancelled",
    )
    assert cut.cut


def said(body: bytes) -> str:
    """A request without what has changed since: the ids of calls are numbered, empty content beside them is none."""
    fields = msgspec.json.decode(body)
    ids: dict[str, str] = {}
    for message in fields["messages"]:
        for call in message.get("tool_calls", ()):
            call["id"] = ids.setdefault(call["id"], f"c{len(ids)}")
            message["content"] = message["content"] or None
        if "tool_call_id" in message:
            message["tool_call_id"] = ids[message["tool_call_id"]]
    return json.dumps(fields)


@pytest.mark.parametrize("name", ["whole", "killed"])
def test_an_old_session_asks_the_model_with_all_that_the_old_program_sent(name: str) -> None:
    content = (RECORDINGS / f"format-1-{name}.jsonl").read_bytes()
    transcript = fold(read_back(content).records).transcript
    expected = (RECORDINGS / f"format-1-{name}.request.json").read_bytes()
    assert said(create(SCRIPTED).request(ModelCall("m", "be kind", transcript, ())).body) == said(expected)


@pytest.mark.parametrize(("content", "turn"), [(WHOLE, "t4"), (KILLED, "t2")], ids=["whole", "killed"])
def test_an_old_session_goes_on_in_the_same_file(tmp_path: Path, content: bytes, turn: str) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(content)
    before = len(read_back(content).records)
    with Stage(tmp_path, Options(one_answer, DiskJournal(path))) as stage:
        stage.tell("go on")
        end = stage.outcome("go on")
        assert isinstance(end, TurnFinished)
        assert (end.outcome, end.turn) == ("done", turn)
    after = path.read_bytes()
    assert after.startswith(content), "nothing is rewritten"
    found = read_back(after)
    assert len(found.records) > before
    assert not found.skipped
    opened = [record.format for record in found.records if isinstance(record, SessionOpened)]
    assert (opened[0], opened[-1]) == (1, FORMAT)
    state = restored(found)
    assert (state.conversation.transcript.messages[-1], state.misfits) == (AssistantMessage.of("done"), 0)


def test_the_call_that_a_kill_left_open_is_still_answered_as_interrupted() -> None:
    conversation = fold(read_back(KILLED).records)
    (call,) = conversation.unanswered()
    assert conversation.interrupted(call) == INTERRUPTED


def test_every_opened_session_says_the_format_of_what_follows() -> None:
    line = encode(1, 0.0, OPENED)
    assert f'"format":{FORMAT}'.encode() in line
    (record,) = read_back(line).records
    assert record == OPENED


# ── What a newer version wrote ────────────────────────────────────────────────────────────────────────────────────


def newer(number: int = FORMAT + 1) -> bytes:
    return edited(encode(1, 0.0, OPENED), b'"format":%d' % FORMAT, b'"format":%d' % number)


@pytest.mark.parametrize(
    "content",
    [
        newer(),
        newer(999_999_999),
        edited(newer(), b'"directory":"/"', b'"directory":["of","another","shape"]'),
        WHOLE + newer(),
        newer() + encode(2, 0.0, OPENED),
        newer().replace(b'":', b'": ').replace(b',"', b', "'),
    ],
    ids=["next", "far", "other fields", "behind an old one", "before ours", "spaced"],
)
def test_a_newer_format_is_refused_with_what_to_do(content: bytes) -> None:
    for parts in ((content,), content.splitlines(keepends=True)):
        with pytest.raises(NewerFormatError, match=r"s-1 was written by a newer Callboard.*Update Callboard"):
            check_format(parts, "s-1")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        WHOLE,
        encode(1, 0.0, OPENED),
        encode(1, 0.0, PromptAccepted(PromptId("p"), '"type":"SessionOpened","data":{"format":99}')),
        encode(1, 0.0, SessionOpened(SessionId("s"), '/"format":99', "m", "1", 0.0)),
        b'{"type":"SessionOpened","data":{"format":' + b"9" * 400 + b"}}\n",
    ],
    ids=["empty", "format 1", "ours", "in a prompt", "in a folder's name", "rubbish"],
)
def test_nothing_else_is_taken_for_a_newer_format(content: bytes) -> None:
    check_format((content,), "s-1")


def test_a_journal_of_a_newer_format_is_never_written(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(newer())
    journal = Journal(StagedContext(), DiskJournal(path))
    with pytest.raises(NewerFormatError):
        journal.started()
    assert path.read_bytes() == newer()


def test_a_field_that_only_a_newer_version_knows_is_passed_over() -> None:
    for record in (OPENED, REPLY, PromptAccepted(PromptId("p"), "text")):
        line = edited(encode(1, 0.0, record), b'"data":{', b'"data":{"mood":{"calm":[1,2]},')
        assert read_back(line).records == (record,)
    inside = edited(encode(1, 0.0, REPLY), b'{"type":"text",', b'{"type":"text","mood":1,')
    assert read_back(inside).records == (REPLY,)


def test_a_record_that_only_a_newer_version_knows_is_skipped_and_reported(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    accepted = PromptAccepted(PromptId("p"), "text")
    strange = edited(encode(2, 0.0, accepted), b'"PromptAccepted"', b'"HookRan"')
    path.write_bytes(encode(1, 0.0, OPENED) + strange + encode(3, 0.0, accepted))
    context = StagedContext()
    Journal(context, DiskJournal(path), "here").started()
    (notice,) = context.taken()
    assert isinstance(notice, NoticeRaised)
    assert "line 2 is of a kind that only a newer Callboard knows (HookRan) and was skipped" in notice.text
    found = read_back(path.read_bytes())
    assert found.records == (OPENED, accepted)
    assert (found.skipped, found.missing, found.unknown) == ((), 0, ((2, "HookRan"),))


def test_the_name_of_a_strange_record_reaches_no_terminal_unchecked() -> None:
    strange = edited(encode(1, 0.0, OPENED), b'"SessionOpened"', b'"\\u001b]0;x\\u0007"')
    told = damage(read_back(strange + edited(encode(2, 0.0, OPENED), b'"SessionOpened"', b'"Other"')), 0)
    assert told == "lines 1 and 2 are of kinds that only a newer Callboard knows (Other) and were skipped"


def test_where_a_strange_record_stands_an_open_call_may_have_acted() -> None:
    """It may be a known class that was garbled."""
    lines = KILLED.splitlines(keepends=True)
    strange = edited(lines[4], b'"CallStarted"', b'"CallStartee"')
    conversation = restored(read_back(b"".join([*lines[:4], strange]))).conversation
    (call,) = conversation.unanswered()
    assert conversation.interrupted(call) == INTERRUPTED


def test_a_block_that_only_a_newer_version_knows_is_kept_and_the_rest_of_the_answer_read() -> None:
    hologram = b'{"type":"hologram","rays":[1, 2]}'
    line = edited(encode(1, 0.0, REPLY), b'"blocks":[', b'"blocks":[' + hologram + b",")
    blocks: tuple[ContentBlock, ...] = (UnknownBlock(hologram.decode()), TextBlock("said"))
    (message,) = replies(line)
    assert message.blocks == blocks
    assert message.text == "said"


def test_a_stop_reason_that_only_a_newer_version_knows_is_a_plain_end() -> None:
    line = edited(encode(1, 0.0, REPLY), b'"stop_reason":"stop"', b'"stop_reason":"bored"')
    (message,) = replies(line)
    assert (message.stop_reason, message.raw_stop_reason) == ("stop", "bored")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"blocks":', b'"blicks":'),
        (b'"text":"said"', b'"text":7'),
        (b'"type":"text",', b""),
        (b'[{"type":"text","text":"said"}]', b'["said"]'),
    ],
)
def test_a_known_block_that_is_damaged_is_a_damaged_line(old: bytes, new: bytes) -> None:
    found = read_back(edited(encode(1, 0.0, REPLY), old, new))
    assert (found.records, found.skipped) == ((), (1,))


def test_a_call_of_format_1_without_an_id_is_a_damaged_line() -> None:
    line = next(line for line in KILLED.splitlines(keepends=True) if b"ReplyCompleted" in line)
    assert read_back(edited(line, b'"id":', b'"ID":')).skipped == (1,)
    assert read_back(encode(1, 0.0, CallStarted(TurnId("t"), CallId("c"), "n", "", "none"))).skipped == ()


def test_the_recordings_are_json_lines_and_name_no_real_folder() -> None:
    for line in (*WHOLE.splitlines(), *KILLED.splitlines()):
        assert isinstance(msgspec.json.decode(line), dict)
        assert b"/tmp" not in line
