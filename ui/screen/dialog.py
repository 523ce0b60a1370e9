"""Approvals and questions: one after the other, and never answered by a key that was meant for something else.

Part of `ui.screen.update.show`; pure. Where a question stands:

| state    | becomes  | when                                                                                     |
| shown    | open     | a frame with the whole of it was drawn, no key was waiting, and the input line is empty   |
|          |          | or not: keys answer only on an empty line, a draft that was begun before stays a draft    |
| open     | shown    | the terminal has another size                                                             |
| open     | feedback | Tab or 4 was pressed, or more than one key was typed on the empty line                    |
| feedback | open     | the typed line is empty again; ↑ on the empty line                                        |
| any      | gone     | it was answered here, or `RequestSettled`, `CallFinished` or the end of the turn came     |

A digit or a letter of an open question selects its row at once and is `held` until nothing has followed it for a
moment: `1. fix it` and `also look at tax` are text. What Enter does, from the first row that fits:

| state    | the line                                        | Enter                                              |
| open     | empty                                           | takes the selected row; where none is, says so     |
| any      | a key or a word of a row (`1`, `y`, `yes`)       | takes that row; a no without its reason             |
| feedback | anything else, or a reason that was asked for   | denies with it; answers a question with it         |

Which row is selected at first: none, so that a stray Enter does nothing. Only a call that changes nothing (its tool's
effects are `none` or `person`) has Yes selected, and only the first of several questions.
"""

from __future__ import annotations

from msgspec.structs import replace

from actors.ids import CallId
from actors.messages import AnswerApproval, AnswerQuestion, ApprovalRequested, QuestionAsked
from tools.text.screen_text import visible
from ui.screen import asking_order, question_rows
from ui.screen.messages import Effect, Send, SetDraft
from ui.screen.model import Approval, Ask, Call, ScreenModel, Update, hinted, said
from ui.screen.question_rows import QuestionChoice, choices, named
from ui.text.rows import Row, clip, line

UNSELECTED = "Nothing is selected: ↑↓ and Enter, or the key of a row"
HURRIED = "Enter came together with other keys and may have been pasted: press it again to answer"
HARMLESS = ("none", "person")
"""Effects of calls that change nothing."""


def approval_requested(view: ScreenModel, event: ApprovalRequested) -> Update:
    """A call wants permission."""
    approval = Approval(event.name, event.subject, event.preview, event.rule, event.effects)
    named_calls = tuple(_named(call, event.call, visible(event.subject)) for call in view.calls)
    return _asked(replace(view, calls=named_calls), Ask(event.turn, event.call, approval=approval))


def _named(call: Call, asked: CallId, subject: str) -> Call:
    """A call that is denied never begins: what it was about is known from here."""
    return replace(call, subject=subject) if call.id == asked else call


def question_asked(view: ScreenModel, event: QuestionAsked) -> Update:
    """A tool asks."""
    question = event.question
    return _asked(view, Ask(event.turn, event.call, question.text, question.choices))


def _asked(view: ScreenModel, ask: Ask) -> Update:
    if any(other.call == ask.call for other in (*view.asks, *view.later)):
        return Update(view)
    return told(asking_order.added(replace(view, hint=""), ask))


def told(view: ScreenModel) -> Update:
    """Where the question on the screen is too long for the live region, the whole goes to the scrollback first."""
    ask = view.asking
    if ask is None or ask.told or question_rows.is_short(view, ask):
        return Update(view)
    return said(_with(view, replace(ask, told=True)), *question_rows.whole(ask))


def without(view: ScreenModel, call: CallId) -> Update:
    """The question of this call is gone; a line that was typed as its answer stays as a draft."""
    return told(asking_order.settled(view, call))


def opened(view: ScreenModel) -> Update:
    """The question was on the screen long enough to be read; keys may answer it from now on."""
    ask = view.asking
    if ask is None or ask.state != "shown" or not question_rows.fits(view, ask):
        return Update(view)
    return Update(_with(view, _unselected(view, replace(ask, state="open"))))


