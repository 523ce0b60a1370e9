"""The live region: a view as rows. What is repainted in every frame is made here, and nothing else.

    above    open lines of the answer, running calls with their last output, the clock   (≤ 8 rows)
             the to-do list, the question, what is queued; the actors' table on top while it is asked for
    (the input line is `ui.chat.input_line`'s)
    below    a hint, the status line

Used by `ui.terminal.inline_renderer` through `ui.chat.front_end`. Pure; the work is bounded by the size of the region.
"""

from __future__ import annotations

from pathlib import PurePath

from ui.screen import answer_rows, question_rows
from ui.screen.model import Call, ScreenModel, UserCommand
from ui.screen.prompting import NOT_PASSED_ON
from ui.text.colours import coloured
from ui.text.rows import EMPTY, Row, clip, line, row_width

LIVE_ROWS = 8
TAIL_ROWS = 4
"""Rows of output of one call or command."""
QUEUE_ROWS = 3
TODO_ROWS = 6
SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
TICKS_A_SECOND = 4
THOUSAND = 1_000


def above(view: ScreenModel, rows: int) -> tuple[Row, ...]:
    """What stands above the input line, at most so many rows: the question first, then the queue, then the rest."""
    if rows <= 0:
        return ()
    asked = question_rows.rows(view, rows)
    below = (*asked, *_queue(view)[: rows - len(asked)])
    rest = (*_actors(view), *_working(view), *_todo(view))
    shown = (*rest[max(len(rest) + len(below) - rows, 0) :], *below)
    return tuple(clip(row, view.columns) for row in shown)


def below(view: ScreenModel) -> tuple[Row, ...]:
    """What stands below the input line."""
    hint = (line(view.hint, "class:warning"),) if view.hint else ()
    return (*(clip(row, view.columns) for row in hint), status(view))


# ── What is going on ──────────────────────────────────────────────────────────────────────────────────────────────


def _working(view: ScreenModel) -> tuple[Row, ...]:
    clock = _clock(view) or _about_shells(view)
    running = [call for call in view.calls if call.running]
    room = LIVE_ROWS - len(clock) - 1
    jobs = [*(_job(view, call) for call in running), *(_job(view, shell) for shell in view.shells)]
    rows = _fitting(jobs, room)
    open_rows = answer_rows.open_rows(view.reply, view.columns, room - len(rows))
    gap = (EMPTY,) if open_rows or not view.gap else ()
    return (*open_rows, *gap, *rows, *clock)


def _fitting(jobs: list[tuple[Row, ...]], room: int) -> tuple[Row, ...]:
    """Each job's headline, and as much of their output as there is room for."""
    if len(jobs) > room:
        missing = len(jobs) - room + 1
        return (*(job[0] for job in jobs[: room - 1]), line(f"  … {missing} more running", "class:dim"))
    spare = room - len(jobs)
    rows: list[Row] = []
    for index, (head, *tail) in enumerate(jobs):
        share = spare // (len(jobs) - index)
        shown = tail[-share:] if share else []
        spare -= len(shown)
        rows.extend((head, *shown))
    return tuple(rows)


def _job(view: ScreenModel, job: Call | UserCommand) -> tuple[Row, ...]:
    elapsed = "" if job.started is None else f" · {view.now - job.started:.0f} s"
    lead: Row
    if isinstance(job, Call):
        lead = (("class:tool", job.name), ("", f" {job.subject}"))
    else:
        lead = (("class:prompt", "! "), ("class:tool", job.command))
    head: Row = (("class:accent", spinner(view) + " "), *clip(lead, max(view.columns - 12, 1)), ("class:dim", elapsed))
    return (head, *_last_lines(job.tail))


def _last_lines(tail: str) -> tuple[Row, ...]:
    texts = [text for text in tail.replace("\r\n", "\n").rstrip().split("\n")[-TAIL_ROWS:] if text.strip()]
    return tuple((("class:dim", "  "), *coloured(text, "class:dim")) for text in texts)


