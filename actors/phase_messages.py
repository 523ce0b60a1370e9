"""The messages of the shutdown's phases: a command to the actor that does the work, and its acknowledgement.

`PHASES` in `actors.system` pairs them, in order, with a deadline each. Part of the vocabulary of `actors.messages`.
"""

from __future__ import annotations

from typing import ClassVar

from actors.runtime.message import Command, Event


class CloseIntake(Command, frozen=True):
    """Shutdown, phase 1: accept no more prompts; answered with `IntakeClosed`.

    Not urgent: it arrives behind every prompt that was submitted before it, so that none of them is lost.
    """


class StopWork(Command, frozen=True):
    """Shutdown, phase 2: end the turn; answered with `WorkStopped` once model and tools have let go."""

    urgent: ClassVar[bool] = True


class EndAllJobs(Command, frozen=True):
    """Shutdown, phase 3: end every tree; answered with `JobsEnded`."""

    urgent: ClassVar[bool] = True


class FlushJournal(Command, frozen=True):
    """Shutdown, phase 4: everything to the disk; answered with `JournalFlushed`."""


class DrainScreen(Command, frozen=True):
    """Shutdown, phase 5: show what is pending, restore the terminal; answered with `ScreenDrained`.

    Not urgent: it arrives behind everything that was published before it.
    """

    exit_code: int
    reason: str


class IntakeClosed(Event, frozen=True):
    """Phase 1 is done."""


class WorkStopped(Event, frozen=True):
    """Phase 2 is done."""


class JobsEnded(Event, frozen=True):
    """Phase 3 is done; `survivors` are process ids that would not die."""

    survivors: tuple[int, ...] = ()


class JournalFlushed(Event, frozen=True):
    """Phase 4 is done."""


class ScreenDrained(Event, frozen=True):
    """Phase 5 is done: everything published before was shown and the terminal is as it was."""
