"""`callboard config`: what holds here and why, which files were looked at, and whether this project is trusted.

Never rewrites a user's file; trust is kept under the state directory.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import msgspec

from config.errors import ConfigError
from config.known_secrets import is_telling, known_secrets
from config.layer import leaves
from config.load import Sources, project_file, repository_root
from config.models.address import shown
from config.permissions.saved_rules import rules_file, saved_rules
from config.permissions.trust import PROJECT_FILE, distrust, is_trusted, trust
from config.secrets import Redactor, redact
from tools.text.screen_text import visible
from ui.startup.load_settings import load_settings

if TYPE_CHECKING:
    from config.load import Loaded
    from config.places import Places
    from ui.arguments import Arguments

HIDDEN_TABLES = ("headers",)
"""Tables whose values may be secret: only their names are shown."""
TOLD_TABLES = ("query", "extra_body")
"""Tables of which a value is secret where its name says so."""


def main(arguments: Arguments, places: Places) -> int:
    """Carry out the action.

    Raises:
        ConfigError: the settings are wrong, or the trust cannot be kept.
    """
    match arguments.action:
        case "path":
            rows = _paths(arguments, places)
        case "trust" | "distrust":
            rows = _trusted(arguments, places)
        case _:
            rows = _settings(load_settings(arguments, places), places, arguments.folder)
    sys.stdout.write("".join(f"{visible(row)}\n" for row in rows))
    return 0


def _settings(loaded: Loaded, places: Places, folder: Path) -> list[str]:
    """Every setting as TOML would write it, and behind it where it came from."""
    tree = cast("dict[str, object]", msgspec.to_builtins(loaded.settings))
    values = leaves(tree)
    hide = Redactor(known_secrets(loaded.settings, os.environ)).hide
    rows_by_key = {
        key: hide(f"{key} = {_shown(key, value)}") for key, value in values.items() if _is_listed(loaded, key)
    }
    width = min(60, max(map(len, rows_by_key.values())))
    rows = [f"{text:{width}}  # {loaded.origin(key)}" for key, text in rows_by_key.items()]
    if rules := saved_rules(places, folder):
        rows += ["", f"# Allowed for always in this project, kept in {rules_file(places, folder)}:"]
        rows += [f"#   {visible(rule)}" for rule in rules]
    return rows + [f"# warning: {warning}" for warning in loaded.warnings]


def _is_listed(loaded: Loaded, key: str) -> bool:
    """Of providers only what is set: what is not is that of the built-in one."""
    return not key.startswith("profiles.") and (not key.startswith("providers.") or key in loaded.origins)


def _shown(key: str, value: object) -> str:
    telling = any(f".{table}." in key for table in TOLD_TABLES) and is_telling(key.rpartition(".")[2])
    if telling or any(f".{table}." in key for table in HIDDEN_TABLES):
        return '"[hidden]"'
    if key.endswith(".base_url"):
        value = shown(str(value))
    elif key.endswith("_command"):
        return redact(msgspec.json.encode(value).decode())
    if value is None:
        return "unset"
    return msgspec.json.encode(value).decode()


def _paths(arguments: Arguments, places: Places) -> list[str]:
    sources = Sources(arguments.folder, os.environ, places, settings_file=arguments.settings_file)
    project = project_file(sources)
    default = Path(__file__).parents[2] / "config" / "default.toml"
    return [
        f"listing   {default}",
        f"user      {_state(places.config_file)}",
        f"project   {_state(project) if project else f'none: {PROJECT_FILE} in this folder or above'}",
        f"sessions  {places.sessions}",
    ]


def _state(path: Path) -> str:
    return str(path) if path.exists() else f"{path} (not there)"


def _trusted(arguments: Arguments, places: Places) -> list[str]:
    found = project_file(Sources(arguments.folder, os.environ, places))
    folder = found.parent.parent if found is not None else repository_root(arguments.folder)
    try:
        if arguments.action == "distrust":
            existed = distrust(places, folder)
            return [f"{folder} is not trusted{' any more' if existed else ', and was not before'}."]
        known = is_trusted(places, folder)
        trust(places, folder)
    except OSError as problem:
        raise ConfigError(f"{places.trusted}: cannot be written: {problem.strerror}") from problem
    what = "Its configuration may choose providers and models and allow tools, until it changes."
    return [f"{folder} is trusted{' already' if known else ''}. {what}"]
