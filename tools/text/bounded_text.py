"""Text that fits: every result of a tool stays below one bound, and says what it left out.

Used by the builtin tools when they write their results. It never touches a file and never guesses at content.
"""

from __future__ import annotations

TEXT_LIMIT = 48_000
"""UTF-8 bytes of the text of one tool result."""

HEAD_SHARE = 4
"""One part in four of what is kept comes from the beginning: the end of an output says how it went."""


def size(text: str) -> int:
    """UTF-8 bytes of a text, also one with lone surrogates."""
    return len(text.encode("utf-8", "surrogatepass"))


def first_bytes(text: str, limit: int) -> str:
    """As much of the beginning as fits, up to the end of a line where there is one in its second half."""
    data = text.encode("utf-8", "surrogatepass")
    if len(data) <= limit:
        return text
    cut = data[: max(limit, 0)]
    line_end = cut.rfind(b"\n") + 1
    return (cut[:line_end] if line_end > limit // 2 else cut).decode("utf-8", "ignore")


def last_bytes(text: str, limit: int) -> str:
    """As much of the end as fits, from the beginning of a line where there is one in its first half."""
    data = text.encode("utf-8", "surrogatepass")
    if len(data) <= limit:
        return text
    cut = data[len(data) - max(limit, 0) :]
    line_end = cut.find(b"\n") + 1
    return (cut[line_end:] if 0 < line_end < limit // 2 else cut).decode("utf-8", "ignore")


def fold(head: str, tail: str, omitted: int, limit: int = TEXT_LIMIT) -> tuple[str, bool]:
    """Beginning and end of a long text with a note between them; True where something was left out.

    `omitted` counts the bytes that were already missing between `head` and `tail`.
    """
    if omitted == 0 and size(head) + size(tail) <= max(limit, 0):
        return head + tail, False
    first, last = (head, tail) if omitted else (head + tail, head + tail)
    kept_first = first_bytes(first, limit // HEAD_SHARE)
    kept_last = last_bytes(last, limit - limit // HEAD_SHARE)
    missing = omitted + size(head) + size(tail) - size(kept_first) - size(kept_last)
    return f"{kept_first.rstrip()}\n[… {missing:,} bytes left out …]\n{kept_last.lstrip(chr(10))}", True


def cut(text: str, limit: int = TEXT_LIMIT) -> tuple[str, bool]:
    """The beginning of a text with a note where it was cut; True where it was."""
    if size(text) <= limit:
        return text, False
    kept = first_bytes(text, limit)
    return f"{kept.rstrip()}\n[… {size(text) - size(kept):,} bytes left out]", True
