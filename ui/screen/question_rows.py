"""A question as rows: what it is about, what would be done, and how to answer; whole, or not to be answered.

Used by `ui.screen.live_region` and `ui.screen.dialog`; pure. Nothing that is to be approved is ever cut: long rows are
wrapped, and a long text is folded only if the whole of it stands in the scrollback. Where a terminal is too small even
for that, no key answers, and a row says so. Forms are tried from the roomiest on:

| form  | text                                  | ways to answer      |
| roomy | whole, or folded to 12 rows           | each on its own row |
| tight | whole, or folded to 3 rows and more   | one after the other |
"""

from __future__ import annotations

from functools import partial
from typing import Literal, TypeAlias

from msgspec import Struct

from actors.records import ApprovalAnswer
from tools.text.screen_text import visible
from ui.screen import asking_order
from ui.screen.calls import diff_rows
from ui.screen.model import Approval, Ask, ScreenModel
from ui.text.rows import Row, chop, fold, line, more_lines, row_width, wrap

HEAD, TAIL = 8, 3
MOST, LEAST = HEAD + TAIL + 1, 3
"""Rows of a long text, with the count of those that are left out."""
KEPT = 1_000
"""Rows that a scrollback can be relied on to keep."""
RULE_ROWS = 2
TOO_SMALL = "Make the window larger to answer; Esc interrupts."
GOES_ON = "↳ "
"""Begins a row that goes on with the one before it, in a column where no text of a call ever stands."""
SELECTED, NOT_SELECTED = "\u276f ", "  "
DRAFT = "  the line below is your draft: Alt and a digit answers without touching it"
REASON = "  type the reason; Enter denies, with or without one; ↑ goes back"
DENIES, ANSWERS = "  Enter denies, with this line as the reason", "  type the answer, Enter sends it"
ACTS = {"run_command": "Run this command", "edit_file": "Edit {}", "write_file": "Write {}", "read_file": "Read {}"}
"""What a call would do, as the question for it; `{}` is its subject."""
ALL_ACTS = {
    "run_command": "Run these {} commands",
    "edit_file": "Make these {} edits",
    "write_file": "Write these {} files",
}

QuestionRows: TypeAlias = tuple[Row, ...]


class QuestionChoice(Struct, frozen=True):
    """A way to answer: its keys, the first of which is shown before it and the second after it, and more words."""

    act: ApprovalAnswer | Literal["all"]
    text: str
    keys: tuple[str, ...]
    words: tuple[str, ...] = ()


YES = QuestionChoice("once", "Yes", ("1", "y"), ("yes", "ok"))
SESSION = QuestionChoice("session", "Yes, for this session", ("2", "s"), ("session",))
ALWAYS = QuestionChoice("always", "Always", ("3", "a"), ("always",))
NO = QuestionChoice("no", "No, and say why", ("4", "n"), ("no",))
ONE_BY_ONE = QuestionChoice("no", "No, ask one by one", ("4", "n"), ("no",))


def choices(view: ScreenModel, ask: Ask) -> tuple[QuestionChoice, ...]:
    """What can be answered: `always` only where there is a rule to add, yes to all where all are of one tool."""
    approval = ask.approval
    if approval is None:
        return tuple(QuestionChoice("once", text, (str(number),)) for number, text in enumerate(ask.choices, 1))
    if ask.together:
        return (QuestionChoice("once", f"Yes, all {len(ask.together)}", YES.keys, YES.words), ONE_BY_ONE)
    always = (ALWAYS,) if approval.rule else ()
    alike = asking_order.alike(view)
    left = "" if len(alike) == asking_order.place(view, ask.call)[1] else " that are left"
    every = (
        (QuestionChoice("all", f"Yes to all {len(alike)}{left}, shown together first", ("5",), ("all",)),)
        if alike
        else ()
    )
    return (YES, SESSION, *always, NO, *every)


def named(view: ScreenModel, ask: Ask, typed: str) -> int | None:
    """The place of the choice whose key or word this is."""
    word = typed.strip().lower()
    ways = choices(view, ask)
    return next((at for at, choice in enumerate(ways) if word in (*choice.keys, *choice.words)), None)


def rows(view: ScreenModel, room: int) -> QuestionRows:
    """The question on the screen, in at most so many rows."""
    ask = view.asking
    if ask is None:
        return ()
    laid = _laid_out(view, ask, room)
    if laid is None:
        word = TOO_SMALL if ask.state != "feedback" else _line_note(ask)
        return (*_title(view, ask), *wrap(line(word, "class:warning"), view.columns))[-room:]
    return laid


def fits(view: ScreenModel, ask: Ask) -> bool:
    """The terminal shows the whole of it, so that keys may answer."""
    return _laid_out(view, ask, view.room) is not None


def is_short(view: ScreenModel, ask: Ask) -> bool:
    """It fits without a fold, and is no longer than a fold would be."""
    return len(_body(ask, view.columns)) <= MOST and fits(view, ask)


def whole(ask: Ask) -> QuestionRows:
    """The whole of it, for the scrollback."""
    named_so = f"Preview of {ask.approval.name}" if ask.approval is not None else "The question"
    title = f"{named_so}, {len(ask.together)} calls" if ask.together else named_so
    return (line(title, "class:tool"), *_text(ask))


