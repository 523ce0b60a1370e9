"""The talk so far, for a session that is continued: its records become rows as if they had just happened.

Used by the chat and by plain mode before the company starts. The banner stands above the talk, once, however often the
session was opened. A record is shown the way its event is; what the last process left open (a turn, a question) is not
carried over: the turn loop says what becomes of it. Of an open call only what it is about is remembered.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from msgspec.structs import replace

from actors.records import CallFinished, ConversationCompacted, Record, ReplyCompleted, SessionOpened, TurnStarted
from ui.front_end import Opening
from ui.screen.model import Call, ScreenModel, Update, said
from ui.screen.update import update
from ui.text.markdown import Block
from ui.text.rows import line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from actors.journal.damage import JournalLine

TURNS_SHOWN = 20
"""Later turns of a long talk; the journal keeps the others."""


def reopened(view: ScreenModel, opening: Opening) -> Update:
    """The banner and the talk so far; nothing where the session is new: its banner comes when it is opened."""
    if not opening.earlier:
        return Update(view)
    banner = SessionOpened(opening.session, opening.directory, opening.model, opening.version, 0.0)
    step = update(view, banner)
    return step.then(replay(step.view, opening.earlier))


def lightened(lines: Iterable[JournalLine]) -> Iterator[JournalLine]:
    """The lines of a journal, without the long texts of turns that are not shown.

    They go as they are read: the whole of a long session is in memory once already, with the journal's actor.
    """
    shown: deque[list[JournalLine]] = deque([[]])
    for each in lines:
        if isinstance(each.record, TurnStarted):
            shown.append([])
        shown[-1].append(each)
        if len(shown) > TURNS_SHOWN:
            yield from map(_without_texts, shown.popleft())
    for turn in shown:
        yield from turn


def _without_texts(one: JournalLine) -> JournalLine:
    match one.record:
        case CallFinished(result=result) as record:
            return replace(one, record=replace(record, result=replace(result, text="", diff="")))
        case ReplyCompleted(message=message) as record:
            return replace(one, record=replace(record, message=replace(message, blocks=message.calls)))
        case ConversationCompacted() as record:
            return replace(one, record=replace(record, summary="", folds=()))
        case _:
            return one


def _first_shown(records: tuple[Record, ...]) -> tuple[int, int]:
    """The place of the first record that is shown, and the number of turns before it."""
    begun = [index for index, record in enumerate(records) if isinstance(record, TurnStarted)]
    hidden = max(len(begun) - TURNS_SHOWN, 0)
    return (begun[hidden] if hidden else 0), hidden


def replay(view: ScreenModel, records: tuple[Record, ...]) -> Update:
    """All of it as one step."""
    first, hidden = _first_shown(records)
    step = Update(replace(_carried(_run(view, records[:first]).view), gap=view.gap))
    if hidden:
        step = step.then(said(step.view, line(f"… {hidden} earlier turns are in the journal", "class:dim")))
    later = _run(step.view, records[first:])
    return Update(_carried(later.view), step.blocks + later.blocks)


def _run(view: ScreenModel, records: tuple[Record, ...]) -> Update:
    blocks: list[Block] = []
    identity = view.identity  # of the run that begins, whichever models earlier ones have asked
    for record in records:
        if isinstance(record, SessionOpened):
            continue
        step = update(view, record)
        view = step.view
        blocks.extend(step.blocks)
    return Update(replace(view, identity=identity, coming=None), tuple(blocks))


def _carried(view: ScreenModel) -> ScreenModel:
    calls = tuple(Call(call.id, call.name, call.subject) for call in view.calls)
    return replace(view, turn=None, reply=None, calls=calls, asks=(), prompts=())
