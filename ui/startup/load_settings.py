"""The settings that hold for one command line, in the folder where it was typed.

Used by every command that needs them; reads the process's own environment, which nothing below the user interface does.
"""

from __future__ import annotations

import fnmatch
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from config.errors import ConfigError
from config.load import Loaded, Sources, load
from config.policy import names_later_tools, parse_rule
from tools.text.suggestion import closest

if TYPE_CHECKING:
    from config.places import Places
    from ui.arguments import Arguments


def load_settings(arguments: Arguments, places: Places) -> Loaded:
    """The settings that hold.

    Raises:
        ConfigError: something in them is wrong, or there is no current folder.
    """
    file = arguments.settings_file
    loaded = load(Sources(current_folder(), os.environ, places, arguments.profile, file, arguments.flags))
    _check_rules(loaded)
    for folder in loaded.settings.tools.add_dirs:
        if not os.path.isdir(folder):  # noqa: PTH112 - one look
            raise ConfigError(f"{loaded.origin('tools.add_dirs')}: tools.add_dirs: {folder} is no folder")
    return loaded


def _check_rules(loaded: Loaded) -> None:
    """A rule for a tool that nobody has would forbid nothing, in silence. `config` does not know what tools there are.

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


def current_folder() -> Path:
    """Where we are.

    Raises:
        ConfigError: nowhere: the folder was deleted.
    """
    try:
        return Path.cwd()
    except FileNotFoundError as problem:
        raise ConfigError("the current folder is gone; change to one that exists, or name it with -C") from problem
