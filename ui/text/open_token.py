"""Comments over several lines: the only code that waits for its end, because no line of one has its colour by itself.

Used by `ui.text.markdown`; pure. Text over several lines needs no waiting: Pygments keeps track of it line by line.
"""

from __future__ import annotations

from typing import Final

_STARRED: Final = "c c++ cpp h hpp cc cs csharp css d dart go golang groovy java javascript js jsx kotlin less objc php"
_STARRED_TOO: Final = "rust rs sass scala scss sql swift ts tsx typescript zig"
_TAGGED: Final = "html htm xml svg vue svelte xhtml"
_COMMENTS: Final = {
    **dict.fromkeys(f"{_STARRED} {_STARRED_TOO}".split(), ("/*", "*/")),
    **dict.fromkeys(_TAGGED.split(), ("<!--", "-->")),
}


def opened(language: str, text: str) -> str:
    """What ends the comment that this line begins and does not end; empty where there is none."""
    begin, end = _COMMENTS.get(language, ("", ""))
    place = text.rfind(begin) if begin else -1
    if place < 0 or end in text[place + len(begin) :]:
        return ""
    before = text[:place]
    quoted = any(before.count(quote) % 2 for quote in "\"'`")
    return "" if quoted or "//" in before else end
