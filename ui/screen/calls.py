"""Tool calls and the person's own commands: live while they run, one line and a short result when they end.

Part of `ui.screen.update.show`; pure. Output comes through `ui.text.colours`, everything else is made visible.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable

from msgspec.structs import replace

from actors.messages import JobFinished, JobStreamed, ShareShell, TodoChanged
from actors.records import CallFinished, CallStarted, ShellShared
from tools.job import JobEnd, JobReport
from tools.text.plural import plural
from tools.text.screen_text import plain, visible
from tools.tool import Outcome, ToolResult
from ui.screen.messages import Send
from ui.screen.model import TAIL_KEPT, Call, ScreenModel, Update, UserCommand, notice, said
from ui.text.colours import coloured
from ui.text.rows import Row, clip, fold, line, more_lines, width

PREVIEW_LINES = 5
"""Lines of a result that are shown with its call."""
DIFF_HEAD, DIFF_TAIL = 40, 10
WHOLE_HEAD, WHOLE_TAIL = 250, 100
"""Lines of an output that was asked for in whole; beyond, its first and last ones and the count."""

LONGEST_ESCAPE = 32
"""Characters of a sequence that is looked for where the output of a running job is cut."""

MARKS: dict[Outcome, tuple[str, str]] = {
    "ok": ("✓", "class:ok"),
    "error": ("✗", "class:error"),
    "timeout": ("✗", "class:error"),
    "cancelled": ("■", "class:warning"),
    "denied": ("⊘", "class:warning"),
}
_WORDS: dict[Outcome | JobEnd, str] = {"timeout": "timed out", "cancelled": "cancelled", "denied": "denied"}


def started(view: ScreenModel, event: CallStarted) -> Update:
    """The call acts from now on."""
    call = Call(event.call, event.name, visible(event.subject), running=True, reads=event.effects == "none")
    others = tuple(other for other in view.calls if other.id != event.call)
    return Update(replace(view, calls=(*others, call)))


def finished(view: ScreenModel, event: CallFinished) -> Update:
    """The call is answered: its line and a short result go to the scrollback."""
    call = next((call for call in view.calls if call.id == event.call), Call(event.call, event.name))
    view = replace(
        view,
        calls=tuple(other for other in view.calls if other.id != event.call),
        last_result=event.result,
    )
    rows = (clip(_headline(view, call, event.result), view.columns), *_body(view, call, event.result))
    return said(view, *rows)


def _headline(view: ScreenModel, call: Call, result: ToolResult) -> Row:
    mark, style = MARKS[result.outcome]
    facts = [_WORDS[result.outcome]] if result.outcome in _WORDS else []
    if result.exit_code:
        facts.append(_exit(result.exit_code))
    if call.reads and result.outcome == "ok":
        lines = len(result.text.splitlines())
        facts.append(plural(lines, "line"))
    if call.started is not None and view.now - call.started >= 1:
        facts.append(f"{view.now - call.started:.0f} s")
    note = "".join(f" · {fact}" for fact in facts)
    lead: Row = ((style, mark + " "), ("class:tool", call.name), ("", f" {call.subject}"))
    return (*clip(lead, view.columns - width(note)), ("class:dim", note))


def _exit(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"ended by signal {-code}"


def _body(view: ScreenModel, call: Call, result: ToolResult) -> tuple[Row, ...]:
    if result.diff and result.outcome == "ok":
        return tuple(clip(row, view.columns) for row in fold(diff_rows(result.diff), DIFF_HEAD, DIFF_TAIL))
    if call.reads and result.outcome == "ok":
        return ()
    return _preview(view, result)


def _preview(view: ScreenModel, result: ToolResult) -> tuple[Row, ...]:
    texts = result.text.rstrip().split("\n") if result.text.strip() else []
    missing = len(texts) - PREVIEW_LINES + result.lines_cut
    rows = [_result_row(view, text, result.spill) for text in texts[-PREVIEW_LINES:]]
    if missing > 0:
        rows.insert(
            0,
            line(
                f"  … {plural(missing, 'line')} before, {'Ctrl-O' if view.keys else '/expand'} shows all", "class:dim"
            ),
        )
    return tuple(rows)


def _result_row(view: ScreenModel, text: str, spill: str | None) -> Row:
    """A line of a result, cut at the screen's width unless it names the file with the whole output."""
    row = (("", "  "), *coloured(text, "class:dim"))
    return row if spill and spill in text else clip(row, view.columns)


def diff_rows(diff: str) -> tuple[Row, ...]:
    """A unified diff with its colours."""
    return tuple(line("  " + visible(text), _diff_style(text)) for text in diff.rstrip("\n").split("\n"))


