"""What the calls of a session tell by themselves."""

from __future__ import annotations

from actors.blocks import ToolCall
from actors.context.facts import (
    COMMANDS_KEPT,
    FILES_KEPT,
    NO_FACTS_YET,
    CommandFact,
    FileFact,
    SessionFacts,
    arguments_of,
    gathered,
)
from actors.ids import CallId
from actors.transcript import AssistantMessage, ToolMessage, TranscriptMessage
from tools.tool import TodoItem, ToolResult


def step(number: int, name: str, arguments: str, result: ToolResult) -> tuple[TranscriptMessage, ...]:
    call = ToolCall(CallId(f"c{number}"), name, arguments)
    return AssistantMessage.of("", calls=(call,)), ToolMessage.of(call.id, name, result)


def test_files_are_read_or_changed_and_a_later_read_does_not_unchange_them() -> None:
    facts = gathered(
        NO_FACTS_YET,
        (
            *step(1, "read_file", '{"path": "a.py"}', ToolResult("ok", "x")),
            *step(2, "edit_file", '{"path": "b.py"}', ToolResult("ok", "x", modified=("b.py",))),
            *step(3, "read_file", '{"path": "b.py"}', ToolResult("ok", "x")),
            *step(4, "read_file", '{"path": "none.py"}', ToolResult("error", "no such file")),
        ),
    )
    assert facts.files == (FileFact("a.py", "read"), FileFact("b.py", "changed"))


def test_commands_are_kept_with_how_they_ended_last() -> None:
    run = '{"command": "./dev test"}'
    facts = gathered(
        NO_FACTS_YET,
        (
            *step(1, "run_command", run, ToolResult("error", "", exit_code=1)),
            *step(2, "run_command", '{"command": "ls"}', ToolResult("ok", "", exit_code=0)),
            *step(3, "run_command", run, ToolResult("ok", "", exit_code=0)),
        ),
    )
    assert facts.commands == (CommandFact("ls", 0), CommandFact("./dev test", 0))


def test_the_last_to_do_list_stays_until_there_is_another() -> None:
    todo = (TodoItem("a"), TodoItem("b", "done"))
    facts = gathered(NO_FACTS_YET, step(1, "todo_list", "{}", ToolResult("ok", "", todo=todo)))
    assert gathered(facts, step(2, "look", "{}", ToolResult("ok", ""))).todo == todo
    assert gathered(facts, step(2, "todo_list", "{}", ToolResult("ok", "", todo=()))).todo == ()


def test_facts_do_not_grow_without_end() -> None:
    facts = SessionFacts()
    for number in range(200):
        facts = gathered(facts, step(1, "read_file", f'{{"path": "{number}"}}', ToolResult("ok", "x")))
        facts = gathered(facts, step(1, "run", f'{{"command": "{number}"}}', ToolResult("ok", "x", exit_code=0)))
    assert (len(facts.files), len(facts.commands)) == (FILES_KEPT, COMMANDS_KEPT)
    assert facts.files[-1].path == "199"


def test_arguments_that_are_no_object_tell_nothing() -> None:
    for text in ("", "[1]", "{broken", '"text"', "null", '{"path": 1}', "\ud800"):
        call = ToolCall(CallId("c"), "f", text)
        assert not isinstance(arguments_of(call).get("path"), str)
        message = AssistantMessage.of("", calls=(call,))
        assert gathered(NO_FACTS_YET, (message, ToolMessage.of(call.id, "f", ToolResult("ok", "x")))) == NO_FACTS_YET
