"""What a call is about, as far as its arguments tell: for calls that end before anybody examined them.

Such a call was denied, cancelled, or interrupted at its approval; once it is examined, the tool itself says it better.
"""

from __future__ import annotations

import msgspec

from tools.text.screen_text import visible

TELLING = ("command", "path", "pattern", "question")
"""Arguments that say it best, in this order; otherwise the first text does."""
LONGEST = 500


def subject(arguments: str) -> str:
    """One text of the arguments, which are JSON or were meant to be."""
    try:
        given = msgspec.json.decode(arguments, type=dict[str, object])
    except (msgspec.MsgspecError, UnicodeError):
        return ""
    texts = {name: value for name, value in given.items() if isinstance(value, str) and value.strip()}
    told = next((texts[name] for name in TELLING if name in texts), None) or next(iter(texts.values()), "")
    return visible(told[:LONGEST])
