"""Where a line stands: in which quotes and list items, and what kind of line it is there, as CommonMark has it.

Used by `ui.text.markdown`; pure. Tabs have been expanded, so that characters are columns up to the first text of a
line.
"""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from ui.text.rows import Fragment, Row, line, row_width, width

DEEPEST: Final = 32
"""Quotes and items inside of each other; what is deeper is text."""
CODE_INDENT: Final = 4
UNREACHED: Final = 1 << 30
"""The indent of an item that a blank line has ended; the next one still counts on from it."""
SEEN: Final = 100
"""Characters of a line by which its kind is known; a title that is underlined is no longer than that."""

_QUOTE: Final = r" {0,3}> ?"
_ITEM: Final = r"(?P<before> {0,3})(?P<mark>[-+*]|(?P<number>\d{1,9})[.)])(?P<blank> +|$)"
_TASK: Final = r"\[([ xX])\] +(?=\S)"
_RULE: Final = r" {0,3}(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})$"
_UNDERLINE: Final = r" {0,3}(?:=+|-+) *$"
_HEADING: Final = r" {0,3}(#{1,6})(?: |$)"
_FENCE: Final = r" {0,3}(?:(`{3,})(?!.*`)|(~{3,})) *"
_MAYBE_WHOLE: Final = r" {0,3}(?:#{1,6}(?: |$)|`{3}|~{3}|[-=*_ ]+$)"

LineKind: TypeAlias = Literal["blank", "fence", "heading", "rule", "underline", "code", "text"]


class Container(Struct, frozen=True):
    """A quote (`kind` is `>`) or an item (its bullet, or what follows its number).

    `indent`: columns that its further lines begin with; `mark`: what is drawn before its first row.
    """

    kind: str
    indent: int = 0
    mark: str = ""
    number: int = 0
    drawn: bool = False
    empty: bool = False
    """Nothing but the mark stood on its first line, and nothing came since."""


Containers: TypeAlias = tuple[Container, ...]


class Place(Struct, frozen=True):
    """A line that was looked at. `rest` is its text behind the marks of `containers`, the indent included.

    `lazy`: it only goes on with an open paragraph. `same`: it stands in the very containers of the line before.
    `kept`: with how many of those it goes on.
    """

    containers: Containers
    rest: str
    kind: LineKind
    lazy: bool = False
    same: bool = True
    kept: int = 0


def place(containers: Containers, text: str, *, paragraph: bool, code: bool) -> Place:
    """Look at a line; `paragraph` and `code` say what is open in `containers`: code takes any line that reaches it."""
    count, rest = _matched(containers, text)
    whole = count == len(containers)
    if code and whole:
        return Place(containers, rest, "code", kept=count)
    inside, rest = _entered(containers[:count], containers[count:], rest, interrupts=paragraph and whole)
    same = whole and len(inside) == count
    kind = _kind(rest, paragraph=paragraph and (same or len(inside) == count), underline=paragraph and same)
    if kind == "text" and paragraph and not whole and len(inside) == count:
        return Place(containers, rest, kind, lazy=True)
    if kind == "text" and len(inside) > count:
        inside, rest = _task(inside, rest)
    if kind == "blank" and not whole and containers[count].empty:
        over = replace(containers[count], indent=UNREACHED, drawn=True, empty=False)
        return Place((*inside, over), rest, kind, same=False, kept=count)
    if kind != "blank":
        inside = tuple(replace(each, empty=False) if each.empty else each for each in inside)
    return Place(inside, rest, kind, same=same, kept=count)


def _matched(containers: Containers, text: str) -> tuple[int, str]:
    """How many of the open containers the line goes on with, and what follows their marks."""
    for index, container in enumerate(containers):
        if container.kind == ">":
            found = re.match(_QUOTE, text)
            if not found:
                return index, text
            text = text[found.end() :]
        elif not text.strip(" "):
            if container.empty:
                return index, text
        elif indent_of(text) >= container.indent:
            text = text[container.indent :]
        else:
            return index, text
    return len(containers), text


def _entered(inside: Containers, left: Containers, rest: str, *, interrupts: bool) -> tuple[Containers, str]:
    """The containers that begin on this line, after those that it goes on with. `left`: those that it leaves."""
    before = left[0] if left else None
    while len(inside) < DEEPEST and indent_of(rest) < CODE_INDENT:
        if quote := re.match(_QUOTE, rest):
            inside, rest = (*inside, Container(">")), rest[quote.end() :]
        elif (found := re.match(_ITEM, rest)) and not re.match(_RULE, rest):
            blank = not rest[found.end() :].strip(" ")
            if interrupts and (blank or found["number"] not in (None, "1")):
                break
            item, rest = _item(found, rest, before, blank=blank)
            inside = (*inside, item)
        else:
            break
        before, interrupts = None, False
    return inside, rest


