"""Markdown as a line machine: each finished line of an answer is looked at once, when it is finished.

`ui.screen.stream` feeds it; what comes out are blocks for the terminal's scrollback. The cost is linear in the text,
whatever its shape: nothing is parsed twice. `ui.text.blocks` says where a line stands, `ui.text.inline` what its marks
are; a paragraph that is coming in is `ui.text.paragraph`'s, a line of it that grows longer than a row
`ui.screen.open_paragraph`'s.

| open      | a line that …                     | does                                                           |
| nothing   | is text                           | begins a paragraph                                             |
| paragraph | is text                           | goes on with it: rows are let go up to a mark that is open     |
| paragraph | underlines its only line          | makes a title of it                                            |
| paragraph | is the border of a table          | makes the head of a table of its last line                     |
| table     | is text                           | is a row of it; held until the table ends, or 200 are          |
| fence     | does not close it                 | comes out at once as code; lines of an open comment are held   |
| any       | is blank, or begins another block | ends what is open                                              |
"""

from __future__ import annotations

from typing import Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from ui.text import blocks, open_token, paragraph, table
from ui.text.blocks import Containers, Place
from ui.text.inline import inline
from ui.text.paragraph import Paragraph
from ui.text.rows import EMPTY, Row, line, merged, row_width, wrap
from ui.text.table import TextTable

SLICE: Final = 40
"""Lines of code that a line is coloured with, and that are held at the most."""
TABLE_SLICE: Final = 200
"""Rows of a table that are laid out together."""
LONGEST_RULE: Final = 40


class Lines(Struct, frozen=True):
    """Rows that are ready for the terminal."""

    rows: tuple[Row, ...]


class Code(Struct, frozen=True):
    """Lines of code, still to be coloured; they are never wrapped, so that they can be copied.

    `context`: lines right before them in the same fence; `lead` and `hang`: what stands before the first line and all
    others.
    """

    language: str
    lines: tuple[str, ...]
    context: tuple[str, ...] = ()
    lead: Row = EMPTY
    hang: Row = EMPTY


Block: TypeAlias = Lines | Code


class Fence(Struct, frozen=True):
    """Code that is open. `mark` is what began it, empty for code by indent; `closer` ends the comment that is held."""

    mark: str = ""
    indent: int = 0
    language: str = ""
    context: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    closer: str = ""
    blanks: int = 0
    """Empty lines that belong to code by indent if more of it follows."""


class Markdown(Struct, frozen=True):
    """Where the machine stands: the quotes and items that are open, and what is open in them."""

    containers: Containers = ()
    leaf: Paragraph | TextTable | Fence | None = None
    blank: bool = True
    """The last row was empty: further empty lines are left out."""
    midline: bool = False
    """The open line of the paragraph has been begun by `ui.screen.open_paragraph`."""
    looked: int = 0
    """Characters of an open line that were there when it was looked at in vain."""


Fed: TypeAlias = tuple[Markdown, tuple[Block, ...]]


def feed(state: Markdown, text: str, columns: int) -> Fed:
    """One finished line, without its line break and already clean."""
    state = replace(state, looked=0) if state.looked else state
    if state.midline and isinstance(state.leaf, Paragraph):
        return _let_go(replace(state, midline=False), paragraph.line_ended(state.leaf, text), columns)
    where = look(state, text)
    match where.kind:
        case "blank":
            return _blank(state, where, columns)
        case "text":
            return _text(state, where, columns)
        case "code":
            return _code(state, where, columns)
        case "underline":
            return _underlined(state, where, columns)
        case "rule" | "heading" | "fence":
            state, ended = moved(state, where, columns)
            state, rows = _alone(state, where, columns)
            return state, ended + rows


def close(state: Markdown, columns: int) -> Fed:
    """The answer is over; what is still held comes out."""
    _, ended = _left(state, columns)
    return Markdown(), ended + _marks(state.containers, 0, columns)


def look(state: Markdown, text: str) -> Place:
    """Where a line stands."""
    is_fence = isinstance(state.leaf, Fence) and bool(state.leaf.mark)
    open_text = isinstance(state.leaf, Paragraph)
    return blocks.place(state.containers, text.expandtabs(4), paragraph=open_text, code=is_fence)


def held(state: Markdown) -> tuple[str, ...]:
    """The lines that have come and are not drawn yet, as they came; of a paragraph the last may be open."""
    match state.leaf:
        case TextTable() as open_table:
            return open_table.source
        case Fence() as fence:
            return fence.held
        case Paragraph() as open_text if open_text.row is None and open_text.text:
            return tuple(open_text.text.split("\n"))
        case _:
            return ()


# ── From one block to the next ────────────────────────────────────────────────────────────────────────────────────────


