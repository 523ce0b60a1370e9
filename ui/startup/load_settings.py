"""The settings that hold for one command line, in the folder that it is about.

Used by every command that needs them; reads the process's own environment, which nothing below the user interface does.
"""

from __future__ import annotations

import fnmatch
import os
from functools import cache
from typing import TYPE_CHECKING

from config.errors import ConfigError
from config.load import Loaded, Sources, load
from config.permissions.rule import names_later_tools, parse_rule
from tools.text.suggestion import closest

if TYPE_CHECKING:
    from config.places import Places
    from ui.arguments import Arguments


def load_settings(arguments: Arguments, places: Places) -> Loaded:
    """The settings that hold.

    Raises:
        ConfigError: something in them is wrong, or there is no folder to work in.
    """
    folder, file = arguments.folder, arguments.settings_file
    sources = Sources(folder, os.environ, places, arguments.profile, file and arguments.anchored(file), arguments.flags)
    loaded = load(sources)
    _check_rules(loaded)
    if shell := loaded.settings.tools.shell:
        _check_shell(shell, loaded.origin("tools.shell"))
    for further in loaded.settings.tools.add_dirs:
        if not (folder / further).is_dir():
            raise ConfigError(f"{loaded.origin('tools.add_dirs')}: tools.add_dirs: {further} is no folder")
    return loaded


def _check_shell(shell: str, origin: str) -> None:
    from tools.terminal.command_shell import NoShellError, choose_shell  # noqa: PLC0415 - most people do not set it

    try:
        choose_shell(shell)
    except NoShellError as problem:
        raise ConfigError(f"{origin}: tools.shell: {problem}") from problem


def _check_rules(loaded: Loaded) -> None:
    """Reject rules for unknown tools: a typo in `deny` would have no effect. `config` does not know the tools.

    Raises:
        ConfigError: there is no such tool.
    """
    policy = loaded.settings.policy
    for key, rules in (("allow", policy.allow), ("ask", policy.ask), ("deny", policy.deny)):
        for tool in dict.fromkeys(parse_rule(rule).tool for rule in rules):
            if not (names_later_tools(tool) or fnmatch.filter(_tool_names(), tool)):
                names = _tool_names()
                near = next(iter(closest(tool, names)), "")
                hint = f"did you mean {near}?" if near else f"the tools are {', '.join(names)}"
                raise ConfigError(f"{loaded.origin(f'policy.{key}')}: policy.{key}: there is no tool {tool}; {hint}")


@cache
def _tool_names() -> tuple[str, ...]:
    from tools.toolbox import Toolbox  # noqa: PLC0415 - a chat without rules shows its first frame sooner

    return Toolbox.discover().names()