def _item(found: re.Match[str], rest: str, before: Container | None, *, blank: bool) -> tuple[Container, str]:
    """An item and what follows its mark; numbers go on from the item before, whatever is written."""
    kind = found["mark"][-1]
    number = int(found["number"] or 0)
    if found["number"] is not None and before is not None and before.kind == kind:
        number = before.number + 1
    blanks = len(found["blank"])
    taken = 1 if blank or blanks > CODE_INDENT else blanks
    indent = found.end("mark") + taken
    mark = f"{number}{kind} " if found["number"] is not None else "• "
    rest = rest[found.end("mark") + min(taken, blanks) :]
    return Container(kind, indent, found["before"] + mark, number, empty=blank), rest


def _task(inside: Containers, rest: str) -> tuple[Containers, str]:
    """A box at the beginning of an item's text takes the place of its bullet, and stands behind its number."""
    item, task = inside[-1], re.match(_TASK, rest)
    if task is None or item.kind == ">":
        return inside, rest
    box = "☐ " if task[1] == " " else "☑ "
    mark = item.mark.replace("• ", box) if "•" in item.mark else item.mark + box
    return (*inside[:-1], replace(item, mark=mark)), rest[task.end() :]


def _kind(rest: str, *, paragraph: bool, underline: bool) -> LineKind:  # noqa: PLR0911 - one row for each kind
    if not rest.strip(" "):
        return "blank"
    if indent_of(rest) >= CODE_INDENT:
        return "text" if paragraph else "code"
    if underline and re.match(_UNDERLINE, rest):
        return "underline"
    if re.match(_RULE, rest):
        return "rule"
    if re.match(_HEADING, rest):
        return "heading"
    if re.match(_FENCE, rest):
        return "fence"
    return "text"


def is_open_end(rest: str) -> bool:
    """A line that begins so means something only as a whole: a heading, a rule, a fence, a row of a table."""
    return "|" in rest[:SEEN] or re.match(_MAYBE_WHOLE, rest) is not None


def indent_of(text: str) -> int:
    """Blanks at the beginning."""
    return len(text) - len(text.lstrip(" "))


def heading(rest: str) -> tuple[int, str]:
    """Level and title."""
    text = rest.strip(" ")
    level = len(text) - len(text.lstrip("#"))
    title = text[level:].strip(" ")
    bare = title.rstrip("#")
    return level, bare.rstrip(" ") if not bare or bare.endswith(" ") else title


def fence(rest: str) -> tuple[str, int, str]:
    """The mark, the indent and the language of a fence."""
    found = re.match(_FENCE, rest)
    if not found:
        return "", 0, ""
    words = rest[found.end() :].split()
    return found[1] or found[2], indent_of(rest), words[0].strip("{}").lstrip(".").lower() if words else ""


def closes(rest: str, mark: str) -> bool:
    """The line ends the fence that `mark` began."""
    bare = rest.strip(" ")
    return indent_of(rest) < CODE_INDENT and bare.startswith(mark) and not bare.strip(mark[0])


# ── What stands before a row ──────────────────────────────────────────────────────────────────────────────────────────


def leads(containers: Containers, columns: int) -> tuple[Row, Row]:
    """What stands before the first row of something, and before its further rows; half a row at the most."""
    first: list[Fragment] = []
    later: list[Fragment] = []
    for container in containers:
        if container.kind == ">":
            first.append(("class:dim", "│ "))
            later.append(("class:dim", "│ "))
        else:
            blanks = ("", " " * width(container.mark))
            first.append(blanks if container.drawn else ("class:accent", container.mark))
            later.append(blanks)
    return _bounded(first, columns), _bounded(later, columns)


def _bounded(row: list[Fragment], columns: int) -> Row:
    while row and row_width(tuple(row)) > columns // 2:
        del row[0]
    return tuple(row)


def drawn(containers: Containers) -> Containers:
    """The containers, once their marks stand on the screen."""
    if all(each.drawn or each.kind == ">" for each in containers):
        return containers
    return tuple(replace(each, drawn=True) for each in containers)


def style_of(containers: Containers) -> str:
    """The style of text in there."""
    return "class:quote" if any(each.kind == ">" for each in containers) else ""


def bare(row: Row) -> Row:
    """A row that holds nothing but what stands before others: bars without the blanks at the end."""
    text = "".join(piece for _, piece in row).rstrip()
    return line(text, "class:dim")
