"""What a tool runner leaves to the one that replaces it: the session's permissions and the open calls.

The composition root makes one and gives it to each runner in turn, so that a failure forgets neither what the person
allowed nor which calls are to be answered. A runner that hung and comes back after it was replaced changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from actors.calls.open_calls import NO_CALLS

if TYPE_CHECKING:
    from actors.calls.open_calls import CallWait, OpenCalls
    from actors.calls.session_permissions import SessionPermissions
    from actors.ids import CallId


class RunnerMemory:
    """Two values, replaced by the present holder only; may be read on any thread."""

    def __init__(self, permissions: SessionPermissions, calls: OpenCalls = NO_CALLS) -> None:
        self.permissions = permissions
        self.calls = calls
        self._holder = 0

    def take(self) -> int:
        """Become the holder; the number is to be given with `keep`."""
        self._holder += 1
        return self._holder

    def keep(self, holder: int, permissions: SessionPermissions, calls: OpenCalls) -> None:
        """Replace both values; without effect for an earlier holder."""
        if holder == self._holder:
            self.permissions, self.calls = permissions, calls

    def awaits(self, call: CallId, waits: CallWait) -> bool:
        """Whether the call is still open and waits for this."""
        return self.calls.at(call, waits) is not None
