"""A session of the real program that is killed at a record of its journal, continued, and then called to account.

The program tells every event to a pipe (`--events`), one line each, as soon as it is written; the drill reads the
lines and kills at the one it waits for. What had been written by then is what the disk holds.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Self, TypeVar

from actors.blocks import ToolCall
from actors.conversation import fold
from actors.journal.damage import ReadBack
from actors.journal.formats import RECORD_CLASSES
from actors.journal.journal import read_back
from actors.records import (
    CallFinished,
    CallStarted,
    PromptAccepted,
    PromptWithdrawn,
    Record,
    ReplyCompleted,
    TurnFinished,
    TurnStarted,
)
from tests.actors.stage import is_balanced
from tests.journeys.scene import BOUND, PROGRAM, Scene

PROMPTS = (
    "run `echo x >> one; sleep 0.02` and run `echo x >> two`",
    "run `echo x >> three` then run `echo x >> four; sleep 0.02`",
)
"""Two calls at once, and two one after the other; each leaves a line in a file of its own."""
MARKERS = ("one", "two", "three", "four")
RECORDS = 20
"""About as many as an undisturbed session has; one more or less is no matter."""
GO_ON = "show a.txt"
RecordT = TypeVar("RecordT", bound=Record)


def session_killed_at(scene: Scene, number: int, *arguments: str, prompts: tuple[str, ...] = PROMPTS) -> int:
    """Run the prompts and kill the program when it has told so many records; how many the journal holds then."""
    command = (*PROGRAM, "-y", "-p", "--input-format", "stream-json", *arguments)
    with (
        EventPipe(scene.folder.parent / f"events-{time.monotonic_ns()}") as events,
        subprocess.Popen(
            [*command, "--events", str(events.path)],
            cwd=scene.folder,
            env=scene.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process,
    ):
        assert process.stdin is not None
        process.stdin.write(b"".join(as_line(prompt) for prompt in prompts))
        process.stdin.close()
        events.wait_for_records(number)
        process.kill()
    scene.wait_until_nobody_is_left()
    return len(read_back(scene.journal().read_bytes()).records)


def as_line(prompt: str) -> bytes:
    """The prompt as `--input-format stream-json` wants it."""
    return json.dumps({"type": "user", "message": {"role": "user", "content": prompt}}).encode() + b"\n"


class EventPipe:
    """The reading end of what `--events` writes. A context."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._buffer = b""
        self.names: list[str] = []
        os.mkfifo(path)
        self._end = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._end)

    def wait_for_records(self, number: int) -> None:
        """Until so many records were told, or the program has ended or told the end of its last turn."""
        until = time.monotonic() + BOUND
        watch = select.poll()
        watch.register(self._end, select.POLLIN)
        while len(self.names) < number:
            assert watch.poll(max(until - time.monotonic(), 0) * 1_000), f"only {self.names} came"
            data = os.read(self._end, 65_536)
            if not data:
                return
            *lines, self._buffer = (self._buffer + data).split(b"\n")
            self.names += [name for line in lines if (name := json.loads(line)["type"]) in RECORD_CLASSES]
            if self.names.count("TurnFinished") == len(PROMPTS):
                return


# ── What must hold ────────────────────────────────────────────────────────────────────────────────────────────────


def continued(scene: Scene, *arguments: str) -> None:
    """Continue the session with another prompt, which must be answered as if nothing had happened."""
    done = scene.run("-y", "-c", "-p", GO_ON, *arguments)
    assert done.returncode == 0, done.stderr
    assert "hello there" in done.stdout
    assert "Traceback" not in done.stderr
    scene.wait_until_nobody_is_left()


def account(scene: Scene, *, torn: int = 0) -> None:
    """Every prompt and every result is accounted for, and no call has acted twice.

    Raises:
        AssertionError: it is not so.
    """
    found = read_back(scene.journal().read_bytes())
    assert len(found.skipped) <= torn
    _account_prompts(found)
    _account_calls(found, scene.folder)
    conversation = fold(found.records)
    assert (conversation.turn, conversation.waiting, conversation.unanswered()) == (None, (), ())
    assert is_balanced(conversation.transcript)


def _account_prompts(found: ReadBack) -> None:
    accepted = [record.prompt for record in found.records if isinstance(record, PromptAccepted)]
    withdrawn = {record.prompt for record in found.records if isinstance(record, PromptWithdrawn)}
    kept = [prompt for prompt in accepted if prompt not in withdrawn]
    assert len(set(accepted)) == len(accepted)
    assert [record.prompt for record in found.records if isinstance(record, TurnStarted)] == kept
    assert [record.prompt for record in found.records if isinstance(record, TurnFinished)] == kept


def _account_calls(found: ReadBack, folder: Path) -> None:
    replies = _kind(found, ReplyCompleted)
    asked: dict[str, ToolCall] = {call.id: call for reply in replies for call in reply.message.calls}
    started = Counter[str](record.call for record in _kind(found, CallStarted))
    ended = Counter[str](record.call for record in _kind(found, CallFinished))
    outcomes: dict[str, str] = {record.call: record.result.outcome for record in _kind(found, CallFinished)}
    assert {*started.values(), *ended.values()} <= {1}
    assert set(started) <= set(ended) <= set(asked)
    for call in asked.values():
        if call.name == "run_command":
            lines = _lines(folder / json.loads(call.arguments)["command"].split()[3].rstrip(";"))
            begun, outcome = call.id in started, outcomes.get(call.id, "cancelled")
            possible = {(True, "ok"): (1,), (False, "cancelled"): (0,)}.get((begun, outcome), (0, 1))
            assert lines in possible, f"{call} left {lines} lines; begun: {begun}, outcome: {outcome}"


def _lines(file: Path) -> int:
    return len(file.read_text().splitlines()) if file.exists() else 0


def _kind(found: ReadBack, kind: type[RecordT]) -> list[RecordT]:
    return [record for record in found.records if isinstance(record, kind)]
