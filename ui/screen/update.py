"""The screen's pure core: a view and a message give a new view, rows for the scrollback, and effects.

`ui.chat.front_end` and `ui.chat.plain_mode` feed it every event of the bus and every input of the terminal, in order,
and carry out what comes back. It knows no terminal, no clock and no actor; the same messages always give the same step.

    events of the bus ──┐
    ui.screen.messages ──────────┴─▶ show(view, message) ─▶ Step(view, blocks, effects)
                                                      │      │       └─▶ ui.chat.front_end: send, set the line, leave …
                                                      │      └─▶ ui.terminal.scrollback_queue ─▶ the scrollback, once
                                                      └─▶ ui.screen.live_region ─▶ the live region, the status line
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec.structs import replace

from actors.context_messages import ContextReported
from actors.ids import CallId
from actors.messages import (
    ApprovalRequested,
    JobFinished,
    JobStreamed,
    JournalFailed,
    NoticeRaised,
    PermissionModeChanged,
    PromptRefused,
    QuestionAsked,
    QueueChanged,
    ReplyDiscarded,
    ReplyStreamed,
    RequestSettled,
    RequestStarted,
    ResizeJobs,
    TodoChanged,
)
from actors.records import (
    ApprovalAnswered,
    CallFinished,
    CallStarted,
    CompactionStarted,
    ConversationCleared,
    ConversationCompacted,
    ModelAdvised,
    ModelChanged,
    PromptAccepted,
    PromptWithdrawn,
    ReplyCompleted,
    SessionOpened,
    ShellShared,
    TurnFinished,
    TurnStarted,
)
from actors.runtime.message import Event
from ui.screen import asking_order, calls, context_rows, dialog, prompting, slash_commands, stream
from ui.screen.messages import (
    ActorsSeen,
    Alone,
    Closed,
    Effect,
    Error,
    Focus,
    Hurried,
    Init,
    Key,
    Leave,
    LineSeen,
    Mouse,
    OpenEditor,
    Paste,
    Quit,
    Redraw,
    Render,
    Resize,
    ScreenInput,
    SeeActors,
    Send,
    Submit,
    Tick,
)
from ui.screen.model import Call, ScreenModel, Update, UserCommand, hinted, notice, said
from ui.text.rows import line

ScreenMessage: TypeAlias = (
    SessionOpened
    | PromptAccepted
    | PromptWithdrawn
    | PromptRefused
    | QueueChanged
    | TurnStarted
    | TurnFinished
    | RequestStarted
    | ReplyStreamed
    | ReplyDiscarded
    | ReplyCompleted
    | ApprovalRequested
    | ApprovalAnswered
    | QuestionAsked
    | RequestSettled
    | CallStarted
    | CallFinished
    | JobStreamed
    | JobFinished
    | TodoChanged
    | NoticeRaised
    | JournalFailed
    | PermissionModeChanged
    | ModelChanged
    | ConversationCleared
    | CompactionStarted
    | ConversationCompacted
    | ModelAdvised
    | ContextReported
    | ShellShared
)
"""The events that a screen shows; `EVENTS` has the classes, for the front end's `receives`."""

EVENTS: tuple[type[ScreenMessage], ...] = ScreenMessage.__args__

PASTES_KEPT = 20
TERMINAL_GONE = 129
"""Exit code: as after a SIGHUP."""


def update(view: ScreenModel, message: ScreenMessage | ScreenInput) -> Update:
    """What the message makes of the view."""
    return _event(view, message) if isinstance(message, Event) else _input(view, message)


def _input(view: ScreenModel, message: ScreenInput) -> Update:  # noqa: C901, PLR0911, PLR0912 - one row for each input
    match message:
        case Tick():
            return Update(_ticked(view, message.now), effects=(SeeActors(),) if view.actors else ())
        case ActorsSeen():
            return Update(replace(view, actors=message.rows))
        case Init() | Resize():
            resized = replace(view, rows=message.rows, columns=message.columns)
            return Update(dialog.unseen(resized), effects=(Send(ResizeJobs(message.rows, message.columns)),))
        case Submit():
            return prompting.submitted(view, message)
        case Key():
            return _key(view, message)
        case Render():
            return dialog.opened(view)
        case Alone():
            return dialog.unfollowed(view)
        case Hurried():
            return hinted(view, dialog.HURRIED)
        case LineSeen():
            return Update(replace(view, shell=message.shell, vi_mode=message.vi_mode))
        case Paste():
            return Update(replace(view, pastes=(*view.pastes, (message.label, message.text))[-PASTES_KEPT:]))
        case Focus():
            return Update(replace(view, focused=message.gained))
        case Error():
            return notice(view, message.text, "error")
        case Quit():
            return Update(replace(view, closing=True), effects=(Leave(message.exit_code, message.reason),))
        case Closed():
            return Update(replace(view, closing=True), effects=(Leave(TERMINAL_GONE, "the terminal is gone"),))
        case Mouse():
            return Update(view)


