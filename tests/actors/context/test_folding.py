"""What can be freed without asking anyone."""

from __future__ import annotations

from actors.context.folding import SHORT, FoldingRule, folds
from actors.transcript import TranscriptMessage, UserMessage
from tests.actors.context.test_facts import step
from tools.tool import ToolResult

LONG = ToolResult("ok", "head " + "x" * 10_000 + " tail")


def texts(messages: tuple[TranscriptMessage, ...], rule: FoldingRule | None = None) -> dict[str, str]:
    return {fold.call: fold.text for fold in folds(messages, rule or FoldingRule(len(messages)))}


def read(number: int, arguments: str, result: ToolResult = LONG) -> tuple[TranscriptMessage, ...]:
    return step(number, "read_file", arguments, result)


def test_a_long_result_keeps_its_head_its_tail_and_the_path_of_the_whole() -> None:
    spilled = ToolResult("ok", LONG.text, spill="/outputs/1.txt", exit_code=0)
    found = texts(step(1, "run_command", '{"command": "make"}', spilled))
    assert found["c1"].startswith("head ")
    assert found["c1"].endswith(" tail")
    assert "/outputs/1.txt" in found["c1"]
    assert len(found["c1"]) < SHORT


def test_where_no_file_has_the_whole_the_journal_does() -> None:
    messages = step(1, "ask", "{}", LONG)
    assert "/s/journal.jsonl, the record of c1" in texts(messages, FoldingRule(2, journal="/s/journal.jsonl"))["c1"]
    assert "call again" in texts(messages)["c1"]
    assert "look at a.py again" in texts(read(1, '{"path": "a.py"}'))["c1"]


def test_a_short_result_is_left_alone_and_what_was_folded_is_not_folded_again() -> None:
    assert texts(read(1, '{"path": "a"}', ToolResult("ok", "short"))) == {}
    once = texts(read(1, '{"path": "a"}'))["c1"]
    assert texts(read(1, '{"path": "a"}', ToolResult("ok", once))) == {}


def test_the_last_results_stay_unless_they_must_be_shorter_too() -> None:
    messages = (UserMessage.of("go"), *read(1, '{"path": "a"}'), *read(2, '{"path": "b"}'))
    assert set(texts(messages, FoldingRule(3))) == {"c1"}
    found = texts(messages, FoldingRule(3, later=4_000))
    assert set(found) == {"c1", "c2"}
    assert 4_000 <= len(found["c2"]) < 5_000


def test_a_read_that_a_later_one_supersedes_becomes_a_line() -> None:
    again = (*read(1, '{"path": "a"}'), *read(2, '{"path": "a"}'))
    assert "read again later" in texts(again)["c1"]
    assert "read again later" not in texts(again)["c2"]


def test_a_read_of_the_whole_supersedes_one_of_a_part_and_not_the_other_way_round() -> None:
    part, whole = '{"path": "a", "offset": 5}', '{"path": "a"}'
    assert "read again later" in texts((*read(1, part), *read(2, whole)))["c1"]
    assert "read again later" not in texts((*read(1, whole), *read(2, part)))["c1"]
    cut = ToolResult("ok", LONG.text, more=True)
    assert "read again later" not in texts((*read(1, part), *read(2, whole, cut)))["c1"], "the whole was not whole"


def test_another_file_another_tool_or_a_failed_read_supersedes_nothing() -> None:
    failed = ToolResult("error", LONG.text)
    for later in (
        read(2, '{"path": "b"}'),
        step(2, "list_files", '{"path": "a"}', LONG),
        read(2, '{"path": "a"}', failed),
    ):
        assert "read again later" not in texts((*read(1, '{"path": "a"}'), *later))["c1"]


def test_the_same_command_again_supersedes_nothing() -> None:
    """What it said before may be what was to be seen."""
    ran = ToolResult("ok", LONG.text, exit_code=0)
    messages = (*step(1, "run", '{"command": "a"}', ran), *step(2, "run", '{"command": "a"}', ran))
    assert all("read again" not in text for text in texts(messages).values())


def test_what_would_get_longer_is_left_as_it_is() -> None:
    tiny = ToolResult("ok", "1")
    assert texts((*read(1, '{"path": "a"}', tiny), *read(2, '{"path": "a"}', tiny))) == {}
