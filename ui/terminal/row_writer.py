"""Rows in their colours onto the terminal: the last step of a frame. Used by `ui.terminal.inline_renderer`.

It writes where the cursor stands and never moves it to another row.
"""

from __future__ import annotations

from prompt_toolkit.output import Output
from prompt_toolkit.styles import DEFAULT_ATTRS, Attrs, BaseStyle
from prompt_toolkit.utils import get_cwidth

from ui.text.rows import Row, cut, merged, plain, width


class RowWriter:
    """Writes rows to this output; what a style looks like is looked up once."""

    def __init__(self, style: BaseStyle, output: Output) -> None:
        self._style = style
        self._output = output
        self._looks: dict[str, Attrs] = {}

    def row(self, row: Row) -> None:
        """One row in its colours, and nothing of what stood there before.

        Erased first, then written: of a row that is written and then erased to its end, tmux keeps the old width, and
        wraps it by that when the window becomes narrower.
        """
        self._output.erase_end_of_line()
        self._fragments(row)

    def to_column(self, row: Row, columns: int) -> None:
        """From the start of the row to the cursor's place.

        Terminals disagree about the width of joined pictures and marks: where such a character stands before the
        place, all that stands there is written once more.
        """
        text = plain(row)
        end = cut(text, columns)
        if text.isascii() or not any(get_cwidth(character) == 0 for character in text[:end]):
            self._output.cursor_forward(columns)
            return
        self._fragments(_before(row, end))
        self._output.cursor_forward(columns - width(text[:end]))

    def _fragments(self, row: Row) -> None:
        output, depth, last = self._output, self._output.get_default_color_depth(), DEFAULT_ATTRS
        for style, text in row:
            look = self._looks.get(style)
            if look is None:
                look = self._looks[style] = self._style.get_attrs_for_style_str(style)
            if look != last:
                output.set_attributes(look, depth)
                last = look
            output.write(text)
        if last != DEFAULT_ATTRS:
            output.reset_attributes()


def _before(row: Row, characters: int) -> Row:
    """The row's first characters."""
    kept: list[tuple[str, str]] = []
    for style, text in row:
        kept.append((style, text[:characters]))
        characters -= len(kept[-1][1])
    return merged(kept)
