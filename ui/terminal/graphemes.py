"""What a person takes for one character: a letter with its accents, a flag, a family of emoji.

Used by `ui.chat.keys`, so that Backspace never halves one, and by `ui.text.rows`, so that no row ends within one. Pure.
Only what is common on keyboards is known: pairs of regional letters, marks that combine, and pictures that are joined.
"""

from __future__ import annotations

import re

LOOKED_AT = 64
"""Characters before the cursor; longer clusters are taken away in pieces."""
_MARK = "[\u0300-\u036f\u20d0-\u20ff\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
_CLUSTER = re.compile(f"[\U0001f1e6-\U0001f1ff]{{2}}|.{_MARK}(?:\u200d.{_MARK})*", re.DOTALL)


def last_length(text: str) -> int:
    """Code points of the last character of the text; 0 where there is none."""
    clusters = _CLUSTER.findall(text[-LOOKED_AT:])
    return len(clusters[-1]) if clusters else 0


def whole(text: str, end: int) -> int:
    """The last border between two characters at or before `end`; 0 where a single one reaches beyond it."""
    start = max(end - LOOKED_AT, 0)
    border = start
    for cluster in _CLUSTER.finditer(text, start, end + LOOKED_AT):
        if cluster.start() > end:
            break
        border = cluster.start()
        if cluster.end() <= end:
            border = cluster.end()
    return border
