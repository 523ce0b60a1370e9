"""The talk so far, for a session that is continued: its records become rows as if they had just happened.

Used by the chat and by plain mode before the company starts. A record is shown the way its event is; what the last
process left open (a turn, a call, a question) is not carried over: the turn loop says what becomes of it.
"""

from __future__ import annotations

from msgspec.structs import replace

from actors.messages import Record, TurnStarted
from ui.markdown import Block
from ui.rows import line
from ui.screen import show
from ui.view import Step, View, said

TURNS_SHOWN = 20
"""Later turns of a long talk; the journal keeps the others."""


def replay(view: View, records: tuple[Record, ...]) -> Step:
    """All of it as one step."""
    begun = [index for index, record in enumerate(records) if isinstance(record, TurnStarted)]
    hidden = max(len(begun) - TURNS_SHOWN, 0)
    first = begun[hidden] if hidden else 0
    step = Step(_carried(_run(view, records[:first]).view))
    if hidden:
        step = step.then(said(step.view, line(f"… {hidden} earlier turns are in the journal", "class:dim")))
    later = _run(step.view, records[first:])
    return Step(_carried(later.view), step.blocks + later.blocks)


def _run(view: View, records: tuple[Record, ...]) -> Step:
    blocks: list[Block] = []
    for record in records:
        step = show(view, record)
        view = step.view
        blocks.extend(step.blocks)
    return Step(view, tuple(blocks))


def _carried(view: View) -> View:
    return replace(view, turn=None, reply=None, calls=(), asks=(), prompts=(), gap=True)
