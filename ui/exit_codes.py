"""What the program's exit code says; published in the README and kept stable.

Used by `ui.cli.main` and `ui.headless.front_end`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from actors.records import TurnOutcome

DONE: Final = 0
FAILED: Final = 1
"""The agent failed, or Callboard itself did."""
USAGE: Final = 2
"""Wrong usage or configuration."""
LIMIT: Final = 3
"""A limit was reached: turns, tokens or time."""
DENIED: Final = 4
"""Policy would have asked, and no person could answer."""
ESCALATED: Final = 70
"""Restarting actors did not help; the session is kept."""
UNAVAILABLE: Final = 75
"""The provider failed; a retry may help."""
HUNG_UP: Final = 129
INTERRUPTED: Final = 130
TERMINATED: Final = 143

OF_OUTCOME: Mapping[TurnOutcome, int] = {
    "done": DONE,
    "failed": FAILED,
    "limit": LIMIT,
    "denied": DENIED,
    "unavailable": UNAVAILABLE,
    "cancelled": INTERRUPTED,
}
