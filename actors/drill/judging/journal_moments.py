"""The journal of one incarnation, read back to any moment of its trace.

Used by `actors.drill.judging.evidence`. It reads the lines as they were written, not the file as it was left.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from actors.conversation import Conversation, apply
from actors.journal.damage import restored
from actors.journal.journal import read_back

if TYPE_CHECKING:
    from actors.drill.simulated.world import World


class JournalMoments:
    """The conversation before the first write of an incarnation, and after each."""

    def __init__(self, world: World, incarnation: int) -> None:
        conversation = restored(read_back(world.inherited[incarnation])).conversation
        self._entries: list[int] = []
        self._conversations = [conversation]
        for written in world.written:
            if written.incarnation == incarnation:
                for record in read_back(written.line).records:
                    conversation = apply(conversation, record)
                self._entries.append(written.entries)
                self._conversations.append(conversation)

    def at(self, entry: int) -> Conversation:
        """What the journal held when the trace had so many entries."""
        return self._conversations[bisect_right(self._entries, entry)]

    def last(self) -> Conversation:
        """What it held at the end."""
        return self._conversations[-1]
