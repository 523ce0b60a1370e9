"""The commands that begin with a slash, as a table. A new one is a row and the function it names.

Part of `ui.screen.update.show`; pure: what a command does is a step of the view. `ui.chat.completion` offers the names.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from actors.context_messages import CompactConversation
from actors.messages import ChangeModel, ClearConversation
from tools.text.suggestion import closest, did_you_mean
from ui.screen import context_rows
from ui.screen.calls import expanded
from ui.screen.messages import Leave, OpenEditor, SeeActors, Send, ToggleVim
from ui.screen.model import ScreenModel, Update, hinted, notice, said
from ui.text.rows import Row, line

Action: TypeAlias = Callable[[ScreenModel, str], Update]

_COMMAND = re.compile(r"/[A-Za-z][\w-]*(\s|$)")
"""A path such as /etc/hosts at the beginning of a prompt is no command."""


class SlashCommand(Struct, frozen=True):
    """`run` gets the view and what stands behind the name; `argument` is how that is called in the help.

    `key` does the same. `live`: it is only there where each key acts at once.
    """

    name: str
    summary: str
    run: Action
    argument: str = ""
    key: str = ""
    live: bool = False

    @property
    def offer(self) -> str:
        """The summary with the key."""
        return f"{self.summary} ({self.key})" if self.key else self.summary


def is_command(typed: str) -> bool:
    """The line is a command, known or not. With words behind it, an unknown name that is like no other is text."""
    if _COMMAND.match(typed) is None or "\n" in typed:
        return False
    name, _, rest = typed[1:].partition(" ")
    names = [command.name for command in COMMANDS]
    if not rest.strip() or name.lower() in names:
        return True
    takes_words = [command for command in COMMANDS if command.argument and command.name.startswith(name.lower())]
    return bool(takes_words) or bool(closest(name, names))


def run(view: ScreenModel, typed: str) -> Update:
    """Carry out the line; the beginning of a name will do where only one fits."""
    name, _, rest = typed[1:].partition(" ")
    found = [command for command in COMMANDS if command.name.startswith(name.lower())]
    exact = [command for command in found if command.name == name.lower()]
    if len(exact or found) != 1:
        return _unknown(view, name, found)
    command, rest = (exact or found)[0], rest.strip()
    if rest and not command.argument:
        return notice(view, f'/{command.name} takes no words: "{rest}" is left over, nothing was done.', "warning")
    if command.live and not view.keys:
        return notice(view, f"/{command.name} is not there in plain mode.", "warning")
    return command.run(view, rest)


def _unknown(view: ScreenModel, name: str, found: list[SlashCommand]) -> Update:
    names = [command.name for command in COMMANDS]
    if found:
        several = " or ".join(f"/{command.name}" for command in found)
        return notice(view, f"/{name} can be {several}.", "warning")
    return notice(view, f"There is no /{name}.{did_you_mean(name, names)} /help lists what there is.", "warning")


# ── What they do ──────────────────────────────────────────────────────────────────────────────────────────────────

KEYS: tuple[tuple[str, str], ...] = (
    ("Enter", "send; while a turn runs, queue"),
    ("Ctrl-J, Alt-, Shift-Enter", "new line"),
    ("Esc", "interrupt the turn"),
    ("Ctrl-C", "empty the line, or cancel; twice quits"),
    ("Ctrl-D", "quit on an empty line"),
    ("↑ on an empty line", "take the queued prompt back, or look through the history"),
    ("Shift-Tab", "permissions: default, accept-edits, plan"),
    ("Ctrl-R", "search the history"),
    ("Ctrl-G, Ctrl-X Ctrl-E", "write in $VISUAL or $EDITOR"),
    ("Ctrl-O", "the last tool's whole output"),
    ("Ctrl-T", "the to-do list"),
    ("Ctrl-L", "draw again"),
    ("Ctrl-Z", "suspend"),
    ("@", "a file"),
    ("!", "a shell command of your own"),
)


PLAIN_KEYS: tuple[tuple[str, str], ...] = (
    ("Enter", "send; while a turn runs, queue"),
    ("Ctrl-C", "cancel; twice quits"),
    ("Ctrl-D", "quit on an empty line"),
    ("!", "a shell command of your own"),
)


def _help(view: ScreenModel, _: str) -> Update:
    known = [(each, each.offer if view.keys else each.summary) for each in COMMANDS if view.keys or not each.live]
    commands = tuple(_entry(f"/{each.name} {each.argument}".strip(), about) for each, about in known)
    keys = tuple(_entry(name, meaning) for name, meaning in (KEYS if view.keys else PLAIN_KEYS))
    return said(view, line("Commands", "class:heading"), *commands, line("Keys", "class:heading"), *keys)


def _entry(name: str, meaning: str) -> Row:
    return (("class:key", f"  {name:<24}"), ("", meaning))


def _status(view: ScreenModel, _: str) -> Update:
    return context_rows.asked(view, "status")


def _context(view: ScreenModel, _: str) -> Update:
    return context_rows.asked(view, "context")


def _cost(view: ScreenModel, _: str) -> Update:
    return context_rows.asked(view, "cost")


def _compact(view: ScreenModel, focus: str) -> Update:
    return Update(view, effects=(Send(CompactConversation(focus)),))


LOOKING = "looking for"
MOST_MODELS = 30
"""Models that `/model` lists."""


def _model(view: ScreenModel, name: str) -> Update:
    """Go over to this model; without a name, say which there are."""
    if name:
        return replace(hinted(view, f"{LOOKING} {name}"), effects=(Send(ChangeModel(name)),))
    identity, offered = view.identity, view.identity.models
    rows = [_entry(f"{identity.model}", f"by {identity.provider}, answers now")]
    rows += [line(f"  /model {each}") for each in offered[:MOST_MODELS]]
    if len(offered) > MOST_MODELS:
        rows.append(line(f"  … {len(offered) - MOST_MODELS} more: Tab behind /model offers them", "class:dim"))
    return said(view, *rows, line("  callboard models asks the providers what else they have", "class:dim"))


def found(view: ScreenModel) -> ScreenModel:
    """The view once something was said: a look-up that was hinted at has come to its end."""
    return replace(view, hint="") if view.hint.startswith(LOOKING) else view


def _clear(view: ScreenModel, _: str) -> Update:
    return Update(view, effects=(Send(ClearConversation()),))


def _expand(view: ScreenModel, _: str) -> Update:
    return expanded(view)


def todo(view: ScreenModel, _: str = "") -> Update:
    """Show or hide the to-do list; also Ctrl-T."""
    if not view.todo:
        return notice(view, "There is no to-do list yet; the model keeps one for longer work.")
    return Update(replace(view, todo_shown=not view.todo_shown))


def _actors(view: ScreenModel, _: str) -> Update:
    if view.actors:
        return Update(replace(view, actors=()))
    return Update(view, effects=(SeeActors(),))


def _vim(view: ScreenModel, _: str) -> Update:
    return Update(view, effects=(ToggleVim(),))


def _editor(view: ScreenModel, _: str) -> Update:
    return Update(view, effects=(OpenEditor(),))


def _exit(view: ScreenModel, _: str) -> Update:
    return Update(view, effects=(Leave(0, "you left"),))


COMMANDS: tuple[SlashCommand, ...] = (
    SlashCommand("help", "what can be typed and pressed", _help),
    SlashCommand("clear", "forget the talk so far; the journal keeps it", _clear),
    SlashCommand("compact", "summarise the talk so far, to make room", _compact, "[FOCUS]"),
    SlashCommand("context", "how full the context is, by kind", _context),
    SlashCommand("cost", "tokens and money used so far", _cost),
    SlashCommand("model", "which model answers, or another one from the next turn on", _model, "[NAME]"),
    SlashCommand("status", "session, model, folder, tokens", _status),
    SlashCommand("todo", "show or hide the to-do list", todo, key="Ctrl-T", live=True),
    SlashCommand("actors", "show or hide what each actor is doing", _actors),
    SlashCommand("expand", "the last tool's whole output", _expand, key="Ctrl-O"),
    SlashCommand("vim", "vi keys on or off", _vim, live=True),
    SlashCommand("editor", "write the prompt in your editor", _editor, key="Ctrl-G", live=True),
    SlashCommand("exit", "leave", _exit, key="Ctrl-D"),
    SlashCommand("quit", "leave", _exit, key="Ctrl-D"),
)
