"""Approvals and questions: one after the other, and never answered by a key that was meant for something else.

Part of `ui.screen.show`; pure. Where a question stands:

| state    | becomes  | when                                                                                     |
| shown    | open     | a frame with it was drawn, no key was waiting, and the input line is empty or not: digits |
|          |          | answer only on an empty line, a draft that was begun before stays a draft                 |
| open     | feedback | 4 was pressed, or typing began on the empty line                                          |
| feedback | open     | the line is empty again                                                                   |
| any      | gone     | it was answered here, or `RequestSettled`, `CallFinished` or the end of the turn came     |
"""

from __future__ import annotations

from msgspec.structs import replace

from actors.messages import (
    AnswerApproval,
    AnswerQuestion,
    ApprovalAnswer,
    ApprovalRequested,
    CallId,
    QuestionAsked,
)
from ui.calls import diff_rows
from ui.colours import clean, coloured
from ui.inputs import Effect, Send
from ui.rows import Row, clip, fold, line
from ui.view import Approval, Ask, Call, Step, View, hinted, said

PREVIEW_HEAD, PREVIEW_TAIL = 8, 3
"""Lines of a preview; the whole goes to the scrollback where it is longer."""

CHOICES: tuple[tuple[str, ApprovalAnswer, str], ...] = (
    ("1", "once", "once"),
    ("2", "session", "this session"),
    ("3", "always", "always"),
    ("4", "no", "no, and say why"),
)


def approval_requested(view: View, event: ApprovalRequested) -> Step:
    """A call wants permission. A preview that is too long for the live region goes to the scrollback first."""
    approval = Approval(event.name, clean(event.subject), event.preview, clean(event.rule))
    named = tuple(_named(call, event.call, approval.subject) for call in view.calls)
    step = _asked(replace(view, calls=named), Ask(event.turn, event.call, approval=approval))
    rows = preview_rows(approval)
    if len(rows) <= PREVIEW_HEAD + PREVIEW_TAIL + 1:
        return step
    return step.then(said(step.view, line(f"Preview of {event.name}", "class:tool"), *rows))


def _named(call: Call, asked: CallId, subject: str) -> Call:
    """A call that is denied never begins: what it was about is known from here."""
    return replace(call, subject=subject) if call.id == asked else call


def question_asked(view: View, event: QuestionAsked) -> Step:
    """A tool asks."""
    question = event.question
    return _asked(view, Ask(event.turn, event.call, clean(question.text), tuple(map(clean, question.choices))))


def _asked(view: View, ask: Ask) -> Step:
    if any(other.call == ask.call for other in view.asks):
        return Step(view)
    return Step(replace(view, asks=(*view.asks, ask), hint=""))


def without(view: View, call: CallId) -> View:
    """The view without the question of this call; a line that was typed as its answer stays as a draft."""
    return replace(view, asks=tuple(ask for ask in view.asks if ask.call != call))


def opened(view: View) -> Step:
    """The question was on the screen long enough to be read; keys may answer it from now on."""
    ask = view.asking
    if ask is None or ask.state != "shown":
        return Step(view)
    return Step(_with(view, replace(ask, state="open")))


def _with(view: View, ask: Ask) -> View:
    return replace(view, asks=(ask, *view.asks[1:]))


def line_changed(view: View, draft: str, before: str) -> View:
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


def pressed(view: View, digit: str) -> Step | None:
    """A digit on an empty line; None where it answers nothing and is only text."""
    ask = view.asking
    if ask is None or ask.state != "open":
        return None
    if ask.approval is None:
        index = int(digit) - 1
        return answered(view, ask.choices[index]) if 0 <= index < len(ask.choices) else None
    for key, answer, _ in choices(ask.approval):
        if key == digit:
            return _chosen(view, ask, answer)
    return None


def _chosen(view: View, ask: Ask, answer: ApprovalAnswer) -> Step:
    if answer == "no":
        return hinted(_with(view, replace(ask, state="feedback")), "Enter sends the no, with or without a reason")
    return _decided(view, ask, answer, "")


def choices(approval: Approval) -> tuple[tuple[str, ApprovalAnswer, str], ...]:
    """What can be answered: `always` only where there is a rule to add."""
    return tuple(choice for choice in CHOICES if choice[1] != "always" or approval.rule)


def answered(view: View, text: str) -> Step:
    """The line was typed as the answer to the question on the screen."""
    ask = view.asking
    if ask is None:
        return Step(view)
    if ask.approval is not None:
        return _decided(view, ask, "no", text)
    effect = Send(AnswerQuestion(ask.turn, ask.call, text))
    step = said(without(view, ask.call), (("class:accent", "? "), ("", ask.text)), line(f"  {text}", "class:said"))
    return replace(step, effects=(effect,))


def _decided(view: View, ask: Ask, answer: ApprovalAnswer, feedback: str) -> Step:
    effect: Effect = Send(AnswerApproval(ask.turn, ask.call, answer, feedback))
    return Step(replace(without(view, ask.call), hint=""), effects=(effect,))


# ── How it looks ──────────────────────────────────────────────────────────────────────────────────────────────────


def rows(view: View) -> tuple[Row, ...]:
    """The question on the screen."""
    ask = view.asking
    if ask is None:
        return ()
    body = _question(view, ask) if ask.approval is None else _approval(view, ask, ask.approval)
    more = len(view.asks) - 1
    return (*body, line(f"  {more} more to answer after this", "class:dim")) if more else body


def _approval(view: View, ask: Ask, approval: Approval) -> tuple[Row, ...]:
    title: Row = (("class:warning", "? "), ("class:tool", f"May {approval.name} do this?"))
    preview = fold(preview_rows(approval), PREVIEW_HEAD, PREVIEW_TAIL, "the scrollback")
    options = [f"{key} {text}" for key, _, text in choices(approval)]
    rule = f" ({approval.rule})" if approval.rule else ""
    labels = [text + rule if text.startswith("3") else text for text in options]
    return (title, *(clip(row, view.columns) for row in preview), *_keys(view, ask, labels))


def _question(view: View, ask: Ask) -> tuple[Row, ...]:
    first, *others = ask.text.split("\n")
    title: Row = (("class:warning", "? "), ("class:tool", first))
    labels = [f"{number} {choice}" for number, choice in enumerate(ask.choices, 1)]
    return (title, *(line(f"  {text}") for text in others[:PREVIEW_HEAD]), *_keys(view, ask, labels))


def _keys(view: View, ask: Ask, labels: list[str]) -> tuple[Row, ...]:
    """The ways to answer; they appear when they are live, not before."""
    if ask.state == "shown":
        return (line("  …", "class:dim"),)
    if ask.state == "feedback":
        return (line("  type the answer, Enter sends it", "class:dim"),)
    rows = tuple(clip((("class:key", f"  {text[0]}"), ("", text[1:])), view.columns) for text in labels)
    if view.draft:
        return (*rows, line("  the line below is your draft: Alt and a digit answers without touching it", "class:dim"))
    return rows or (line("  type the answer, Enter sends it", "class:dim"),)


def preview_rows(approval: Approval) -> tuple[Row, ...]:
    """The diff or the command, as it would be."""
    text = approval.preview.rstrip("\n") or approval.subject
    if text.startswith(("--- ", "diff ", "@@ ")):
        return diff_rows(text)
    return tuple((("", "  "), *coloured(each)) for each in text.split("\n"))
