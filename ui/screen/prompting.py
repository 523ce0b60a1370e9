"""Prompts and turns: sent, queued, taken back, begun, ended; and the keys that interrupt.

Part of `ui.screen.update.show`; pure. What Ctrl-C means, from the first row that fits:

| a question is open, the line is its answer | the line is emptied, the question stays                          |
| the line is not empty                      | it is emptied, and kept in the history                            |
| pressed a second time within a second      | quit                                                              |
| a turn or a command of one's own runs      | it is ended                                                       |
| otherwise                                  | a word says how to quit                                           |
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from actors.ids import NO_TURN, JobId, PromptId
from actors.messages import (
    CancelTurn,
    ChangePermissionMode,
    EndJob,
    PermissionModeChanged,
    PromptRefused,
    QueueChanged,
    StartJob,
    SubmitPrompt,
    WithdrawPrompt,
)
from actors.records import ModelChanged, PromptAccepted, PromptWithdrawn, TurnFinished, TurnStarted
from config.settings import PermissionMode
from tools.job import JobRequest
from ui.screen import asking_order, dialog, slash_commands
from ui.screen.messages import Effect, Key, Leave, RememberLine, RestoreDraft, Send, SetDraft, Submit
from ui.screen.model import Identity, ScreenModel, Turn, Update, UserCommand, hinted, notice, said
from ui.text.rows import Row, fold, line

MARK = "\u203a"
"""Stands before what a person says, here and in the input line."""
TWICE = 1.0
"""Seconds within which the second Ctrl-C quits."""
QUITS = "Ctrl-C again quits"
NOT_PASSED_ON = "what you type is not passed on to it"
NEXT_MODE: Mapping[PermissionMode, PermissionMode] = {
    "default": "accept-edits",
    "accept-edits": "plan",
    "plan": "default",
    "yolo": "default",
}
"""What Shift-Tab leads to. `yolo` must be asked for by name: no finger ever slips into it."""
SHELL_TIME_LIMIT = 7 * 86_400.0
"""Seconds: a person ends their own command when they like."""
PROMPT_HEAD, PROMPT_TAIL = 30, 10
"""Lines of a long prompt that are repeated in the scrollback."""


def submitted(view: ScreenModel, event: Submit) -> Update:
    """Enter: a command, an answer, a command of the person's own, or a prompt."""
    typed = event.typed.strip()
    view = replace(view, hint="")
    if slash_commands.is_command(typed):
        return _remembered(slash_commands.run(view, typed), typed)
    answer = dialog.entered(view, expand(view, typed))
    if answer is not None:
        return answer
    if not typed:
        return Update(view)
    if is_shell(typed) and not event.pasted:
        return _remembered(_shell(view, expand(view, typed[1:].strip())), typed)
    text = expand(view, event.typed).strip()
    view = replace(view, prompts=(*view.prompts, (event.prompt, text)))
    return _remembered(Update(view, effects=(Send(SubmitPrompt(event.prompt, text)),)), text)


def _remembered(step: Update, text: str) -> Update:
    return replace(step, effects=(*step.effects, RememberLine(text), SetDraft("")))


def is_shell(typed: str) -> bool:
    """The line is a command of the person's own, unless its mark was pasted."""
    return typed.startswith("!") and bool(typed[1:].strip())


def _shell(view: ScreenModel, command: str) -> Update:
    number = view.shells_run + 1
    job = JobId(f"shell-{number}")
    request = JobRequest(
        (*view.identity.shell, command),
        view.identity.directory,
        kind="pty",
        time_limit=SHELL_TIME_LIMIT,
        rows=view.rows,
        columns=view.columns,
    )
    view = replace(view, shells=(*view.shells, UserCommand(job, command)), shells_run=number)
    step = Update(view) if view.keys else notice(view, f"Ctrl-C ends it; {NOT_PASSED_ON}.")
    return replace(step, effects=(Send(StartJob(NO_TURN, job, request)),))


def expand(view: ScreenModel, text: str) -> str:
    """The line with what was pasted in the place of its labels."""
    for label, pasted in view.pastes:
        text = text.replace(label, pasted)
    return text


# ── The queue and the turn ────────────────────────────────────────────────────────────────────────────────────────


def accepted(view: ScreenModel, event: PromptAccepted) -> Update:
    """The prompt is safe; it is shown when its turn begins."""
    others = tuple(entry for entry in view.prompts if entry[0] != event.prompt)
    return Update(replace(view, prompts=(*others, (event.prompt, event.text))))


def refused(view: ScreenModel, event: PromptRefused) -> Update:
    """The prompt was not taken: its text returns to the line, and the person is told at once."""
    step = notice(_forgotten(view, event.prompt), f"Not taken: {event.reason}", "warning")
    return replace(step, effects=(RestoreDraft(event.text),))


def withdrawn(view: ScreenModel, event: PromptWithdrawn) -> Update:
    """A queued prompt was taken back; into the line if it was this screen that asked."""
    mine = event.prompt in view.own
    view = replace(_forgotten(view, event.prompt), own=view.own - {event.prompt})
    return Update(view, effects=(RestoreDraft(event.text),) if mine else ())


def queue_changed(view: ScreenModel, event: QueueChanged) -> Update:
    """What waits, oldest first."""
    return Update(replace(view, waiting=event.waiting))


