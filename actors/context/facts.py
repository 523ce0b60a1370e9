"""What a compaction carries on of the messages it replaces, told from the calls and their results alone.

`SessionFacts` is a part of the journal's file format: new fields need a default. A tool is known here by the shape of
its calls and results, never by its name: a result with an exit code is a command's, one with `modified` changed files,
a `path` in the arguments is what was looked at. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from actors.blocks import ToolCall
from actors.ids import CallId
from actors.transcript import AssistantMessage, ToolMessage, TranscriptMessage
from tools.tool import TodoItem

FileState: TypeAlias = Literal["read", "changed"]
FILES_KEPT = 60
COMMANDS_KEPT = 20
LONGEST_COMMAND = 200


class FileFact(Struct, frozen=True):
    """A file that was worked with, and whether it was changed."""

    path: str
    state: FileState


class CommandFact(Struct, frozen=True):
    """A command that was run, and how it ended the last time."""

    command: str
    exit_code: int


class SessionFacts(Struct, frozen=True, omit_defaults=True):
    """Newest last. `notes` is what the last summary said."""

    files: tuple[FileFact, ...] = ()
    commands: tuple[CommandFact, ...] = ()
    todo: tuple[TodoItem, ...] = ()
    notes: str = ""


NO_FACTS_YET = SessionFacts()


def arguments_of(call: ToolCall) -> dict[str, object]:
    """The arguments as a dict; empty where they are none."""
    try:
        return msgspec.json.decode(call.arguments or "{}", type=dict[str, object])
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return {}


def path_of(call: ToolCall) -> str:
    """The file or folder that the call names; empty if it names none."""
    path = arguments_of(call).get("path")
    return path if isinstance(path, str) else ""


def calls_of(messages: Iterable[TranscriptMessage]) -> dict[CallId, ToolCall]:
    """Every call by its id."""
    return {call.id: call for message in messages if isinstance(message, AssistantMessage) for call in message.calls}


def gathered(facts: SessionFacts, messages: Iterable[TranscriptMessage]) -> SessionFacts:
    """The facts after these messages."""
    messages = tuple(messages)
    calls = calls_of(messages)
    files: dict[str, FileState] = {fact.path: fact.state for fact in facts.files}
    commands = {fact.command: fact.exit_code for fact in facts.commands}
    todo = facts.todo
    for message in messages:
        if not isinstance(message, ToolMessage) or message.call not in calls:
            continue
        result, call = message.result, calls[message.call]
        todo = todo if result.todo is None else result.todo
        for path in result.modified:
            files.pop(path, None)
            files[path] = "changed"
        command = arguments_of(call).get("command")
        if result.exit_code is not None and isinstance(command, str):
            commands.pop(command[:LONGEST_COMMAND], None)
            commands[command[:LONGEST_COMMAND]] = result.exit_code
        elif result.outcome == "ok" and not result.modified and (path := path_of(call)):
            files[path] = files.pop(path, "read")
    return replace(
        facts,
        files=tuple([FileFact(path, state) for path, state in files.items()][-FILES_KEPT:]),
        commands=tuple([CommandFact(command, code) for command, code in commands.items()][-COMMANDS_KEPT:]),
        todo=todo,
    )
