"""The plan of a session, from the command line and the settings; made before the actors start.

Used by `ui.startup.run_session` before the front end is made, so that a chat's first frame need not wait for the
company: nothing of it is imported here. `ui.startup.bootstrap` makes the company from it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from actors.ids import SessionId
from config.errors import ConfigError
from config.instructions import read_instructions
from config.known_secrets import secrets_of
from config.load import Loaded
from config.models.budget import check_budget
from config.models.model_choices import model_choices
from config.places import JOURNAL, Places, readable
from config.providers import ProviderAccess, choose_fallbacks, choose_provider
from config.version import VERSION
from tools.text.screen_text import visible
from ui.front_end import Opening
from ui.startup.credentials import with_credentials
from ui.startup.sessions import choose_session

if TYPE_CHECKING:
    from actors.records import Record
    from config.settings import Settings
    from ui.arguments import Arguments


SCRIPTED = "script://"


class SessionPlan(Struct, frozen=True):
    """Everything that is known before the actors start."""

    opening: Opening
    access: ProviderAccess
    system_prompt: str
    folder: Path | None
    """Of the session; None if it is not kept."""
    places: Places
    interactive: bool
    directory: Path
    """The folder to work in, absolute."""
    fallbacks: tuple[ProviderAccess, ...] = ()
    """The models that are asked where `access` fails, in order."""


def prepare(arguments: Arguments, loaded: Loaded, places: Places, *, interactive: bool) -> SessionPlan:
    """What the company will be, from the command line and the settings.

    Raises:
        ConfigError: no provider is usable, the script cannot be read, or there is no such session.
    """
    settings = loaded.settings
    directory = arguments.folder
    access = with_credentials(choose_provider(settings, os.environ, directory), _say)
    fallbacks = tuple(with_credentials(each, _say) for each in choose_fallbacks(settings, os.environ, directory))
    for each in (access, *fallbacks):
        check_budget(settings.limits, each)
        if each.base_url.startswith(SCRIPTED):
            _check_script(each.base_url.removeprefix(SCRIPTED))
    instructions = read_instructions(directory, places, settings.model.append_system_prompt)
    shown = readable(str(directory))
    session, resumed = choose_session(arguments, places, shown)
    folder = places.session(session) if arguments.persist or resumed else None
    opening = Opening(
        session=SessionId(session),
        directory=shown,
        provider=access.name,
        model=access.model,
        settings=settings,
        version=VERSION,
        tools=() if interactive else _tool_names(),
        notices=tuple(map(visible, (*loaded.warnings, *instructions.warnings))),
        earlier=_earlier(folder / JOURNAL, whole=interactive) if folder and resumed else (),
        embedded=access.embedded,
        folder=folder,
        facts=access.facts,
        models=model_choices(settings, os.environ) if interactive else (),
        secrets=_secrets((access, *fallbacks), settings),
    )
    return SessionPlan(opening, access, instructions.text, folder, places, interactive, directory, fallbacks)


def _secrets(models: tuple[ProviderAccess, ...], settings: Settings) -> tuple[str, ...]:
    """What no text may show, longest first."""
    found = {secret for access in models for secret in secrets_of(access, settings, os.environ)}
    return tuple(sorted(found, key=lambda secret: (-len(secret), secret)))


def _say(progress: str) -> None:
    sys.stderr.write(f"callboard: {progress}\n")


def _check_script(path: str) -> None:
    """The model reads it when it is first asked; by then a session would have begun.

    Raises:
        ConfigError: it is no script.
    """
    from actors.llm.scripted.script import load_script  # noqa: PLC0415 - only where a script answers

    load_script(Path(path))


def _tool_names() -> tuple[str, ...]:
    from tools.toolbox import Toolbox  # noqa: PLC0415 - not before a chat's first frame

    return Toolbox.discover().names()


def _earlier(journal: Path, *, whole: bool) -> tuple[Record, ...]:
    """The session's records; none if not `whole`, which only sees whether this version can go on with it.

    Raises:
        ConfigError: it cannot.
    """
    from actors.edges.real_ports import file_pieces  # noqa: PLC0415
    from actors.journal.formats import NewerFormatError, check_format  # noqa: PLC0415 - only where a session goes on
    from actors.journal.journal import read_back  # noqa: PLC0415 - only where a session goes on
    from ui.chat.replay import lightened  # noqa: PLC0415

    try:
        with journal.open("rb") as lines:
            check_format(lines, journal.parent.name)
        return read_back(file_pieces(journal), lightened).records if whole else ()
    except NewerFormatError as problem:
        raise ConfigError(str(problem)) from problem
    except OSError as problem:
        raise ConfigError(f"{journal}: the session cannot be read: {problem.strerror}") from problem
