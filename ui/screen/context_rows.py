"""The context on the screen: the fold line of a compaction, and what /context, /cost and /status answer.

Part of `ui.screen.update.update`; pure.
"""

from __future__ import annotations

from typing import TypeAlias, assert_never

from msgspec.structs import replace

from actors.context.cost import dollars
from actors.context_messages import ContextReported, ReportContext
from actors.records import CompactionStarted, ConversationCompacted, ModelAdvised
from tools.text.plural import plural
from tools.text.screen_text import visible
from tools.tool import ToolResult
from ui.compaction_line import compaction_line
from ui.screen.messages import Send
from ui.screen.model import ReportKind, ScreenModel, Update, notice, said
from ui.text.rows import Row, line

BAR = 48
"""Cells of the bar."""
KINDS: tuple[tuple[str, str, str, str], ...] = (
    ("system", "system prompt", "█", "class:accent"),
    ("tools", "tool definitions", "▓", "class:link"),
    ("files", "files read", "▒", "class:ok"),
    ("talk", "talk", "░", "class:warning"),
    ("results", "other results", "▚", "class:error"),
)
"""Field of `ContextShares`, name, mark and style; the marks tell the kinds apart without colours."""
FREE = "·"
KEPT_FREE = "–"


ContextEvent: TypeAlias = CompactionStarted | ConversationCompacted | ModelAdvised | ContextReported


def shown(view: ScreenModel, event: ContextEvent) -> Update:
    """What an event about the context gives to read."""
    match event:
        case CompactionStarted():
            return compaction_started(view, event)
        case ConversationCompacted():
            return compacted(view, event)
        case ModelAdvised():
            return advised(view, event)
        case ContextReported():
            return reported(view, event)


def compaction_started(view: ScreenModel, event: CompactionStarted) -> Update:
    """A summary takes a while: say what is waited for."""
    why = {"threshold": "The context is nearly full", "refused": "The request was too long", "asked": "As you asked"}
    said_of_it = f"{why[event.reason]}: the conversation is being summarised …"
    if view.turn is not None:
        return notice(view, said_of_it)
    stops = "Esc" if view.keys else "Ctrl-C"
    return notice(replace(view, summarising=True), f"{said_of_it} {stops} stops it.")


def compacted(view: ScreenModel, event: ConversationCompacted) -> Update:
    """One line, which Ctrl-O opens."""
    opens = "Ctrl-O" if view.keys else "/expand"
    view = replace(view, last_result=ToolResult("ok", _detail(event)), context_used=event.after, summarising=False)
    step = said(view, line(f"⋮ {compaction_line(event)} ({opens} shows it)", "class:dim"))
    return step.then(notice(step.view, visible(event.problem), "warning")) if event.problem else step


def advised(view: ScreenModel, event: ModelAdvised) -> Update:
    """The model was told that it goes round in a circle."""
    return notice(view, visible(event.text.strip("[]")), "warning")


def asked(view: ScreenModel, report: ReportKind) -> Update:
    """Ask the turn loop; the answer is shown by `reported`."""
    return Update(replace(view, report=report), effects=(Send(ReportContext()),))


def reported(view: ScreenModel, event: ContextReported) -> Update:
    """The answer, to what was asked last."""
    report, view = view.report, replace(view, report=None)
    match report:
        case None:
            return Update(view)
        case "context":
            return said(view, *_context(event))
        case "cost":
            return said(view, *_cost(event))
        case "status":
            return said(view, *_status(view, event))
        case _:
            assert_never(report)


def _detail(event: ConversationCompacted) -> str:
    tokens = f"A request had about {event.before:,} tokens before and has {event.after:,} now."
    if event.summary:
        return f"{tokens}\n\n{event.summary}"
    folded = "\n".join(f"{fold.call}: {fold.text}" for fold in event.folds)
    return f"{tokens} What stands for the results from now on:\n\n{folded}"


def _context(event: ContextReported) -> tuple[Row, ...]:
    shares = event.shares
    guess = "The window is assumed: nothing is known of this model. Set context.window if you know better."
    amounts = [(getattr(shares, field), name, mark, style) for field, name, mark, style in KINDS]
    left = max(0, shares.window - shares.used - shares.reserve)
    bar: Row = tuple((style, mark * _cells(amount, shares.window)) for amount, _, mark, style in amounts)
    reserve = _cells(shares.reserve, shares.window)
    empty = BAR - sum(len(text) for _, text in bar) - reserve
    return (
        line(f"Context: about {shares.used:,} of {shares.window:,} tokens, {_share(shares.used, shares.window)}"),
        *((line(guess, "class:dim"),) if shares.assumed else ()),
        (*bar, ("class:dim", FREE * max(0, empty) + KEPT_FREE * reserve)),
        *(
            ((style, f"  {mark} "), ("", f"{name:<18}{amount:>9,}  {_share(amount, shares.window)}"))
            for amount, name, mark, style in amounts
        ),
        line(f"  {FREE} {'left':<18}{left:>9,}  {_share(left, shares.window)}", "class:dim"),
        line(f"  {KEPT_FREE} {'for the answer':<18}{shares.reserve:>9,}", "class:dim"),
        line(f"Compacted at {shares.limit:,} tokens; {plural(event.compactions, 'time')} so far.", "class:dim"),
    )


def _cells(amount: int, window: int) -> int:
    """Cells of the bar; what is there at all gets one."""
    return min(BAR, max(1, round(BAR * amount / window))) if amount else 0


def _share(amount: int, window: int) -> str:
    return f"{100 * amount / window:.0f} %"


def _cost(event: ContextReported) -> tuple[Row, ...]:
    usage = event.usage
    cost = dollars(event.cost)
    if event.unpriced and not event.cost:
        cost = "not known: no price is known of this model"
    elif event.unpriced:
        cost = f"{cost} and {plural(event.unpriced, 'answer')} of unknown price"
    facts = {
        "cost": cost,
        "budget": "none" if event.budget is None else f"{dollars(event.budget)}, {_left(event)}",
        "input tokens": f"{usage.input_tokens:,}",
        "of them cached": f"{usage.cached_tokens:,}",
        "written to cache": f"{usage.cache_written_tokens:,}",
        "output tokens": f"{usage.output_tokens:,}",
        "of them reasoning": f"{usage.reasoning_tokens:,}",
    }
    return tuple(_entry(name, fact) for name, fact in facts.items())


def _left(event: ContextReported) -> str:
    return f"{dollars(max(0.0, (event.budget or 0.0) - event.cost))} left"


def _status(view: ScreenModel, event: ContextReported) -> tuple[Row, ...]:
    identity, shares = view.identity, event.shares
    facts = {
        "session": view.session or "not open yet",
        "provider": identity.provider,
        "model": identity.model,
        "folder": identity.directory,
        "branch": identity.branch or "none",
        "permissions": identity.mode,
        "context": f"{_share(shares.used, shares.window)} of {shares.window:,} tokens (/context)",
        "tokens": f"{event.usage.input_tokens} in, {event.usage.output_tokens} out",
        "cost": "not known" if event.unpriced and not event.cost else dollars(event.cost),
        "queued": str(len(view.waiting)),
        "tool calls running": str(sum(call.running for call in view.calls)),
        "own commands running": str(len(view.shells)),
    }
    return tuple(_entry(name, fact) for name, fact in facts.items())


def _entry(name: str, fact: str) -> Row:
    return (("class:key", f"  {name:<24}"), ("", fact))
