"""Colours for code. Pygments is loaded by the first block that needs it, never on the way to the first prompt.

`ui.terminal.scrollback_queue` calls `highlighted` for a block, on a worker thread where it is long; without a known
language, or where Pygments gives up, the code stays as it is: a colour is never worth an answer.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from typing import Any

from ui.text.rows import Fragment, Row, line, merged

SHORT = 12
"""Lines that are coloured at once; longer blocks go to a worker thread."""
LONGEST = 64_000
"""Characters beyond which code stays uncoloured."""

_STYLES = {
    "Keyword": "class:syntax.keyword",
    "String": "class:syntax.string",
    "Number": "class:syntax.number",
    "Comment": "class:syntax.comment",
    "Function": "class:syntax.name",
    "Class": "class:syntax.name",
    "Decorator": "class:syntax.name",
    "Tag": "class:syntax.keyword",
    "Operator": "class:syntax.operator",
    "Inserted": "class:diff.added",
    "Deleted": "class:diff.removed",
    "Subheading": "class:diff.place",
    "Heading": "class:heading",
}


def highlighted(language: str, lines: tuple[str, ...]) -> tuple[Row, ...]:
    """One row for each line of the code."""
    text = "\n".join(lines)
    lexer = _lexer(language) if language and len(text) <= LONGEST else None
    if lexer is None:
        return uncoloured(lines)
    rows = _rows((_style(kind), piece) for kind, piece in lexer.get_tokens(text))
    return rows if len(rows) == len(lines) else uncoloured(lines)


def uncoloured(lines: Iterable[str]) -> tuple[Row, ...]:
    """The code as it is."""
    return tuple(line(text) for text in lines)


def _lexer(language: str) -> Any:  # noqa: ANN401 - Pygments is loaded by name and has no stubs of its own
    lexers = importlib.import_module("pygments.lexers")
    try:
        return lexers.get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except importlib.import_module("pygments.util").ClassNotFound:
        return None


def _style(kind: tuple[str, ...]) -> str:
    for part in reversed(kind):
        if part in _STYLES:
            return _STYLES[part]
    return ""


def _rows(pieces: Iterable[Fragment]) -> tuple[Row, ...]:
    rows: list[list[Fragment]] = [[]]
    for style, text in pieces:
        first, *rest = text.split("\n")
        rows[-1].append((style, first))
        rows.extend([(style, part)] for part in rest)
    return tuple(merged(row) for row in rows)