def _forgotten(view: ScreenModel, prompt: PromptId) -> ScreenModel:
    return replace(
        view,
        prompts=tuple(entry for entry in view.prompts if entry[0] != prompt),
        waiting=tuple(waiting for waiting in view.waiting if waiting != prompt),
    )


def turn_started(view: ScreenModel, event: TurnStarted) -> Update:
    """The prompt goes to the scrollback, and the clock runs."""
    view = asking_order.ended(_forgotten(view, event.prompt))
    view = replace(view, turn=Turn(event.turn, event.prompt), calls=(), reply=None, summarising=False)
    return said(view, *prompt_rows(event.text))


def prompt_rows(text: str) -> tuple[Row, ...]:
    """What a person said, as it stands in the scrollback."""
    first, *others = text.split("\n")
    rows: tuple[Row, ...] = (
        (("class:prompt", MARK + " "), ("class:said", first)),
        *(line(f"  {other}", "class:said") for other in others),
    )
    return fold(rows, PROMPT_HEAD, PROMPT_TAIL)


def turn_finished(view: ScreenModel, event: TurnFinished) -> Update:
    """The prompt's one outcome; where it is not `done`, the reason and what to do next."""
    view = replace(asking_order.ended(view), turn=None, reply=None, calls=())
    if view.coming is not None:
        view = replace(view, identity=view.coming, coming=None)
    if event.outcome == "done":
        return Update(view)
    if event.outcome == "cancelled":
        return said(view, line(f"■ {event.text or 'Cancelled.'}", "class:warning"))
    return notice(view, event.text or f"The turn ended: {event.outcome}.", "error")


def changed(view: ScreenModel, event: PermissionModeChanged | ModelChanged) -> Update:
    """Something that the status line says holds otherwise from now on."""
    return model_changed(view, event) if isinstance(event, ModelChanged) else mode_changed(view, event)


def model_changed(view: ScreenModel, event: ModelChanged) -> Update:
    """Another model is asked from the next turn on; until then the status line names the present one."""
    identity = replace(view.identity, provider=event.provider, model=event.model)
    if not identity.window_set:
        facts = event.facts
        identity = replace(identity, window=facts.context_window, window_assumed=facts.window_assumed)
    view = replace(view, hint="")
    if view.turn is None:
        return said(replace(view, identity=identity, coming=None), _about_model(identity, "Now"))
    return said(replace(view, coming=identity), _about_model(identity, "From the next turn on"))


def _about_model(identity: Identity, when: str) -> Row:
    assumed = "; its window is assumed: set context.window if you know better" if identity.window_assumed else ""
    return line(f"── {when}: {identity.model} by {identity.provider}{assumed} ──", "class:dim")


def mode_changed(view: ScreenModel, event: PermissionModeChanged) -> Update:
    """Calls are judged otherwise from now on; the status line says how."""
    identity = replace(view.identity, mode=event.mode)
    return hinted(replace(view, identity=identity), f"permissions: {event.mode}")


# ── Keys ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def pressed(view: ScreenModel, key: Key) -> Update:
    """A key that means more than text."""
    view = replace(view, hint="") if view.hint else view
    match key.name:
        case "c-c":
            return _interrupted(view, key)
        case "escape":
            return _stopped(view) if view.busy or view.summarising else Update(view)
        case "c-d":
            return Update(view, effects=(Leave(0, "you left"),)) if not key.draft else Update(view)
        case "up" if view.asking is None or view.asking.state == "shown":
            return _taken_back(view)
        case "s-tab":
            return Update(view, effects=(Send(ChangePermissionMode(NEXT_MODE[view.identity.mode])),))
        case _:
            return dialog.pressed(view, key.name) or Update(view)


def _interrupted(view: ScreenModel, key: Key) -> Update:
    ask, before = view.asking, view.interrupted
    view = replace(view, interrupted=key.now)
    if key.draft:
        emptied: tuple[Effect, ...] = (SetDraft(""),)
        if ask is None or ask.state != "feedback":
            emptied = (RememberLine(expand(view, key.draft)), *emptied)
        return Update(replace(view, interrupted=None), effects=emptied)
    if before is not None and key.now - before <= TWICE:
        return Update(view, effects=(Leave(0, "Ctrl-C was pressed twice"),))
    if view.busy or view.summarising:
        return _stopped(view)
    return hinted(view, QUITS)


def calmed(view: ScreenModel, now: float) -> ScreenModel:
    """A Ctrl-C counts for a second, and so does the word about it."""
    if view.interrupted is None or now - view.interrupted <= TWICE:
        return view
    return replace(view, interrupted=None, hint="" if view.hint == QUITS else view.hint)


def _stopped(view: ScreenModel) -> Update:
    """End the turn; where none runs, a summary that is being made; else the person's own commands."""
    if view.turn is not None:
        view = replace(view, turn=replace(view.turn, stopping=True))
        return Update(view, effects=(Send(CancelTurn()),))
    if view.summarising:
        return Update(replace(view, summarising=False), effects=(Send(CancelTurn()),))
    return Update(view, effects=tuple(Send(EndJob(shell.job)) for shell in view.shells))


def _taken_back(view: ScreenModel) -> Update:
    """The newest queued prompt comes back to the line."""
    if not view.waiting:
        return Update(view)
    prompt = view.waiting[-1]
    return Update(replace(view, own=view.own | {prompt}), effects=(Send(WithdrawPrompt(prompt)),))
