"""A question as rows: what it is about, what would be done, and how to answer; whole, or not to be answered.

Used by `ui.screen.live_region` and `ui.screen.dialog`; pure. Nothing that is to be approved is ever cut: long rows are
wrapped, and a long text is folded only if the whole of it stands in the scrollback. Where a terminal is too small even
for that, no key answers, and a row says so. Forms are tried from the roomiest on:

| form  | text                                  | ways to answer      |
| roomy | whole, or folded to 12 rows           | each on its own row |
| tight | whole, or folded to 3 rows and more   | one after the other |
"""

from __future__ import annotations

from typing import TypeAlias

from actors.records import ApprovalAnswer
from tools.text.screen_text import visible
from ui.screen.calls import diff_rows
from ui.screen.model import Approval, Ask, ScreenModel
from ui.text.rows import Row, chop, fold, line, row_width, wrap

HEAD, TAIL = 8, 3
MOST, LEAST = HEAD + TAIL + 1, 3
"""Rows of a long text, with the count of those that are left out."""
KEPT = 1_000
"""Rows that a scrollback can be relied on to keep."""
RULE_ROWS = 2
CHOICES: tuple[tuple[str, ApprovalAnswer, str], ...] = (
    ("1", "once", "once"),
    ("2", "session", "this session"),
    ("3", "always", "always"),
    ("4", "no", "no, and say why"),
)
TOO_SMALL = "Make the window larger to answer; Esc interrupts."
GOES_ON = "↳ "
"""Begins a row that goes on with the one before it, in a column where no text of a call ever stands."""
DRAFT = "  the line below is your draft: Alt and a digit answers without touching it"

QuestionRows: TypeAlias = tuple[Row, ...]


def choices(approval: Approval) -> tuple[tuple[str, ApprovalAnswer, str], ...]:
    """What can be answered: `always` only where there is a rule to add."""
    return tuple(choice for choice in CHOICES if choice[1] != "always" or approval.rule)


def rows(view: ScreenModel, room: int) -> QuestionRows:
    """The question on the screen, in at most so many rows."""
    ask = view.asking
    if ask is None:
        return ()
    laid = _laid_out(view, ask, room)
    if laid is None:
        word = TOO_SMALL if ask.state != "feedback" else "  type the answer, Enter sends it"
        return (*_title(view, ask), *wrap(line(word, "class:warning"), view.columns))[-room:]
    more = len(view.asks) - 1
    note = line(f"  {more} more to answer after this", "class:dim")
    return (*laid, note) if more and len(laid) < room else laid


def fits(view: ScreenModel, ask: Ask) -> bool:
    """The terminal shows the whole of it, so that keys may answer."""
    return _laid_out(view, ask, view.room) is not None


def is_short(view: ScreenModel, ask: Ask) -> bool:
    """It fits without a fold, and is no longer than a fold would be."""
    return len(_body(ask, view.columns)) <= MOST and fits(view, ask)


def whole(ask: Ask) -> QuestionRows:
    """The whole of it, for the scrollback."""
    title = f"Preview of {ask.approval.name}" if ask.approval is not None else "The question"
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
    return fold(body, room - 1 - tail, tail, whole) if len(body) > room else body


def _callbacks(view: ScreenModel, ask: Ask, keys: QuestionRows) -> QuestionRows:
    """The ways to answer; they appear when they are live, not before."""
    if ask.state == "shown":
        return (line("  …", "class:dim"),)
    if ask.state == "feedback" or not keys:
        return wrap(line("  type the answer, Enter sends it", "class:dim"), view.columns, "  ")
    return (*keys, *wrap(line(DRAFT, "class:dim"), view.columns, "  ")) if view.draft else keys


# ── Its parts ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _title(view: ScreenModel, ask: Ask) -> QuestionRows:
    text = ask.text.partition("\n")[0] if ask.approval is None else f"May {ask.approval.name} do this?"
    return wrap((("class:warning", "? "), ("class:tool", text)), view.columns, "  ")


def _body(ask: Ask, columns: int) -> QuestionRows:
    if ask.approval is None:
        return tuple(piece for row in _text(ask) for piece in wrap(row, columns, "    "))
    return tuple(piece for row in _text(ask) for piece in chop(row, columns, GOES_ON))


def _text(ask: Ask) -> QuestionRows:
    """The diff or the command, as it would be; of a question, what follows its first line."""
    if ask.approval is None:
        return tuple(line(f"  {visible(each)}") for each in ask.text.split("\n")[1:])
    text = ask.approval.preview.rstrip("\n") or ask.approval.subject
    first, _, rest = text.partition("\n")
    if rest.startswith("--- ") and not first.startswith("diff "):  # a warning stands above the diff
        return (line(f"  {visible(first)}", "class:warning"), *diff_rows(rest))
    if text.startswith(("--- ", "diff ", "@@ ")):
        return diff_rows(text)
    return tuple(line(f"  {visible(each)}") for each in text.split("\n"))


def _labels(view: ScreenModel, ask: Ask) -> list[Row]:
    if ask.approval is None:
        return [_label(str(number), choice) for number, choice in enumerate(ask.choices, 1)]
    texts = (
        (key, f"{text} ({_rule(view, ask.approval)})" if key == "3" else text) for key, _, text in choices(ask.approval)
    )
    return [_label(key, text) for key, text in texts]


def _label(key: str, text: str) -> Row:
    return (("class:key", f"  {key}"), ("", f" {visible(text)}"))


def _rule(view: ScreenModel, approval: Approval) -> str:
    """The rule as `always` would keep it; a long one that only repeats the call is not repeated here."""
    rule = visible(approval.rule)
    repeats = approval.preview == approval.subject and " *)" not in rule
    return "exactly this" if repeats and len(rule) > (view.columns - len("  3 always ()")) * RULE_ROWS else rule


def _joined(labels: list[Row]) -> Row:
    joined: list[tuple[str, str]] = []
    for (style, key), text in labels:
        joined.extend((("", " ·"), (style, key[1:]), text) if joined else ((style, key), text))
    return tuple(joined)