def unseen(view: ScreenModel) -> ScreenModel:
    """The terminal has another size: an open question must be seen again before keys answer it."""
    ask = view.asking
    return _with(view, replace(ask, state="shown", held="")) if ask is not None and ask.state == "open" else view


def _with(view: ScreenModel, ask: Ask) -> ScreenModel:
    return replace(view, review=ask) if view.review is not None else replace(view, asks=(ask, *view.asks[1:]))


def _unselected(view: ScreenModel, ask: Ask) -> Ask:
    """The selection as it is at first, and nothing held."""
    approval = ask.approval
    first = asking_order.place(view, ask.call)[0] == 1
    harmless = approval is not None and approval.effects in HARMLESS and first and not ask.together
    return replace(ask, held="", reason=False, selected=0 if harmless else None)


# ── Keys ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def line_changed(view: ScreenModel, draft: str, before: str) -> ScreenModel:
    """The input line changed: typing on the empty line under an open question begins its answer."""
    view = replace(view, draft=bool(draft)) if view.draft != bool(draft) else view
    ask = view.asking
    if ask is None or ask.state == "shown" or (ask.held and draft == ask.held):
        return view
    if ask.state == "open" and draft and (not before or ask.held):
        return _with(view, replace(ask, state="feedback", held="", selected=named(view, ask, draft)))
    if not draft and not ask.reason and (before or ask.held):
        return _with(view, _unselected(view, replace(ask, state="open")))
    if ask.state == "feedback" and not ask.reason:
        return _with(view, replace(ask, selected=named(view, ask, draft)))
    return view


def pressed(view: ScreenModel, key: str) -> Update | None:
    """A key on the empty line, or Alt and a digit; None where it answers nothing and is only text."""
    ask = view.asking
    if ask is None or ask.state == "shown":
        return None
    if key in ("up", "down"):
        return Update(_moved(view, ask, -1 if key == "up" else 1))
    ways = choices(view, ask)
    pressed_key = "4" if key == "tab" and ask.approval is not None else key.removeprefix("alt-")
    place = next((at for at, choice in enumerate(ways) if pressed_key in choice.keys), None)
    if place is None or ask.state != "open" or not question_rows.fits(view, ask):
        return None
    if key == "tab":
        return _taken(view, ask, ways[place])
    if key.startswith("alt-"):
        return _taken(view, ask, ways[place])
    return Update(_with(view, replace(ask, held=key, selected=place)))


def _moved(view: ScreenModel, ask: Ask, by: int) -> ScreenModel:
    """The selection one row up or down; out of an empty reason back to the rows."""
    ways = choices(view, ask)
    if ask.state == "feedback":
        return _with(view, _unselected(view, replace(ask, state="open")))
    if not ways:
        return view
    last = next((at for at, choice in enumerate(ways) if choice.act == "no"), len(ways) - 1)
    before = ask.selected if ask.selected is not None else (-1 if by > 0 else last + 1)
    return _with(view, replace(ask, held="", selected=min(max(before + by, 0), len(ways) - 1)))


def unfollowed(view: ScreenModel) -> Update:
    """Nothing was typed after the key that is held: it takes its row."""
    ask = view.asking
    if ask is None or not ask.held or ask.selected is None:
        return Update(view)
    ways = choices(view, ask)
    emptied = Update(replace(view, draft=False), effects=(SetDraft(""),))
    return emptied.then(_taken(emptied.view, replace(ask, held=""), ways[ask.selected]))


def entered(view: ScreenModel, typed: str) -> Update | None:
    """Enter; None where the line is no answer."""
    ask = view.asking
    if ask is None or ask.state == "shown":
        return None
    if ask.state == "open" and not typed:
        return _enters_selected(view, ask)
    if ask.state == "open" and not ask.held and view.keys:
        return None
    way = None if ask.reason else named(view, ask, typed)
    if way is not None and (question_rows.fits(view, ask) or not view.keys):
        return _emptied(_worded(view, ask, choices(view, ask)[way]))
    if not typed and ask.approval is None:
        return Update(view)
    return _emptied(answered(view, typed)) if not ask.together else hinted(view, UNSELECTED)