def _laid_out(view: ScreenModel, ask: Ask, room: int) -> QuestionRows | None:
    title, body, labels = _title(view, ask), _body(ask, view.columns), _labels(view, ask)
    roomy = tuple(row for label in labels for row in wrap(label, view.columns, "    "))
    tight = wrap(_joined(labels), view.columns, "  ")
    for keys, least in ((roomy, MOST), (tight, LEAST)):
        spare = room - len(title) - max(len(keys), 1) - (1 if view.draft else 0)
        if spare >= min(len(body), least if ask.told else len(body)):
            shown = (*title, *_folded(body, spare, told=ask.told), *_callbacks(view, ask, keys))
            return shown if all(row_width(row) <= view.columns for row in shown) else None
    return None


def _folded(body: QuestionRows, spare: int, *, told: bool) -> QuestionRows:
    if not told:
        return body
    room = min(spare, MOST)
    tail = min(TAIL, (room - 1) // 2)
    whole = "the scrollback" if len(body) <= KEPT else "the scrollback, if it keeps so many"
    return (
        fold(body, room - 1 - tail, tail, partial(more_lines, where=f", all in {whole}")) if len(body) > room else body
    )


def _callbacks(view: ScreenModel, ask: Ask, keys: QuestionRows) -> QuestionRows:
    """The ways to answer; they appear when they are live, not before."""
    if ask.state == "shown":
        return (line("  …", "class:dim"),)
    if not keys or (ask.state == "feedback" and (ask.selected is None or ask.reason)):
        return wrap(line(_line_note(ask), "class:dim"), view.columns, "  ")
    draft = view.draft and not ask.held and ask.state == "open"
    return (*keys, *wrap(line(DRAFT, "class:dim"), view.columns, "  ")) if draft else keys


def _line_note(ask: Ask) -> str:
    """What Enter makes of the line."""
    if ask.approval is None:
        return ANSWERS
    return REASON if ask.reason else DENIES


# ── Its parts ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _title(view: ScreenModel, ask: Ask) -> QuestionRows:
    text = ask.text.partition("\n")[0] if ask.approval is None else f"{_act(ask.approval, len(ask.together))}?"
    number, count = asking_order.place(view, ask.call)
    place: Row = (("class:dim", f"  {number} of {count}"),) if count > 1 and not ask.together else ()
    return wrap((("class:warning", "? "), ("class:tool", text), *place), view.columns, "  ")


def _act(approval: Approval, count: int) -> str:
    if count:
        return ALL_ACTS.get(approval.name, f"Allow these {{}} calls of {approval.name}").format(count)
    return ACTS.get(approval.name, f"Allow {approval.name}").replace("{}", approval.subject or "this file")


def _body(ask: Ask, columns: int) -> QuestionRows:
    if ask.approval is None:
        return tuple(piece for row in _text(ask) for piece in wrap(row, columns, "    "))
    return tuple(piece for row in _text(ask) for piece in chop(row, columns, GOES_ON))


def _text(ask: Ask) -> QuestionRows:
    """The diff or the command, as it would be; of a question, what follows its first line."""
    if ask.together:
        return tuple(row for number, each in enumerate(ask.together, 1) for row in _one_of(number, ask, each))
    if ask.approval is None:
        return tuple(line(f"  {visible(each)}") for each in ask.text.split("\n")[1:])
    text = ask.approval.preview.rstrip("\n") or ask.approval.subject
    first, _, rest = text.partition("\n")
    if rest.startswith("--- ") and not first.startswith("diff "):  # a warning stands above the diff
        return (line(f"  {visible(first)}", "class:warning"), *diff_rows(rest))
    if text.startswith(("--- ", "diff ", "@@ ")):
        return diff_rows(text)
    return tuple(line(f"  {visible(each)}") for each in text.split("\n"))


def _one_of(number: int, whole_ask: Ask, ask: Ask) -> QuestionRows:
    """One of several that are asked together; its heading stands where no text of a call ever stands."""
    approval = ask.approval
    subject = "" if approval is None or approval.preview == approval.subject else f" · {visible(approval.subject)}"
    return (line(f"{number}/{len(whole_ask.together)}{subject}", "class:key"), *_text(ask))


def _labels(view: ScreenModel, ask: Ask) -> list[Row]:
    return [
        _label(choice, _described(view, ask, choice), selected=place == ask.selected)
        for place, choice in enumerate(choices(view, ask))
    ]


def _described(view: ScreenModel, ask: Ask, choice: QuestionChoice) -> str:
    if choice.act == "always" and ask.approval is not None:
        return f"{choice.text}: {_rule(view, ask.approval)}"
    return choice.text


def _label(choice: QuestionChoice, text: str, *, selected: bool) -> Row:
    key, *others = choice.keys
    letter: Row = (("class:dim", f"  {others[0]}"),) if others else ()
    mark, style = (SELECTED, "class:strong") if selected else (NOT_SELECTED, "")
    return (("class:key", f"{mark}{key}"), (style, f" {visible(text)}"), *letter)


def _rule(view: ScreenModel, approval: Approval) -> str:
    """The rule as `always` would keep it; a long one that only repeats the call is not repeated here."""
    rule = visible(approval.rule)
    repeats = approval.preview == approval.subject and " *)" not in rule
    return "exactly this" if repeats and len(rule) > (view.columns - len("  3 Always:   a")) * RULE_ROWS else rule


def _joined(labels: list[Row]) -> Row:
    joined: list[tuple[str, str]] = []
    for (style, key), *text in labels:
        mark = key if key.startswith(SELECTED) else key[len(NOT_SELECTED) :]
        joined.extend((("", " · "), (style, mark), *text) if joined else ((style, key), *text))
    return tuple(joined)
