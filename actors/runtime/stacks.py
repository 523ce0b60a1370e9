"""Where the threads of this process stand: for the watchdog's reports and for dumps."""

from __future__ import annotations

import sys
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType


def frames() -> dict[int, FrameType]:
    """What every thread is executing now, by thread identifier."""
    return sys._current_frames()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - the documented way there


def stack_of(thread: int | None) -> str:
    """Where a thread stands now, as text; empty if it is not known."""
    frame = frames().get(thread) if thread is not None else None
    return "".join(traceback.format_stack(frame)) if frame is not None else ""