def moved(state: Markdown, where: Place, columns: int) -> Fed:
    """End what is open and stand where the line is."""
    state, ended = _left(state, columns)
    marks, inside = _marks(state.containers, where.kept, columns), where.containers
    if marks:
        inside = (*blocks.drawn(inside[: where.kept]), *inside[where.kept :])
    ended += marks
    return replace(state, containers=inside, blank=state.blank and not ended), ended


def _left(state: Markdown, columns: int) -> Fed:
    """End the paragraph, the table or the code that is open."""
    match state.leaf:
        case Paragraph() as open_text:
            rows = paragraph.ended(open_text, columns)
            return replace(state, leaf=None), (Lines(rows),) if rows else ()
        case TextTable() as open_table:
            return _table(replace(state, leaf=None), open_table, columns)
        case Fence() as fence:
            state = replace(state, leaf=None)
            if not fence.held:
                return state, ()
            state, _, code = _said_code(state, fence, fence.held, columns)
            return state, code
        case None:
            return state, ()


def _marks(old: Containers, kept: int, columns: int) -> tuple[Block, ...]:
    """Items that end without any text: their marks stand alone. `kept`: how many containers do not end."""
    if all(each.drawn or each.kind == ">" for each in old[kept:]):
        return ()
    return (Lines((_without_end(blocks.leads(old, columns)[0]),)),)


def _without_end(row: Row) -> Row:
    return (*row[:-1], (row[-1][0], row[-1][1].rstrip())) if row else row


def _blank(state: Markdown, where: Place, columns: int) -> Fed:
    if isinstance(state.leaf, Fence) and not state.leaf.mark and where.same:
        return replace(state, leaf=replace(state.leaf, blanks=state.leaf.blanks + 1)), ()
    state, ended = moved(state, where, columns)
    return _gap(state, ended, columns)


def _gap(state: Markdown, ended: tuple[Block, ...], columns: int) -> Fed:
    """An empty row, once; in a quote it has its bars."""
    if state.blank:
        return state, ended
    row = blocks.bare(blocks.leads(blocks.drawn(state.containers), columns)[1])
    return replace(state, blank=True), (*ended, Lines((row,)))


def _ended_code(state: Markdown, columns: int) -> Fed:
    """Empty lines after code by indent are no part of it."""
    if not isinstance(state.leaf, Fence) or not state.leaf.blanks:
        return state, ()
    return _gap(replace(state, leaf=None), (), columns)


# ── Text ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _text(state: Markdown, where: Place, columns: int) -> Fed:
    state, gap = _ended_code(state, columns)
    match state.leaf:
        case Paragraph() as open_text if where.lazy or where.same:
            begun = None if where.lazy else _table_begun(open_text, where)
            if begun is not None:
                return _head(state, open_text, begun, columns)
            return _let_go(state, paragraph.line_added(open_text, where.rest), columns)
        case TextTable() as open_table if where.same:
            return _row(state, open_table, where.rest.strip(), columns)
        case _:
            state, ended = begin(state, where, columns)
            fresh = state.leaf if isinstance(state.leaf, Paragraph) else Paragraph()
            state, more = _let_go(state, paragraph.line_added(fresh, where.rest), columns)
            return state, gap + ended + more


def begin(state: Markdown, where: Place, columns: int) -> Fed:
    """Begin a paragraph where the line stands."""
    state, gap = _ended_code(state, columns)
    state, ended = moved(state, where, columns)
    lead, hang = blocks.leads(where.containers, columns)
    leaf = Paragraph(lead=lead, hang=hang, style=blocks.style_of(where.containers))
    containers = blocks.drawn(where.containers)
    return replace(state, leaf=leaf, containers=containers, blank=False), gap + ended


def _let_go(state: Markdown, text: Paragraph, columns: int) -> Fed:
    text, rows = paragraph.let_go(text, columns)
    return replace(state, leaf=text, blank=False), (Lines(rows),) if rows else ()


def _underlined(state: Markdown, where: Place, columns: int) -> Fed:
    """A title of one line; below a longer text the underline is a rule."""
    text = state.leaf
    if isinstance(text, Paragraph) and (begun := _table_begun(text, where)) is not None:
        return _head(state, text, begun, columns)
    if isinstance(text, Paragraph) and text.untouched:
        title = text.text.strip().replace("\n", " ")
        style = _title_style(1 if "=" in where.rest else 2, state.containers)
        rows = wrap(merged((*text.lead, *inline(title, style))), columns, text.hang)
        return replace(state, leaf=None), (Lines(rows),)
    state, ended = _left(state, columns)
    state, rule = _alone(state, replace(where, kind="rule"), columns)
    return state, ended + rule


