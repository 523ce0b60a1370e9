"""Approvals and questions: one after the other, and never answered by a key that was meant for something else.

Part of `ui.screen.update.show`; pure. Where a question stands:

| state    | becomes  | when                                                                                     |
| shown    | open     | a frame with the whole of it was drawn, no key was waiting, and the input line is empty   |
|          |          | or not: digits answer only on an empty line, a draft that was begun before stays a draft  |
| open     | shown    | the terminal has another size                                                             |
| open     | feedback | 4 was pressed, or typing began on the empty line                                          |
| feedback | open     | the line is empty again                                                                   |
| any      | gone     | it was answered here, or `RequestSettled`, `CallFinished` or the end of the turn came     |
"""

from __future__ import annotations

from msgspec.structs import replace

from actors.ids import CallId
from actors.messages import AnswerApproval, AnswerQuestion, ApprovalRequested, QuestionAsked
from actors.records import ApprovalAnswer
from tools.text.screen_text import visible
from ui.screen import question_rows
from ui.screen.messages import Effect, Send
from ui.screen.model import Approval, Ask, Call, ScreenModel, Update, hinted, said
from ui.screen.question_rows import choices
from ui.text.rows import Row, line


def approval_requested(view: ScreenModel, event: ApprovalRequested) -> Update:
    """A call wants permission."""
    approval = Approval(event.name, event.subject, event.preview, event.rule)
    named = tuple(_named(call, event.call, visible(event.subject)) for call in view.calls)
    return _asked(replace(view, calls=named), Ask(event.turn, event.call, approval=approval))


def _named(call: Call, asked: CallId, subject: str) -> Call:
    """A call that is denied never begins: what it was about is known from here."""
    return replace(call, subject=subject) if call.id == asked else call


def question_asked(view: ScreenModel, event: QuestionAsked) -> Update:
    """A tool asks."""
    question = event.question
    return _asked(view, Ask(event.turn, event.call, question.text, question.choices))


def _asked(view: ScreenModel, ask: Ask) -> Update:
    """Where it is too long for the live region, the whole goes to the scrollback first."""
    if any(other.call == ask.call for other in view.asks):
        return Update(view)
    short = question_rows.is_short(view, ask)
    view = replace(view, asks=(*view.asks, ask if short else replace(ask, told=True)), hint="")
    return Update(view) if short else said(view, *question_rows.whole(ask))


def without(view: ScreenModel, call: CallId) -> ScreenModel:
    """The view without the question of this call; a line that was typed as its answer stays as a draft."""
    return replace(view, asks=tuple(ask for ask in view.asks if ask.call != call))


def opened(view: ScreenModel) -> Update:
    """The question was on the screen long enough to be read; keys may answer it from now on."""
    ask = view.asking
    if ask is None or ask.state != "shown" or not question_rows.fits(view, ask):
        return Update(view)
    return Update(_with(view, replace(ask, state="open")))


def unseen(view: ScreenModel) -> ScreenModel:
    """The terminal has another size: an open question must be seen again before keys answer it."""
    ask = view.asking
    return _with(view, replace(ask, state="shown")) if ask is not None and ask.state == "open" else view


def _with(view: ScreenModel, ask: Ask) -> ScreenModel:
    return replace(view, asks=(ask, *view.asks[1:]))


def line_changed(view: ScreenModel, draft: str, before: str) -> ScreenModel:
    """The input line changed: typing on the empty line under an open question begins its answer."""
    view = replace(view, draft=bool(draft)) if view.draft != bool(draft) else view
    ask = view.asking
    if ask is None or ask.state == "shown":
        return view
    if ask.state == "open" and draft and not before:
        return _with(view, replace(ask, state="feedback"))
    if ask.state == "feedback" and not draft and before:
        return _with(view, replace(ask, state="open"))
    return view


def pressed(view: ScreenModel, digit: str) -> Update | None:
    """A digit on an empty line; None where it answers nothing and is only text."""
    ask = view.asking
    if ask is None or ask.state != "open" or not question_rows.fits(view, ask):
        return None
    if ask.approval is None:
        index = int(digit) - 1
        return answered(view, ask.choices[index]) if 0 <= index < len(ask.choices) else None
    for key, answer, _ in choices(ask.approval):
        if key == digit:
            return _chosen(view, ask, answer)
    return None


def _chosen(view: ScreenModel, ask: Ask, answer: ApprovalAnswer) -> Update:
    if answer == "no":
        return hinted(_with(view, replace(ask, state="feedback")), "Enter sends the no, with or without a reason")
    return _decided(view, ask, answer, "")


def answered(view: ScreenModel, text: str) -> Update:
    """The line was typed as the answer to the question on the screen."""
    ask = view.asking
    if ask is None:
        return Update(view)
    if ask.approval is not None:
        return _decided(view, ask, "no", text)
    effect = Send(AnswerQuestion(ask.turn, ask.call, text))
    first, *others = ask.text.split("\n")
    asked: tuple[Row, ...] = ((("class:accent", "? "), ("", first)), *(line(f"  {other}") for other in others))
    step = said(without(view, ask.call), *asked, line(f"  {text}", "class:said"))
    return replace(step, effects=(effect,))


def _decided(view: ScreenModel, ask: Ask, answer: ApprovalAnswer, feedback: str) -> Update:
    effect: Effect = Send(AnswerApproval(ask.turn, ask.call, answer, feedback))
    return Update(replace(without(view, ask.call), hint=""), effects=(effect,))