def _key(view: ScreenModel, key: Key) -> Update:
    """Keys with a meaning of their own; the rest is `ui.screen.prompting`."""
    effects: dict[str, Effect] = {"c-l": Redraw(), "editor": OpenEditor()}
    match key.name:
        case "c-o":
            return calls.expanded(view)
        case "c-t":
            return slash_commands.todo(view)
        case name if name in effects:
            return Update(view, effects=(effects[name],))
        case _:
            return prompting.pressed(view, key)


def _event(view: ScreenModel, event: ScreenMessage) -> Update:  # noqa: C901, PLR0911, PLR0912 - one row for each event
    match event:
        case ReplyStreamed():
            return stream.streamed(view, event)
        case JobStreamed():
            return calls.streamed(view, event)
        case SessionOpened():
            return _opened(view, event)
        case PromptAccepted():
            return prompting.accepted(view, event)
        case PromptWithdrawn():
            return prompting.withdrawn(view, event)
        case PromptRefused():
            return prompting.refused(view, event)
        case QueueChanged():
            return prompting.queue_changed(view, event)
        case TurnStarted():
            return prompting.turn_started(view, event)
        case TurnFinished():
            return prompting.turn_finished(view, event)
        case RequestStarted():
            return stream.request_started(view, event)
        case ReplyDiscarded():
            return stream.discarded(view, event)
        case ReplyCompleted():
            return stream.completed(asking_order.called(view, event), event)
        case ApprovalRequested():
            return dialog.approval_requested(view, event)
        case QuestionAsked():
            return dialog.question_asked(view, event)
        case CallStarted():
            return _then_without(calls.started(view, event), event.call)
        case CallFinished():
            return _then_without(calls.finished(view, event), event.call)
        case JobFinished():
            return calls.ended(view, event)
        case TodoChanged():
            return calls.todo_changed(view, event)
        case ShellShared():
            return calls.shared(view, event)
        case NoticeRaised() | JournalFailed():
            return _noticed(view, event)
        case PermissionModeChanged() | ModelChanged():
            return prompting.changed(view, event)
        case ConversationCleared():
            return said(replace(view, todo=(), last_result=None, context_used=0), line("── cleared ──", "class:dim"))
        case CompactionStarted() | ConversationCompacted() | ModelAdvised() | ContextReported():
            return context_rows.shown(view, event)
        case ApprovalAnswered() | RequestSettled():
            return dialog.without(view, event.call)


def _noticed(view: ScreenModel, event: NoticeRaised | JournalFailed) -> Update:
    if isinstance(event, JournalFailed):
        return notice(view, event.problem, "error")
    return notice(slash_commands.found(view), event.text, event.level)


def _then_without(step: Update, call: CallId) -> Update:
    """The call needs no answer any more."""
    return step.then(dialog.without(step.view, call))


def _opened(view: ScreenModel, event: SessionOpened) -> Update:
    identity = replace(view.identity, model=event.model, directory=event.directory)
    known = view.session == event.session
    view = replace(view, session=event.session, identity=identity)
    if known:  # it stands above the earlier talk
        return Update(view)
    return said(view, line(f"Callboard {event.version} · {event.model} · {event.directory}", "class:dim"))


def _ticked(view: ScreenModel, now: float) -> ScreenModel:
    """The clock of everything that has begun since the last tick starts here."""
    turn = view.turn
    if turn is not None and turn.started is None:
        turn = replace(turn, started=now)
    return replace(
        prompting.calmed(view, now),
        now=now,
        turn=turn,
        asked_at=(view.asked_at or now) if view.asking is not None else None,
        calls=tuple(_started_call(call, now) for call in view.calls),
        shells=tuple(_started_shell(shell, now) for shell in view.shells),
    )


def _started_call(call: Call, now: float) -> Call:
    return replace(call, started=now) if call.running and call.started is None else call


def _started_shell(shell: UserCommand, now: float) -> UserCommand:
    return replace(shell, started=now) if shell.started is None else shell