def _alone(state: Markdown, where: Place, columns: int) -> Fed:
    """A heading, a rule, the beginning of a fence."""
    if where.kind == "fence":
        mark, indent, language = blocks.fence(where.rest)
        return replace(state, leaf=Fence(mark, indent, language), blank=False), ()
    lead, hang = blocks.leads(state.containers, columns)
    state = replace(state, containers=blocks.drawn(state.containers), blank=False)
    if where.kind == "rule":
        size = max(min(columns - row_width(lead), LONGEST_RULE), 1)
        return state, (Lines((merged((*lead, *line("─" * size, "class:dim"))),)),)
    level, title = blocks.heading(where.rest)
    row = inline(title, _title_style(level, state.containers))
    return state, (Lines(wrap(merged((*lead, *row)), columns, hang)),)


def _title_style(level: int, containers: Containers) -> str:
    look = ("class:heading underline", "class:heading", "class:strong underline", "class:strong")[min(level, 4) - 1]
    return f"{blocks.style_of(containers)} {look}".strip()


# ── Tables ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _table_begun(text: Paragraph, where: Place) -> TextTable | None:
    head = paragraph.last_line(text)
    return table.begun(head, where.rest) if "|" in head[: blocks.SEEN] else None


def _head(state: Markdown, text: Paragraph, begun: TextTable, columns: int) -> Fed:
    before = paragraph.without_last_line(text)
    rows = paragraph.ended(before, columns) if before.text or before.row is not None else ()
    lead = EMPTY if rows or not text.untouched else text.lead
    return replace(state, leaf=replace(begun, lead=lead)), (Lines(rows),) if rows else ()


def _row(state: Markdown, open_table: TextTable, text: str, columns: int) -> Fed:
    row = table.row_of(open_table, text)
    open_table = replace(open_table, rows=(*open_table.rows, row), source=(*open_table.source, text))
    if len(open_table.rows) < TABLE_SLICE:
        return replace(state, leaf=open_table), ()
    return _table(state, open_table, columns)


def _table(state: Markdown, open_table: TextTable, columns: int) -> Fed:
    """Draw what is held of the table."""
    lead, hang = blocks.leads(state.containers, columns)
    style = blocks.style_of(state.containers)
    rows, widths = table.laid_out(open_table, columns - row_width(hang), style)
    leads = (open_table.lead or lead, *[hang] * len(rows))
    shown = tuple(merged((*before, *row)) for before, row in zip(leads, rows, strict=False))
    if state.leaf is not None:
        state = replace(state, leaf=replace(open_table, rows=(), source=(), widths=widths, lead=EMPTY))
    return state, (Lines(shown),) if shown else ()


# ── Code ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _code(state: Markdown, where: Place, columns: int) -> Fed:
    fence = state.leaf
    if isinstance(fence, Fence) and fence.mark:
        if blocks.closes(where.rest, fence.mark):
            return _left(state, columns)
        blanks = min(blocks.indent_of(where.rest), fence.indent)
        return _code_line(state, fence, where.rest[blanks:], columns)
    state, ended = (state, ()) if isinstance(fence, Fence) and where.same else moved(state, where, columns)
    fence = fence if isinstance(fence, Fence) and where.same else Fence()
    lines = (*[""] * fence.blanks, where.rest[blocks.CODE_INDENT :])
    state, fence, code = _said_code(state, replace(fence, blanks=0), lines, columns)
    return replace(state, leaf=fence), ended + code


def _code_line(state: Markdown, fence: Fence, text: str, columns: int) -> Fed:
    """A line of a fence; a comment that it begins is held until its end, or until it is long."""
    lines = (*fence.held, text)
    if fence.closer:
        closer = "" if fence.closer in text or len(lines) >= SLICE else fence.closer
    else:
        closer = open_token.opened(fence.language, text)
    if closer:
        return replace(state, leaf=replace(fence, held=lines, closer=closer)), ()
    state, fence, code = _said_code(state, replace(fence, held=(), closer=""), lines, columns)
    return replace(state, leaf=fence), code


def _said_code(
    state: Markdown, fence: Fence, lines: tuple[str, ...], columns: int
) -> tuple[Markdown, Fence, tuple[Block, ...]]:
    lead, hang = blocks.leads(state.containers, columns)
    code = Code(fence.language, lines, fence.context, lead, hang)
    context = (*fence.context, *lines)[-SLICE:] if fence.language else ()
    state = replace(state, containers=blocks.drawn(state.containers), blank=False)
    return state, replace(fence, context=context), (code,)


def together(blocks_said: tuple[Block, ...]) -> tuple[Block, ...]:
    """The same blocks with neighbouring lines of one fence as one, so that they are coloured together."""
    kept: list[Block] = []
    for block in blocks_said:
        last = kept[-1] if kept else None
        if isinstance(block, Code) and isinstance(last, Code) and _follows(last, block):
            kept[-1] = replace(last, lines=last.lines + block.lines)
        else:
            kept.append(block)
    return tuple(kept)


def _follows(last: Code, block: Code) -> bool:
    if last.language != block.language or last.hang != block.lead or len(last.lines) >= SLICE:
        return False
    return not block.language or block.context == (*last.context, *last.lines)[-SLICE:]
