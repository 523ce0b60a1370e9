"""`callboard doctor`: looks at what Callboard needs and says what to do where something is missing.

Touches no network. Exit code 1 if something must be repaired; advice alone is not an error.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from config.errors import ConfigError
from config.places import make_folder
from config.providers import HOW_TO_CONFIGURE, available_providers, choose_fallbacks, choose_provider
from config.version import VERSION
from tools.terminal.command_shell import NoShellError, choose_shell
from tools.terminal.search_path import absolute_folders
from tools.text.screen_text import visible
from ui.startup.load_settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from config.load import Loaded
    from config.models.provider_access import ProviderAccess
    from config.places import Places
    from ui.arguments import Arguments

Grade: TypeAlias = Literal["ok", "note", "bad"]
OLDEST_PYTHON = (3, 11)
LEAST_ROOM = 100 * 2**20
"""Bytes of free disk below which sessions are in danger."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    grade: Grade
    about: str
    text: str


def main(arguments: Arguments, places: Places) -> int:
    """Print the findings; 1 if one of them is bad."""
    found = list(findings(arguments, places, os.environ))
    sys.stdout.write("".join(f"{one.grade:5} {one.about:10} {visible(one.text)}\n" for one in found))
    return int(any(one.grade == "bad" for one in found))


def findings(arguments: Arguments, places: Places, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Everything that is looked at, in order."""
    yield Finding("ok", "callboard", VERSION)
    yield _python()
    yield _terminal(environ)
    yield _search(environ)
    yield _shell(arguments, places, environ)
    yield from _configuration(arguments, places, environ)
    yield _state(places.state)


def _python() -> Finding:
    text = f"{platform.python_version()} at {sys.executable}, {platform.system()} {platform.release()}"
    if sys.version_info[:2] < OLDEST_PYTHON:
        return Finding("bad", "python", f"{text}: too old, 3.11 is needed")
    return Finding("ok", "python", text)


def _terminal(environ: Mapping[str, str]) -> Finding:
    term = environ.get("TERM", "")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return Finding("note", "terminal", "none here: only -p and run work")
    if term in ("", "dumb"):
        return Finding("note", "terminal", f"TERM is {term or 'unset'}: the chat is plain; try TERM=xterm-256color")
    if not (sys.stdout.encoding or "").lower().startswith("utf"):
        return Finding("note", "terminal", f"{term}, but the locale is {sys.stdout.encoding}: set LANG=C.UTF-8")
    size = shutil.get_terminal_size()
    return Finding("ok", "terminal", f"{term}, {size.columns} × {size.lines}")


def _search(environ: Mapping[str, str]) -> Finding:
    beside = os.path.join(os.path.dirname(sys.executable), "rg")  # noqa: PTH118, PTH120 - one join
    search_path = os.pathsep.join(absolute_folders(environ.get("PATH", "")))
    found = beside if os.access(beside, os.X_OK) else shutil.which("rg", path=search_path)
    if found is None:
        return Finding("bad", "search", "ripgrep is missing: reinstall Callboard, or install the package ripgrep")
    return Finding("ok", "search", found)


def _shell(arguments: Arguments, places: Places, environ: Mapping[str, str]) -> Finding:
    try:
        shell = choose_shell(load_settings(arguments, places).settings.tools.shell, environ)
    except ConfigError as problem:
        return Finding("note", "shell", f"the configuration has an error, so it was not looked for: {problem}")
    except NoShellError as problem:
        return Finding("bad", "shell", f"tools.shell: {problem}")
    if shell.language == "bash":
        return Finding("ok", "shell", f"commands run in bash at {shell.path}, with pipefail")
    return Finding(
        "note", "shell", f"commands run in {shell.path}, which lacks what bash has; install bash, or leave it"
    )


def _configuration(arguments: Arguments, places: Places, environ: Mapping[str, str]) -> Iterator[Finding]:
    try:
        loaded = load_settings(arguments, places)
    except ConfigError as problem:
        yield Finding("bad", "config", str(problem))
        return
    files = ", ".join(str(file) for file in loaded.files) or f"no file; defaults hold ({places.config_file})"
    yield Finding("ok", "config", files)
    for warning in loaded.warnings:
        yield Finding("note", "config", warning)
    yield from _provider(loaded, environ, arguments.folder)


def _provider(loaded: Loaded, environ: Mapping[str, str], folder: Path) -> Iterator[Finding]:
    settings = loaded.settings
    try:
        access = choose_provider(settings, environ, folder)
    except ConfigError as problem:
        yield Finding("bad", "provider", str(problem))
        return
    if access.embedded:
        yield Finding("note", "provider", f"{access.name}: the embedded model, which is no LLM; {HOW_TO_CONFIGURE}")
    else:
        yield Finding(
            "ok", "provider", f"{access.name}: {access.model} at {access.place}, {_key(access)} (not contacted)"
        )
        yield _facts(access)
    others = tuple(table for table in available_providers(settings, environ) if table != access.table)
    if others and not settings.model.name and not access.embedded:
        text = f"{access.table} is used; {', '.join(others)} could be too: choose with -m NAME or model.name"
        yield Finding("note", "provider", text)
    try:
        choose_fallbacks(settings, environ, folder)
    except ConfigError as problem:
        yield Finding("bad", "provider", str(problem))


def _key(access: ProviderAccess) -> str:
    if access.key_command:
        return "with the key that a command prints (not run)"
    return "with a key" if access.key else "without a key"


def _facts(access: ProviderAccess) -> Finding:
    facts = access.facts
    window = f"{facts.context_window:,} tokens".replace(",", " ")
    setting = f'providers.{access.table}.facts."{access.model}"'
    if facts.window_assumed:
        return Finding(
            "note", "model", f"the window of {access.model} is not known; {window} are assumed: set {setting}"
        )
    since = f", as of {facts.as_of}" if facts.as_of else ""
    if facts.prices is None:
        return Finding("note", "model", f"window of {window}{since}; its prices are not known: set {setting}")
    prices = f"{facts.prices.input:g} USD in, {facts.prices.output:g} USD out a million tokens"
    return Finding("ok", "model", f"window of {window}, {prices}{since}")


def _state(state: Path) -> Finding:
    try:
        make_folder(state)
        free = shutil.disk_usage(state).free
    except OSError as problem:
        return Finding("bad", "state", f"{state}: cannot be made: {problem.strerror}; set XDG_STATE_HOME to a folder")
    if not os.access(state, os.W_OK | os.X_OK):
        return Finding("bad", "state", f"{state}: cannot be written; correct its owner, or set XDG_STATE_HOME")
    if free < LEAST_ROOM:
        return Finding("bad", "state", f"{state}: only {free // 2**20} MB are free; make room")
    return Finding("ok", "state", f"{state}, {free // 2**30} GB free")
