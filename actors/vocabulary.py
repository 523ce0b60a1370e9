"""The classes of messages of the company, listed: for front ends that show every event, and for drills.

`actors.messages`, `actors.context_messages` and `actors.records` define them; nothing here is sent.
"""

from __future__ import annotations

from actors import context_messages, messages, phase_messages, records
from actors.runtime.message import Event


def events() -> tuple[type[Event], ...]:
    """Every event that an actor of the company may publish, in the order of definition."""
    found = (item for module in (messages, context_messages, phase_messages, records) for item in vars(module).values())
    return tuple(
        dict.fromkeys(
            item for item in found if isinstance(item, type) and issubclass(item, Event) and item is not Event
        )
    )
