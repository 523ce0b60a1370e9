"""Judging a session from outside: each promise, broken by hand."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from actors.drill.levels.process_level_facts import Facts, IncarnationFacts, judged
from actors.ids import PromptId, TurnId
from actors.journal.journal import encode
from actors.records import PromptAccepted, Record, TurnFinished, TurnStarted
from actors.transcript import Usage

PROMPT = PromptId("p")
RECORDS: tuple[Record, ...] = (
    PromptAccepted(PROMPT, "hello"),
    TurnStarted(TurnId("t1"), PROMPT, "hello"),
    TurnFinished(TurnId("t1"), PROMPT, "done", "hi", Usage(), 1, 0.1),
)
JOURNAL = b"".join(encode(number, 0.0, record) for number, record in enumerate(RECORDS, start=1))
LATE = b"".join(encode(number, float(number), record) for number, record in enumerate(RECORDS, start=1))
INCARNATION = IncarnationFacts(0, 0, "", restored=True, output=b"\x1b[?25l\x1b[?25h", alive=(), hung_up=False)
FACTS = Facts((INCARNATION,), JOURNAL, (), (), (), ("hello",), left_early=False)


def promises(facts: Facts) -> list[str]:
    return [violation.invariant for violation in judged(facts)]


def test_a_good_session_keeps_them_all() -> None:
    assert judged(FACTS) == []


@pytest.mark.parametrize(
    ("change", "promise"),
    [
        ({"alive": ("sleep 60",)}, "I2"),
        ({"restored": False}, "I3"),
        ({"output": b"\x1b[?25l"}, "I3"),
        ({"output": b"\x1b[?2004h"}, "I3"),
        ({"exit_code": 1}, "I9"),
        ({"problem": "it waits"}, "I9"),
    ],
)
def test_what_a_life_may_break(change: dict[str, Any], promise: str) -> None:
    assert promise in promises(replace(FACTS, incarnations=(replace(INCARNATION, **change),)))


@pytest.mark.parametrize(
    ("change", "promise"),
    [
        ({"acts": ("mark a",)}, "I4"),
        ({"journal": JOURNAL + encode(4, 0.0, RECORDS[2])}, "I7"),
        ({"journal": encode(1, 0.0, RECORDS[0])}, "I7"),
        ({"typed": ("hello", "lost")}, "I7"),
        ({"journal": LATE, "prompt_bound": 0.5}, "I7"),
    ],
)
def test_what_a_session_may_break(change: dict[str, Any], promise: str) -> None:
    assert promise in promises(replace(FACTS, **change))


def test_a_terminal_that_is_gone_need_not_be_restored() -> None:
    assert judged(replace(FACTS, incarnations=(replace(INCARNATION, restored=False, hung_up=True),))) == []


@pytest.mark.parametrize("change", [{"restored": False}, {"output": b"\x1b[?25l"}, {"output": b"\x1b[?2004h"}])
def test_a_killed_program_leaves_no_broken_terminal(change: dict[str, Any]) -> None:
    killed = replace(INCARNATION, exit_code=-9, expected=None, **change)
    assert promises(replace(FACTS, incarnations=(killed, INCARNATION))) == ["I3"]


def test_keys_that_a_killed_program_had_not_read_are_no_prompt() -> None:
    killed = replace(INCARNATION, exit_code=-9, expected=None)
    assert judged(replace(FACTS, incarnations=(killed, INCARNATION), typed=("hello", "unread"))) == []
