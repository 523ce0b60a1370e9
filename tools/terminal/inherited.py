"""Descriptors that Callboard was given itself: a child must not get them by accident.

Used where children are spawned, by `tools.terminal.launch` and by the bare processes of `tools.terminal.guardian`;
imports nothing third-party.
"""

from __future__ import annotations

import os
import resource
from contextlib import suppress

TYPE_CHECKING = False  # typing itself is slow to import, and a bare process starts with every session
if TYPE_CHECKING:
    from typing import Final

_DESCRIPTORS: Final = "/dev/fd"
_STANDARD_MOST: Final = 2


def inherited_descriptors() -> tuple[int, ...]:
    """Those above stderr that are open and that no one marked as ours alone."""
    found: list[int] = []
    for name in os.listdir(_DESCRIPTORS) if os.path.isdir(_DESCRIPTORS) else ():  # noqa: PTH112, PTH208 -- much faster
        with suppress(OSError):  # the listing's own
            if int(name) > _STANDARD_MOST and os.get_inheritable(int(name)):
                found.append(int(name))
    return tuple(found)


def closing_inherited() -> list[tuple[int, int]]:
    """The file actions of `posix_spawn` that close them in the child.

    A descriptor above the limit of open files (it was opened before the limit was lowered) is refused there, so it is
    marked as ours alone instead.
    """
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    actions: list[tuple[int, int]] = []
    for descriptor in inherited_descriptors():
        if limit != resource.RLIM_INFINITY and descriptor >= limit:
            with suppress(OSError):
                os.set_inheritable(descriptor, False)  # noqa: FBT003 -- its only parameter
        else:
            actions.append((os.POSIX_SPAWN_CLOSE, descriptor))
    return actions
