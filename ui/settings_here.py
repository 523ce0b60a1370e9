"""The settings that hold for one command line, in the folder where it was typed.

Used by every command that needs them; reads the process's own environment, which nothing below the user interface does.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from config.errors import ConfigError
from config.load import Loaded, Sources, load

if TYPE_CHECKING:
    from config.places import Places
    from ui.arguments import Arguments


def load_settings(arguments: Arguments, places: Places) -> Loaded:
    """The settings that hold.

    Raises:
        ConfigError: something in them is wrong, or there is no current folder.
    """
    file = arguments.settings_file
    return load(Sources(current_folder(), os.environ, places, arguments.profile, file, arguments.flags))


def current_folder() -> Path:
    """Where we are.

    Raises:
        ConfigError: nowhere: the folder was deleted.
    """
    try:
        return Path.cwd()
    except FileNotFoundError as problem:
        raise ConfigError("the current folder is gone; change to one that exists, or name it with -C") from problem
