"""What the chat says of itself and its session: provider, model, folder, mode; and the shell of the `!` commands.

Used by both forms of the chat before the company is opened, so it imports little.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tools.terminal.command_shell import NoShellError, choose_shell
from ui.screen.model import Identity

if TYPE_CHECKING:
    from ui.front_end import Opening


def identity_of(opening: Opening) -> Identity:
    """The identity of this session's screen. A shell that cannot be used is reported when the company is opened."""
    settings = opening.settings
    identity = Identity(
        opening.provider,
        opening.model,
        opening.directory,
        mode=settings.policy.mode,
        window=settings.context.window or opening.facts.context_window,
        window_assumed=settings.context.window is None and opening.facts.window_assumed,
        window_set=settings.context.window is not None,
        models=opening.models,
    )
    with suppress(NoShellError):
        identity = replace(identity, shell=choose_shell(settings.tools.shell).start)
    return identity