def _enters_selected(view: ScreenModel, ask: Ask) -> Update | None:
    ways = choices(view, ask)
    if not ways:
        return None
    if ask.selected is None or not question_rows.fits(view, ask):
        return hinted(view, UNSELECTED)
    return _taken(view, ask, ways[ask.selected])


def _worded(view: ScreenModel, ask: Ask, choice: QuestionChoice) -> Update:
    """A row that was named and entered. Where lines are typed, a no without a reason is asked for it."""
    if choice.act == "no" and not ask.together and view.keys:
        return _decided(view, ask, choice, "")
    return _taken(view, ask, choice)


def _emptied(step: Update) -> Update:
    return replace(step, effects=(*step.effects, SetDraft("")))


# ── Answers ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _taken(view: ScreenModel, ask: Ask, choice: QuestionChoice) -> Update:
    if ask.approval is None:
        return answered(view, choice.text)
    if choice.act == "all":
        together = asking_order.alike(view)
        return told(replace(view, review=Ask(ask.turn, ask.call, approval=ask.approval, together=together)))
    if choice.act == "no" and ask.together:
        return told(_with_first_unseen(replace(view, review=None)))
    if choice.act == "no":
        return _asks_for_a_reason(view, ask)
    return _decided(view, ask, choice, "")


def _with_first_unseen(view: ScreenModel) -> ScreenModel:
    ask = view.asking
    return _with(view, replace(ask, state="shown", held="")) if ask is not None else view


def _asks_for_a_reason(view: ScreenModel, ask: Ask) -> Update:
    return Update(_with(view, replace(ask, state="feedback", reason=True, held="", selected=None)))


def answered(view: ScreenModel, text: str) -> Update:
    """The line was typed as the answer to the question on the screen: the reason of a no, or the words asked for."""
    ask = view.asking
    if ask is None:
        return Update(view)
    if ask.approval is not None:
        return _decided(view, ask, question_rows.NO, text)
    effect = Send(AnswerQuestion(ask.turn, ask.call, text))
    first, *others = ask.text.split("\n")
    asked: tuple[Row, ...] = ((("class:accent", "? "), ("", first)), *(line(f"  {other}") for other in others))
    step = said(_gone(view, ask), *asked, line(f"  {text}", "class:said"))
    return replace(step, effects=(effect,)).then(told(step.view))


def _decided(view: ScreenModel, ask: Ask, choice: QuestionChoice, feedback: str) -> Update:
    """The answer to this question, or to all that it stands for, and the row that stays."""
    step = Update(view)
    for each in ask.together or (ask,):
        if choice.act == "all" or each.approval is None:
            continue
        row = clip(_kept(each.approval, choice, feedback), view.columns)
        effect: Effect = Send(AnswerApproval(each.turn, each.call, choice.act, feedback))
        gone = said(replace(_gone(step.view, each), hint=""), row)
        step = step.then(replace(gone, effects=(effect,)))
    return step.then(told(step.view))


def _kept(approval: Approval, choice: QuestionChoice, feedback: str) -> Row:
    subject = approval.subject or approval.name
    if choice.act == "no":
        why: Row = (("class:dim", f" · {feedback}"),) if feedback else ()
        return (("class:warning", "⊘ "), ("", f"You denied {subject}"), *why)
    about = approval.rule if choice.act in ("session", "always") and approval.rule else subject
    how = {"session": " for this session", "always": " always"}.get(choice.act, "")
    return (("class:ok", "✓ "), ("class:dim", f"You approved{how} "), ("", about))


def _gone(view: ScreenModel, ask: Ask) -> ScreenModel:
    return asking_order.settled(view, ask.call)
