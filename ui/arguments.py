"""The command line as a value, without the parser: a chat without arguments starts without it.

The flags themselves are `ui.cli.command_line`'s. Used by `ui.cli.main` and by every command.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, cast

from msgspec import Struct

from config.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from config.faults.fault_kinds import Level
    from config.load import Flag

PARSER = "ui.cli.command_line"
"""The module with `read(argv)`."""

OutputFormat: TypeAlias = Literal["text", "json", "stream-json"]
InputFormat: TypeAlias = Literal["text", "stream-json"]
CommandName: TypeAlias = Literal["", "run", "sessions", "config", "doctor", "drill", "models", "top"]


class ParserModule(Protocol):
    """The module that knows the flags."""

    def read(self, argv: Sequence[str]) -> Arguments:
        """What these words of the command line mean; raises `SystemExit` or `ConfigError` for a mistake."""
        ...


class DrillArguments(Struct, frozen=True):
    """What `callboard drill` was asked. `seeds` 0: as many as the plan says; `seed` None: the plan's."""

    plans: tuple[str, ...] = ()
    listing: bool = False
    level: Level = "simulation"
    seeds: int = 0
    seed: int | None = None
    exhaustive: bool = False
    scenario: str = ""
    dialect: str = ""
    replay: Path | None = None
    output: Path | None = None


class Arguments(Struct, frozen=True):
    """The command line as a value. `prompt` None: none was given; `resume` empty: choose from a list.

    `directory` is what was given with `-C`; `ui.cli.main` puts the absolute path of the folder to work in there, or
    None where there is none. Nothing below the command line asks the process for its folder.
    """

    command: CommandName = ""
    action: str = ""
    prompt: str | None = None
    headless: bool = False
    output_format: OutputFormat = "text"
    input_format: InputFormat = "text"
    partial: bool = False
    verbose: bool = False
    plain: bool = False
    go_on: bool = False
    resume: str | None = None
    session: str = ""
    persist: bool = True
    events: Path | None = None
    once: bool = False
    dry_run: bool = False
    as_json: bool = False
    directory: Path | None = None
    profile: str = ""
    settings_file: Path | None = None
    flags: tuple[Flag, ...] = ()
    drill: DrillArguments = DrillArguments()

    @property
    def folder(self) -> Path:
        """The folder to work in.

        Raises:
            ConfigError: there is none: it was deleted.
        """
        if self.directory is None:
            raise ConfigError("the current folder is gone; change to one that exists, or name it with -C")
        return self.directory

    def anchored(self, path: Path) -> Path:
        """A path of the command line, seen from the folder to work in."""
        return path if path.is_absolute() else self.folder / path


def parse(argv: Sequence[str]) -> Arguments:
    """The command line as a value.

    Raises:
        SystemExit: it was wrong (code 2), or help was asked for and printed (code 0).
    """
    if not argv:
        return Arguments()
    return cast("ParserModule", import_module(PARSER)).read(argv)
