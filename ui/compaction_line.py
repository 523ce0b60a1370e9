"""One line about a compaction, for the chat and for scripts' stderr. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.text.plural import plural

if TYPE_CHECKING:
    from actors.records import ConversationCompacted


def compaction_line(event: ConversationCompacted) -> str:
    """What took the place of what, and the part of a request that it frees."""
    freed = round(100 * (1 - event.after / event.before)) if event.before else 0
    what = plural(event.replaced, "message") if event.replaced else plural(len(event.folds), "tool result")
    made = {"folded": "folded", "summary": "summary", "mechanical": "summary made without the model"}[event.method]
    return f"compacted: {what} → {made}, {freed} % freed"