def _clock(view: ScreenModel) -> tuple[Row, ...]:
    turn = view.turn
    if turn is None:
        return ()
    since = turn.started
    if view.asking is not None:
        word, since = "Waiting for you", view.asked_at
    elif turn.stopping:
        word = "Stopping"
    elif view.reply is not None and view.reply.reasoning and not view.reply.tail:
        word = "Thinking"
    else:
        word = "Working"
    elapsed = "" if since is None else f" {_duration(view.now - since)}"
    again = f" · attempt {view.attempt}" if view.attempt > 1 else ""
    return ((("class:accent", f"{spinner(view)} {word}"), ("class:dim", f"{elapsed}{again} · Esc interrupts")),)


def _about_shells(view: ScreenModel) -> tuple[Row, ...]:
    """How a command of one's own ends; while a turn runs, Esc ends that first."""
    return (line(f"  Esc ends it; {NOT_PASSED_ON}", "class:dim"),) if view.shells else ()


def spinner(view: ScreenModel) -> str:
    """One picture for each tick."""
    return SPINNER[int(view.now * TICKS_A_SECOND) % len(SPINNER)]


def _duration(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02d} s"  # noqa: PLR2004 - a minute


def _todo(view: ScreenModel) -> tuple[Row, ...]:
    items = view.todo
    if not view.todo_shown or not items or all(item.state == "done" for item in items):
        return ()
    looks = {"pending": ("☐", ""), "active": ("▸", "class:strong"), "done": ("☑", "class:dim")}
    first = next((index for index, item in enumerate(items) if item.state != "done"), 0)
    start = max(0, min(first - 1, len(items) - TODO_ROWS))
    shown = items[start : start + TODO_ROWS]
    rows = [line(f"{looks[item.state][0]} {item.text}", looks[item.state][1]) for item in shown]
    hidden = len(items) - len(shown)
    return (*rows, line(f"  … {hidden} more", "class:dim")) if hidden else tuple(rows)


def _actors(view: ScreenModel) -> tuple[Row, ...]:
    if not view.actors:
        return ()
    heading, *rows = view.actors
    return (EMPTY, line(heading, "class:heading"), *(line(row) for row in rows))


def _queue(view: ScreenModel) -> tuple[Row, ...]:
    texts = dict(view.prompts)
    shown = view.waiting[-QUEUE_ROWS:]
    rows = [line(f"⧗ {_first_line(texts.get(prompt, ''))}", "class:dim") for prompt in shown]
    hidden = len(view.waiting) - len(shown)
    return (line(f"⧗ {hidden} more queued", "class:dim"), *rows) if hidden else tuple(rows)


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]


# ── The status line ───────────────────────────────────────────────────────────────────────────────────────────────


def status(view: ScreenModel) -> Row:
    """Who answers, where, how much of it, and what waits; the less important parts go first where it is narrow."""
    identity, usage = view.identity, view.usage
    where = PurePath(identity.directory).name or identity.directory
    parts = [
        (0, ("class:status.name", identity.provider)),
        (1, ("class:status", identity.model)),
        (2, ("class:status", _fullness(view))),
        (3, ("class:status", where + (f" ⎇ {identity.branch}" if identity.branch else ""))),
        (4, ("class:status", f"{_count(usage.input_tokens)} in {_count(usage.output_tokens)} out")),
        (2, ("class:warning", f"{len(view.waiting)} queued" if view.waiting else "")),
        (2, ("class:warning", identity.mode if identity.mode != "default" else "")),
        (2, ("class:status.name", view.vi_mode)),
        (5, ("class:status", "" if view.busy else "/help")),
    ]
    shown = [part for part in parts if part[1][1]]
    while len(shown) > 1 and row_width(_joined(shown)) > view.columns:
        shown.remove(max(shown, key=lambda part: part[0]))
    return clip(_joined(shown), view.columns)


def _fullness(view: ScreenModel) -> str:
    """How much of the model's context is used; nothing where its window was not told."""
    window = view.identity.window
    if not window:
        return ""
    assumed = " assumed" if view.identity.window_assumed else ""
    return f"{100 * view.context_used // window}% of {window // THOUSAND}k{assumed}"


def _joined(parts: list[tuple[int, tuple[str, str]]]) -> Row:
    row: list[tuple[str, str]] = []
    for _, fragment in parts:
        row.extend((("class:status", " · "), fragment) if row else (fragment,))
    return tuple(row)


def _count(tokens: int) -> str:
    return str(tokens) if tokens < THOUSAND else f"{tokens / THOUSAND:.1f}k"
