"""Markdown as a line machine: each finished line of an answer is looked at once, when it is finished.

`ui.screen.stream` feeds it; what comes out are blocks for the terminal's scrollback. The cost is linear in the text,
whatever its shape: nothing is parsed twice. A line that grows longer than a row is let go row by row by
`ui.screen.open_paragraph`; what is left of it here is shown as plain text by the caller.

| state    | a line that …              | goes to                                                  |
| prose    | opens a fence              | code                                                     |
| prose    | anything else              | one block, at once; of an open line, what is left of it  |
| code     | closes the fence           | prose, the rest of the code as a block                   |
| code     | anything else              | held; each 40 lines are a block                          |
"""

from __future__ import annotations

import re
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from ui.text.rows import EMPTY, Fragment, Row, line, merged, wrap

SLICE = 40
"""Lines of code that are coloured together."""

_FENCE = re.compile(r"^(?P<indent>\s{0,8})(?P<mark>`{3,}|~{3,})\s*(?P<language>[^\s`{]*)[^`]*$")
_HEADING = re.compile(r"^\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_RULE = re.compile(r"^\s{0,3}([-*_])(\s*\1){2,}\s*$")
_ITEM = re.compile(r"^(?P<indent>\s*)(?P<mark>[-*+]|\d{1,9}[.)])\s+(?P<task>\[[ xX]\]\s+)?")
_QUOTE = re.compile(r"^\s{0,3}(>\s?)+")
INLINE = re.compile(
    r"(?P<code>`+)(?P<code_text>[^`]+)(?P=code)"
    r"|\*\*(?P<strong>[^\s*](?:[^*]*[^\s*])?)\*\*"
    r"|__(?P<strong_too>[^\s_](?:[^_]*[^\s_])?)__(?!\w)"
    r"|(?<![\w*])\*(?P<emphasis>[^\s*](?:[^*]*[^\s*])?)\*(?![\w*])"
    r"|(?<![\w_])_(?P<emphasis_too>[^\s_](?:[^_]*[^\s_])?)_(?![\w_])"
    r"|~~(?P<struck>[^~]+)~~"
    r"|\[(?P<label>[^\[\]\n]{1,500})\]\((?P<target>[^)\s]{1,500})\)"
)
_LONGEST_INLINE = 2_000
"""Longer lines are not looked through for inline marks."""


class Lines(Struct, frozen=True):
    """Rows that are ready for the terminal."""

    rows: tuple[Row, ...]


class Code(Struct, frozen=True):
    """Lines of a fence, still to be coloured; they are never wrapped, so that they can be copied."""

    language: str
    lines: tuple[str, ...]


Block: TypeAlias = Lines | Code


class Shape(Struct, frozen=True):
    """How a line of prose begins, what stands before its further rows, and the style of its text."""

    lead: Row = EMPTY
    hang: str = ""
    style: str = ""


class OpenLine(Struct, frozen=True):
    """A line of which some rows have been let go: the last of them, which is not full, and its shape."""

    row: Row
    shape: Shape


class Markdown(Struct, frozen=True):
    """Where the machine stands. `fence` is the mark that opened the code, empty in prose."""

    fence: str = ""
    language: str = ""
    indent: int = 0
    held: tuple[str, ...] = ()
    blank: bool = True
    """The last row was empty: further empty lines are left out."""
    open: OpenLine | None = None
    looked: int = 0
    """Characters of the open line that were there when it was looked at in vain."""


def feed(state: Markdown, text: str, columns: int) -> tuple[Markdown, tuple[Block, ...]]:
    """One finished line, without its line break and already clean."""
    text = text.rstrip().expandtabs(4)
    if state.fence:
        return _code(state, text)
    state = replace(state, looked=0)
    if state.open is not None:
        return replace(state, open=None, blank=False), (Lines(continued(state.open, text, columns)),)
    opening = _FENCE.match(text)
    if opening:
        mark, language = opening["mark"], opening["language"].lower()
        return Markdown(mark, language, len(opening["indent"])), ()
    if not text:
        return replace(state, blank=True), () if state.blank else (Lines((EMPTY,)),)
    return replace(state, blank=False), (Lines(prose(text, columns)),)


def close(state: Markdown) -> tuple[Markdown, tuple[Block, ...]]:
    """The answer is over; code that is still held comes out, and a row that is not full."""
    if state.open is not None:
        return Markdown(), (Lines((state.open.row,)),)
    return Markdown(), (Code(state.language, state.held),) if state.held else ()


def _code(state: Markdown, text: str) -> tuple[Markdown, tuple[Block, ...]]:
    bare = text.strip()
    if bare.startswith(state.fence) and not bare.strip(state.fence[0]):
        return Markdown(blank=False), (Code(state.language, state.held),) if state.held else ()
    own = text[state.indent :] if not text[: state.indent].strip() else text
    held = (*state.held, own)
    if len(held) >= SLICE:
        return replace(state, held=()), (Code(state.language, held),)
    return replace(state, held=held), ()


def prose(text: str, columns: int) -> tuple[Row, ...]:
    """A line outside of code, as wrapped rows."""
    heading = _HEADING.match(text)
    if heading:
        return wrap(inline(heading[2], "class:heading"), columns)
    if _RULE.match(text):
        return (line("─" * min(columns, 40), "class:dim"),)
    if text.lstrip().startswith("|"):
        return (inline(text),)
    shape, body = shaped(text, columns)
    return wrap((*shape.lead, *inline(body, shape.style)), columns, shape.hang)


def shaped(text: str, columns: int) -> tuple[Shape, str]:
    """The shape of a quote, an item or a plain line, and its text."""
    quote = _QUOTE.match(text)
    if quote:
        return Shape((("class:dim", "│ "),), "│ ", "class:quote"), text[quote.end() :]
    item = _ITEM.match(text)
    if item:
        return _item(item, columns), text[item.end() :]
    return Shape(hang=" " * min(len(text) - len(text.lstrip()), columns // 2)), text


def continued(begun: OpenLine, text: str, columns: int) -> tuple[Row, ...]:
    """The row that is not full, with more of its line, as wrapped rows."""
    return wrap(merged((*begun.row, *inline(text, begun.shape.style))), columns, begun.shape.hang)


def is_whole(text: str) -> bool:
    """A line that begins so means something only as a whole: a heading, a rule, a fence, a row of a table."""
    bare = text.lstrip()
    return bare.startswith(("|", "```", "~~~")) or any(pattern.match(text) for pattern in (_HEADING, _RULE))


def _item(item: re.Match[str], columns: int) -> Shape:
    mark = item["mark"] if item["mark"][0].isdigit() else "•"
    task = {"[ ]": "☐ ", "[x]": "☑ "}.get((item["task"] or "").strip().lower(), "")
    lead = item["indent"] + mark + " " + task
    return Shape((("class:accent", lead),), " " * min(len(lead), columns // 2))


def inline(text: str, style: str = "") -> Row:
    """Bold, italic, code, struck and links inside one line."""
    if len(text) > _LONGEST_INLINE:
        return line(text, style)
    row: list[Fragment] = []
    end = 0
    for match in INLINE.finditer(text):
        if match.start() > end:
            row.append((style, text[end : match.start()]))
        row.extend(_marked(match, style))
        end = match.end()
    if end < len(text):
        row.append((style, text[end:]))
    return tuple(row)


def _marked(match: re.Match[str], style: str) -> Row:
    found = match.groupdict()
    if found["code_text"]:
        return ((f"{style} class:code", found["code_text"]),)
    strong, emphasis = found["strong"] or found["strong_too"], found["emphasis"] or found["emphasis_too"]
    if strong:
        return inline(strong, f"{style} class:strong")
    if emphasis:
        return inline(emphasis, f"{style} class:emphasis")
    if found["struck"]:
        return ((f"{style} strike", found["struck"]),)
    label, target = found["label"], found["target"]
    shown: Row = ((f"{style} class:link", label),)
    return shown if label == target else (*shown, (f"{style} class:dim", f" ({target})"))