def _diff_style(text: str) -> str:
    if text.startswith(("+++", "---")):
        return "class:dim"
    return {"+": "class:diff.added", "-": "class:diff.removed", "@": "class:diff.place"}.get(text[:1], "")


def expanded(view: ScreenModel) -> Update:
    """Ctrl-O: the last result in whole."""
    result = view.last_result
    if result is None:
        return notice(view, "No tool has answered yet.")
    rows = diff_rows(result.diff) if result.diff else tuple(coloured(text) for text in result.text.split("\n"))
    return said(view, *fold(rows, WHOLE_HEAD, WHOLE_TAIL, _left_out(result.spill or "", result.lines_cut)))


def _left_out(file: str, cut: int) -> Callable[[int], tuple[Row, ...]]:
    """For rows that are not shown, and `cut` lines that are only in the file, whose path has a row of its own."""
    where = ", all of them in" if file else ""
    return lambda count: (*more_lines(count + cut, where), *([line(file, "class:dim")] if file else []))


# ── Output while it runs ──────────────────────────────────────────────────────────────────────────────────────────


def streamed(view: ScreenModel, event: JobStreamed) -> Update:
    """Some more output of a call's job, or of the person's own command."""
    if any(shell.job == event.job for shell in view.shells):
        return Update(replace(view, shells=tuple(_more_shell(shell, event) for shell in view.shells)))
    owner = _owner(view, event.job)
    if owner is None:
        return Update(view)
    grown = replace(owner, tail=_end(owner.tail + event.text))
    return Update(replace(view, calls=tuple(grown if call is owner else call for call in view.calls)))


def _more_shell(shell: UserCommand, event: JobStreamed) -> UserCommand:
    return replace(shell, tail=_end(shell.tail + event.text)) if shell.job == event.job else shell


def _end(text: str) -> str:
    """The end of the output. A sequence that would be cut is kept whole, or the rest of it would be taken for text."""
    start = max(len(text) - TAIL_KEPT, 0)
    escape = text.rfind("\x1b", max(start - LONGEST_ESCAPE, 0), start)
    return text[escape if escape >= 0 else start :]


def _owner(view: ScreenModel, job: str) -> Call | None:
    running = [call for call in view.calls if call.running]
    return next((call for call in running if call.id == job), running[-1] if len(running) == 1 else None)


def ended(view: ScreenModel, event: JobFinished) -> Update:
    """The person's own command is over: its output goes to the scrollback, and the model is told."""
    shell = next((shell for shell in view.shells if shell.job == event.job), None)
    if shell is None:
        return Update(view)
    report = event.report
    output = _output(report)
    shells = tuple(other for other in view.shells if other.job != event.job)
    view = replace(view, shells=shells, sharing=view.sharing + 1)
    how = _WORDS.get(report.end) or _failure(report.exit_code)
    cut = max(0, report.output.lines - len(output.rstrip().split("\n"))) if report.output.omitted else 0
    step = said(view, *_shell_rows(shell.command, output, how, report.spill or "", cut))
    if report.problem:
        step = step.then(notice(step.view, report.problem, "error"))
    share = Send(ShareShell(shell.command, plain(output), report.exit_code))
    return replace(step, effects=(*step.effects, share))


def _output(report: JobReport) -> str:
    both = report.output.head, f"\n… {plural(report.output.omitted, 'byte')} …\n" if report.output.omitted else ""
    return "".join(both) + report.output.tail


def shared(view: ScreenModel, event: ShellShared) -> Update:
    """A person's command from an earlier session; the present ones have been shown already."""
    if view.sharing:
        return Update(replace(view, sharing=view.sharing - 1))
    return said(view, *_shell_rows(event.command, event.output, _failure(event.exit_code), ""))


def _failure(exit_code: int | None) -> str:
    return _exit(exit_code) if exit_code else ""


def _shell_rows(command: str, output: str, how: str, whole: str, cut: int = 0) -> Iterable[Row]:
    first, *others = command.split("\n")
    yield (("class:prompt", "! "), ("class:said", first))
    yield from (line(f"  {other}", "class:said") for other in others)
    texts = output.rstrip().split("\n") if output.strip() else []
    yield from fold(tuple(coloured(text) for text in texts), WHOLE_HEAD, WHOLE_TAIL, _left_out(whole, cut))
    if how:
        yield line(how, "class:error")


def todo_changed(view: ScreenModel, event: TodoChanged) -> Update:
    """The model's list; it stands in the live region until all of it is done."""
    return Update(replace(view, todo=event.items))
