"""A number with its noun: `1 line`, `2 lines`, `1,000 entries`. Used wherever a count is printed."""

from __future__ import annotations


def plural(number: int, noun: str) -> str:
    """The number, and the noun in the form that goes with it; nouns with a regular plural only."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"
