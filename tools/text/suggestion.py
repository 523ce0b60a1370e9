"""The closest of a few names, for errors that say what was probably meant.

Used by the toolbox (tools, arguments, values) and by the workspace (files). It never decides anything by itself.
"""

from __future__ import annotations

from collections.abc import Iterable


def closest(word: str, candidates: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """The candidates most like the word, best first; empty where none is near."""
    from difflib import get_close_matches  # noqa: PLC0415 - slow to import, and only errors need it

    by_folded = {candidate.casefold(): candidate for candidate in candidates}
    return tuple(by_folded[found] for found in get_close_matches(word.casefold(), by_folded, most, 0.6))


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """A question to append to an error, with a space before it; empty where nothing is near."""
    found = closest(word, candidates)
    return f" Did you mean {' or '.join(found)}?" if found else ""
