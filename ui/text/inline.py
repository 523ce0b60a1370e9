"""The marks inside a paragraph: emphasis, code, links, addresses, escapes, as styled text.

Used by `ui.text.paragraph`, `ui.text.table` and `ui.text.markdown`; pure. One pass from left to right makes pieces and
runs of marks; `ui.text.emphasis` pairs the runs, inside of a link first. The time is linear in the text, whatever is in
it. `scanned` also says up to where nothing that may still come can change the outcome.

Links are shown as `label (target)`. References (`[label][name]`) are text: what they name may come later.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from msgspec import Struct

from ui.text import escapes
from ui.text.emphasis import LONGEST_MARK, DelimiterRun, is_word, name_at, pair, run_at
from ui.text.rows import Fragment, Row, line, merged

LONGEST_TARGET: Final = 600
NESTED: Final = 2
"""Brackets around a label, as in `[[1]](target)`."""
_SPECIAL: Final = r"[\\`*_~\[\]<&(){}\n]|!(?=\[)|(?<![A-Za-z])(?:https?|ftp|file)://"
_TARGET: Final = (
    r"\(\s{0,9}(?P<target><[^<>\n]{0,500}>|(?:[^\s()<\\]|\\.|\((?:[^\s()\\]|\\.){0,300}\)){0,500})"
    r"(?P<title>\s{1,9}(?:\"[^\"]{0,200}\"|'[^']{0,200}'|\([^()]{0,200}\)))?\s{0,9}\)"
)
_SURE_TARGET: Final = r"<?(?:[A-Za-z][A-Za-z0-9+.-]*://|mailto:|#|\.{0,2}/)"
"""What makes a link also of brackets behind a word, which are otherwise an index and a call."""
_QUICK: Final = r"[\\`*_~\[<&]|://"


class Label(Struct):
    """A bracket that may begin a link. `piece` and `run`: how many of them stood before it."""

    start: int
    piece: int
    run: int
    image: bool
    dead: bool = False
    """Inside of what became a link: links do not nest."""


class InlinePiece(Struct):
    """Text in its own style, a run of marks, or the border of a link."""

    text: str = ""
    style: str = ""
    run: DelimiterRun | None = None
    push: str = ""
    pop: bool = False


class _Scan:
    """One text, scanned once."""

    def __init__(self, text: str, before: str) -> None:
        self.pieces: list[InlinePiece] = []
        self.spans: list[tuple[int, int]] = []
        """Beginning and end of what was put together."""
        self.open: list[int] = []
        """Beginnings of what may still be put together with something to come."""
        self._text, self._before = text, before
        self._runs: list[DelimiterRun] = []
        self._labels: list[Label] = []
        self._ticks: dict[int, list[int]] | None = None
        self._escapes = escapes.Escapes(text)
        self._depth = 0
        self._scan()
        self._pair(0)
        self.open += [label.start for label in self._labels if len(text) - label.start <= LONGEST_MARK]

    def _scan(self) -> None:
        special, text, place = re.compile(_SPECIAL), self._text, 0
        while found := special.search(text, place):
            start = found.start()
            if start > place:
                self._say(text[place:start])
            place = self._take(start, text[start])
        self._say(text[place:])

    def _say(self, text: str, style: str = "") -> None:
        if text:
            self.pieces.append(InlinePiece(text, style))

    def _take(self, start: int, character: str) -> int:  # noqa: PLR0911 - one row for each kind of mark
        """Take what begins here; its end."""
        match character:
            case "\\":
                return self._escape(start)
            case "`":
                return self._code(start)
            case "*" | "_" | "~":
                return self._marks(start)
            case "[" | "!":
                return self._label(start, image=character == "!")
            case "]":
                return self._link(start)
            case "<":
                return self._autolink(start)
            case "&":
                said, end = escapes.entity(self._text, start)
                self._say(said if end else "&")
                return end or start + 1
            case "(" | ")" | "{" | "}":
                self._depth += 1 if character in "({" else -1
                self._say(character)
                return start + 1
            case "\n":
                self._say("\n")
                return start + 1
            case _:
                end = escapes.address(self._text, start) or start + 1
                self._say(self._text[start:end], "class:link" if end > start + 1 else "")
                return end

    def _escape(self, start: int) -> int:
        """What follows is text in any case; the backslash goes where it was there for that."""
        if not escapes.is_escape(self._text, start):
            self._say("\\")
            return start + 1
        shown = 1 if self._escapes.goes(start) else 0
        self._say(self._text[start + shown : start + 2])
        return start + 2

    def _marks(self, start: int) -> int:
        if self._text[start] == "_" and (end := name_at(self._text, start)):
            self._say(self._text[start:end])
            return end
        run = run_at(self._text, start, self._before, self._depth)
        if run.opens or run.closes:
            self._runs.append(run)
            self.pieces.append(InlinePiece(run=run))
        else:
            self._say(run.mark * run.size)
        return start + run.size

    def _code(self, start: int) -> int:
        if self._ticks is None:
            self._ticks = {}
            for found in reversed(list(re.finditer("`+", self._text))):
                self._ticks.setdefault(found.end() - found.start(), []).append(found.start())
        size = _run_length(self._text, start)
        places = self._ticks.get(size, [])
        while places and places[-1] <= start:
            places.pop()
        if not places or places[-1] - start > LONGEST_MARK:
            if not places and len(self._text) - start <= LONGEST_MARK:
                self.open.append(start)
            self._say("`" * size)
            return start + size
        code = self._text[start + size : places[-1]].replace("\n", " ")
        if code[0] == code[-1] == " " and code.strip(" "):
            code = code[1:-1]
        self._say(code, "class:code")
        self.spans.append((start, places[-1]))
        return places[-1] + size

    def _label(self, start: int, *, image: bool) -> int:
        """Of many brackets in a row the last two may begin something: links do not nest."""
        size = 1 if image else _run_length(self._text, start)
        if size > NESTED:
            self._say("[" * (size - NESTED))
            self._depth += size - NESTED
            return start + size - NESTED
        self._labels.append(Label(start, len(self.pieces), len(self._runs), image))
        self._say("![" if image else "[")
        self._depth += 1
        return start + 1 + image

    def _link(self, start: int) -> int:
        self._depth -= 1
        label = self._labels.pop() if self._labels else None
        found = None
        if label is not None and not label.dead and start - label.start <= LONGEST_MARK:
            found = self._target(label, start + 1)
        if label is None or found is None:
            self._say("]")
            return start + 1
        self._pair(label.run)
        self._border(label, found, self._text[label.start + 1 + label.image : start])
        self.spans.append((label.start, found.end() - 1))
        return found.end()

    def _target(self, label: Label, place: int) -> re.Match[str] | None:
        if self._text[place : place + 1] != "(":
            return None
        found = re.compile(_TARGET).match(self._text, place)
        if found is None or found.end() - place > LONGEST_TARGET:
            if len(self._text) - place <= LONGEST_TARGET:
                self.open.append(label.start)
            return None
        previous = self._text[label.start - 1] if label.start else self._before
        indexed = previous.isascii() and (is_word(previous) or previous in (")", "]"))
        return None if indexed and not re.match(_SURE_TARGET, found["target"]) else found

    def _border(self, label: Label, found: re.Match[str], shown: str) -> None:
        """The brackets go; the target stands behind the label, dim, unless it is the label."""
        target = found["target"]
        target = (target[1:-1] if target.startswith("<") else target) + (found["title"] or "")
        self.pieces[label.piece] = InlinePiece(push="class:link")
        self.pieces.append(InlinePiece(pop=True))
        if target and target != shown:
            self._say(f" ({target})" if shown else f"({target})", "class:dim")
        if not label.image:
            for outer in self._labels:
                outer.dead = outer.dead or not outer.image

    def _autolink(self, start: int) -> int:
        previous = self._text[start - 1] if start else self._before
        target, end = escapes.autolink(self._text, start, previous)
        self._say(target if end else "<", "class:link" if end else "")
        return end or start + 1

    def _pair(self, first: int) -> None:
        runs = self._runs[first:]
        del self._runs[first:]
        left = pair(runs)
        self.spans += [(run.first, run.start) for run in runs if run.first >= 0]
        if not first:
            self.open += [run.start for run in left if len(self._text) - run.start <= LONGEST_MARK]


def _run_length(text: str, start: int) -> int:
    end = start
    while end < len(text) and text[end] == text[start]:
        end += 1
    return end - start


class Scanned(Struct, frozen=True):
    """A text that was looked at."""

    text: str
    scan: _Scan | None = None

    @property
    def settled(self) -> int:
        """How much of the text looks as it will for good, whatever follows."""
        return min([len(self.text), *self.scan.open]) if self.scan is not None else len(self.text)

    def border(self, end: int, place: Callable[[str, int], int]) -> int:
        """The last place up to `end` where the text can be cut, within no mark; `place` gives such places of a text."""
        end = place(self.text, end)
        for first, last in sorted(self.scan.spans, reverse=True) if self.scan is not None else ():
            if first < end <= last:
                end = place(self.text, first)
        return end

    def row(self, style: str) -> Row:
        """All of the text with its marks as styles on top of `style`; a line break stays one, inside of a fragment."""
        return line(self.text, style) if self.scan is None else _row(self.scan, style)


def scanned(text: str, before: str = "") -> Scanned:
    """Look at a text; `before` is the character before it in the paragraph."""
    return Scanned(text, _Scan(text, before)) if re.search(_QUICK, text) else Scanned(text)


def inline(text: str, style: str = "", before: str = "") -> Row:
    """The text with its marks as styles on top of `style`."""
    return scanned(text, before).row(style)


def _row(scan: _Scan, style: str) -> Row:
    row, looks = list[Fragment](), [style]
    for piece in scan.pieces:
        if piece.run is not None:
            _run_out(piece.run, looks, row)
        elif piece.push:
            looks.append(f"{looks[-1]} {piece.push}")
        elif piece.pop:
            looks.pop()
        else:
            row.append((f"{looks[-1]} {piece.style}" if piece.style else looks[-1], piece.text))
    return merged(row)


def _run_out(run: DelimiterRun, looks: list[str], row: list[Fragment]) -> None:
    """What a run ends, what is left of it as text, what it begins."""
    if run.shut:
        del looks[-run.shut :]
    if run.left or run.kept:
        row.append((looks[-1], run.mark * (run.left + run.kept)))
    for style in reversed(run.opened):
        looks.append(f"{looks[-1]} {style}")
