"""Everything that talks to a model: picks the front end, puts the company around it, and runs it.

    -p, run, or stdin is no terminal   headless
    stdin and stdout are terminals     chat

Used by `ui.cli.main` for the chat, `-p` and `run`.
"""

from __future__ import annotations

import sys
import time
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from msgspec.structs import replace

from actors.edges.dump import dump_on_signal
from config.errors import ConfigError
from config.places import readable
from ui import exit_codes
from ui.startup.late_company import LateCompany
from ui.startup.load_settings import load_settings
from ui.startup.session_plan import prepare

if TYPE_CHECKING:
    from types import ModuleType

    from actors.runtime.behaviour import Child
    from config.load import Loaded
    from config.places import Places
    from ui.arguments import Arguments
    from ui.front_end import CompanyHandle, FrontEnd, Opening
    from ui.startup.session_plan import SessionPlan

CHAT = "ui.chat.front_end"
HEADLESS = "ui.headless.front_end"
"""Modules with `open_front_end(opening, arguments)`."""
LAUNCH = "ui.startup.bootstrap"
"""The module with `open_company(order, child)`, which is loaded when the first frame is on the screen."""
TLS = "ssl"


class LaunchModule(Protocol):
    """The module that makes companies."""

    def open_company(self, order: SessionPlan, front_end: Child) -> CompanyHandle:
        """The company, ready to start."""
        ...


class FrontEndModule(Protocol):
    """A module that holds a front end."""

    def open_front_end(self, opening: Opening, arguments: Arguments) -> FrontEnd:
        """The front end, ready to run."""
        ...


def main(arguments: Arguments, places: Places) -> int:
    """Talk until the end and return the exit code.

    Raises:
        ConfigError: the command line or the settings do not allow it.
    """
    interactive = _is_chat(arguments)
    _check(arguments, interactive=interactive)
    loaded = load_settings(arguments, places)
    order = prepare(arguments, loaded, places, interactive=interactive)
    if not interactive:
        arguments = replace(arguments, prompt=_prompt(arguments))
    front_end = front_end_module(CHAT if interactive else HEADLESS).open_front_end(order.opening, arguments)
    company = LateCompany(lambda: _company(order, front_end.child))
    dump_on_signal(company.dump)
    code = front_end.run(company)
    if order.folder is not None and code < exit_codes.HUNG_UP:
        _prune(places, loaded)
    return code


def _prune(places: Places, loaded: Loaded) -> None:
    from ui.startup.pruning import prune_daily  # noqa: PLC0415 - when all is done

    prune_daily(places, loaded.settings.sessions, time.time())


def front_end_module(name: str) -> FrontEndModule:
    """The front end's module. Its asyncio goes without TLS, which no front end speaks: OpenSSL is slow to load."""
    modules = cast("dict[str, ModuleType | None]", sys.modules)
    without = TLS not in modules
    if without:
        modules[TLS] = None  # how asyncio is told that this Python has none
    try:
        return cast("FrontEndModule", import_module(name))
    finally:
        if without:
            del modules[TLS]


def _company(order: SessionPlan, child: Child) -> CompanyHandle:
    launch = cast("LaunchModule", import_module(LAUNCH))
    return launch.open_company(order, child)


def _is_chat(arguments: Arguments) -> bool:
    return not arguments.headless and sys.stdin.isatty()


def _check(arguments: Arguments, *, interactive: bool) -> None:
    if interactive and not sys.stdout.isatty():
        raise ConfigError('stdout is no terminal, so there is no chat; ask with: callboard -p "..."')
    if interactive and (arguments.output_format != "text" or arguments.input_format != "text"):
        raise ConfigError("--output-format and --input-format need -p or run")
    if arguments.input_format == "stream-json" and arguments.prompt is not None:
        raise ConfigError("--input-format stream-json reads its prompts from stdin; take the prompt away")
    if arguments.partial and arguments.output_format != "stream-json":
        raise ConfigError("--include-partial-messages needs --output-format stream-json")


def _prompt(arguments: Arguments) -> str | None:
    """The one prompt. stdin is read only if it is no terminal and no prompt was given, or for `-`."""
    from ui.headless.script_input import read_prompt  # noqa: PLC0415 - not for the chat

    if arguments.input_format == "stream-json":
        return None
    if arguments.prompt is None and sys.stdin.isatty():
        raise ConfigError('no prompt: write it behind -p, or send it: echo "..." | callboard -p')
    if arguments.prompt in (None, "-"):
        return read_prompt()
    if not (arguments.prompt or "").strip():
        raise ConfigError("the prompt is empty")
    return readable(arguments.prompt or "")
