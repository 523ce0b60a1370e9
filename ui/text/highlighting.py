"""Colours for code. Pygments is loaded by the first block that needs it, never on the way to the first prompt.

`ui.terminal.scrollback_queue` asks for the rows of a block, on a worker thread where it is long. A line has the colours
that it has behind the lines before it, and costs the same however many they are. Without a known language, or where
Pygments gives up, the code stays as it is: a colour is never worth an answer.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from typing import Any

from ui.text.rows import Fragment, Row, line, merged, plain

ROOT = ("root",)
CONTEXT = 40
"""Lines before some code that its colours may depend on."""
REMEMBERED = 16
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


class Colours:
    """Colours lines that come one after the other; remembers where the lexer stood after the last ones.

    `rows` may be called on any thread. What it gives depends on its arguments alone: what is remembered saves the work
    of going through the context again.
    """

    def __init__(self) -> None:
        self._stood: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}

    def rows(self, language: str, lines: tuple[str, ...], context: tuple[str, ...] = ()) -> tuple[Row, ...]:
        """One row for each line of the code; `context` are the lines right before them."""
        text = "\n".join(lines)
        lexer = _lexer(language) if language and len(text) <= LONGEST else None
        if lexer is None:
            return uncoloured(lines)
        if not _is_stepwise(lexer):
            return _checked(_rows(_tokens(lexer, "\n".join((*context, *lines)))), len(context), lines)
        stack = self._stood.pop((language, context), None) or _stepped(lexer, context, ROOT)[1]
        pieces, stack = _stepped(lexer, lines, stack)
        self._remember(language, (*context, *lines)[-CONTEXT:], stack)
        return _checked(_rows(pieces)[: len(lines)], 0, lines)

    def _remember(self, language: str, last: tuple[str, ...], stack: tuple[str, ...]) -> None:
        if len(self._stood) >= REMEMBERED:
            self._stood.clear()
        self._stood[language, last] = stack


def highlighted(language: str, lines: tuple[str, ...]) -> tuple[Row, ...]:
    """One row for each line of code that stands alone."""
    return Colours().rows(language, lines)


def _tokens(lexer: Any, text: str) -> list[Fragment]:  # noqa: ANN401 - see `_lexer`
    return [(_style(kind), piece) for _, kind, piece in lexer.get_tokens_unprocessed(text)]


def _is_stepwise(lexer: Any) -> bool:  # noqa: ANN401 - see `_lexer`
    """Its state between two lines is a stack of names; other lexers see the context with each line."""
    regex: Any = importlib.import_module("pygments.lexer").RegexLexer
    inherited: bool = lexer.__class__.get_tokens_unprocessed is regex.get_tokens_unprocessed
    return inherited and isinstance(lexer, regex)


def _stepped(lexer: Any, lines: tuple[str, ...], stack: tuple[str, ...]) -> tuple[list[Fragment], tuple[str, ...]]:  # noqa: ANN401 - see `_lexer`
    """The pieces of the lines, and where the lexer stands behind them."""
    if not lines:
        return [], stack
    module = importlib.import_module("pygments.lexer")
    place = module.LexerContext("\n".join(lines) + "\n", 0, stack=list(stack))
    try:
        tokens = module.ExtendedRegexLexer.get_tokens_unprocessed(lexer, context=place)
        return [(_style(kind), piece) for _, kind, piece in tokens], tuple(place.stack)
    except TypeError:  # callbacks of this lexer know nothing of contexts
        return _tokens(lexer, place.text), ROOT


def _checked(rows: tuple[Row, ...], skipped: int, lines: tuple[str, ...]) -> tuple[Row, ...]:
    """The rows behind the context; where a lexer changed the text, the code as it is."""
    rows = rows[skipped:]
    return rows if [plain(row) for row in rows] == list(lines) else uncoloured(lines)


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
