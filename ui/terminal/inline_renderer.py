"""The way to the terminal: finished rows into its own scrollback, once, and the live region repainted below them.

A frame is one write: up to the top of the live region, the finished rows, then the region again, row by row and only
where a row has changed. Rows begin with erase-to-end-of-line, the display is never erased but after a resize. The
terminal is never asked for its cursor: this module alone writes while the chat runs, so it knows.

It takes the place of prompt-toolkit's renderer: `ui.chat.front_end` puts it into the application, prompt-toolkit calls
`render` for keys, `ui.chat.front_end` calls `repaint` for everything else.
"""

from __future__ import annotations

from typing import Any, Protocol, TypeAlias

from msgspec import Struct
from prompt_toolkit.application import Application
from prompt_toolkit.data_structures import Point, Size
from prompt_toolkit.layout.layout import Layout
from prompt_toolkit.layout.mouse_handlers import MouseHandlers
from prompt_toolkit.layout.screen import Screen, WritePosition
from prompt_toolkit.output import Output
from prompt_toolkit.renderer import Renderer
from prompt_toolkit.styles import BaseStyle

from ui.terminal.reflow import Region, found
from ui.terminal.row_writer import RowWriter
from ui.terminal.terminal_io import FrameOutput
from ui.text.rows import EMPTY, Row, height, merged

SYNC_BEGIN, SYNC_END = "\x1b[?2026h", "\x1b[?2026l"
"""Synchronized output: a terminal that knows it shows the frame whole; the others ignore it."""

FrameRows: TypeAlias = tuple[Row, ...]


class FrameSource(Protocol):
    """What the frames are made of."""

    @property
    def columns(self) -> int:
        """The width that the rows are made for; while the terminal has another one, nothing is drawn."""
        ...

    def take(self, columns: int) -> list[Row]:
        """Rows for the scrollback, as many as fit into a frame."""
        ...

    def above(self, rows: int) -> FrameRows:
        """The live rows above the input line, at most so many."""
        ...

    def below(self) -> FrameRows:
        """The live rows below the input line."""
        ...

    def drew(self) -> None:
        """The terminal shows all of this now."""
        ...


class InputLine(Struct, frozen=True):
    """The input line as prompt-toolkit laid it out. In another width than `columns` it is not drawn; 0: in any."""

    rows: FrameRows
    cursor: Point
    columns: int = 0


class InlineRenderer(Renderer):
    """prompt-toolkit's renderer for a program that lives inside the scrollback.

    `reflows` says whether the terminal wraps old rows anew when it becomes narrower.
    """

    def __init__(self, style: BaseStyle, output: FrameOutput, scene: FrameSource, *, reflows: bool) -> None:
        self._drawn = Region()
        self.entered: InputLine | None = None
        """The input line as it was laid out last."""
        self._columns = 0
        self._moved = self._moving = False
        self._unwritten: list[Row] = []
        """Finished rows of a frame that was discarded."""
        self._reflows = reflows
        self._scene = scene
        self._frames = output
        self._writer = RowWriter(style, output)
        self.suspended = False
        """Another program has the terminal; nothing is drawn."""
        super().__init__(style, output)

    # ── What prompt-toolkit calls ─────────────────────────────────────────────────────────────────────────────────

    def render(self, app: Application[Any], layout: Layout, is_done: bool = False) -> None:  # noqa: FBT001, FBT002
        """Lay the input line out anew and draw a frame."""
        del app  # prompt-toolkit's own renderer needs it, this one does not
        if is_done:
            self.erase()
            return
        if not self._bracketed_paste_enabled:
            self.output.enable_bracketed_paste()
            self._bracketed_paste_enabled = True
        size = self.output.get_size()
        self.entered = self._laid_out(layout, size)
        self.repaint()

    def erase(self, leave_alternate_screen: bool = True) -> None:  # noqa: FBT001, FBT002
        """Take the live region away; the cursor stands where it began."""
        self._to_top()
        self._erase_rows(len(self._drawn.rows))
        self._drawn = Region()
        self.output.show_cursor()
        self.reset(leave_alternate_screen=leave_alternate_screen)

    def request_absolute_cursor_position(self) -> None:
        """Never."""

    def _laid_out(self, layout: Layout, size: Size) -> InputLine:
        screen = Screen()
        wanted = layout.container.preferred_height(size.columns, size.rows).preferred
        rows = max(1, min(wanted, size.rows - 1))
        position = WritePosition(xpos=0, ypos=0, width=size.columns, height=rows)
        layout.container.write_to_screen(
            screen, MouseHandlers(), position, parent_style="", erase_bg=False, z_index=None
        )
        screen.draw_all_floats()
        layout.visible_windows = screen.visible_windows
        self._last_screen, self._last_size = screen, size
        cursor = screen.get_cursor_position(layout.current_window)
        return InputLine(tuple(_cells(screen, y, size.columns) for y in range(rows)), cursor, size.columns)

    # ── Frames ────────────────────────────────────────────────────────────────────────────────────────────────────

    def repaint(self) -> None:
        """Draw a frame with the input line as it was laid out last; nothing is written where nothing has changed."""
        entered, terminal_output = self.entered, self._frames.terminal_output
        if entered is None or self.suspended or self._moving or terminal_output.gone or terminal_output.clogged:
            return
        size = self.output.get_size()
        if size.columns != self._scene.columns or entered.columns not in (0, size.columns):
            return
        known = self._drawn, self._columns
        if self._moved or size.columns != self._columns or size.rows < len(self._drawn.rows):
            self._resized(size)
        below = self._scene.below()
        room = max(size.rows - len(entered.rows) - len(below), 0)
        above = self._scene.above(room)
        rows = (*above, *entered.rows, *below)[: size.rows]
        cursor = Point(x=entered.cursor.x, y=len(above) + entered.cursor.y)
        finished = [*self._unwritten, *self._scene.take(size.columns)]
        self._unwritten = []
        if finished or rows != self._drawn.rows or cursor != self._drawn.cursor:
            self._frame(finished, rows, cursor)
            if self.output.get_size() != size:
                self._frames.discard()
                (self._drawn, self._columns), self._unwritten, self._moved = known, finished, True
                return
            self.output.flush()
            self._drawn = Region(rows, cursor, () if finished else self._drawn.lost, size.rows)
        self._scene.drew()

    def _frame(self, finished: list[Row], rows: FrameRows, cursor: Point) -> None:
        """Compose a frame. Where the terminal has another size by the end of that, it is not written."""
        output = self.output
        output.write_raw(SYNC_BEGIN)
        output.hide_cursor()
        self._to_top()
        stale = self._commit(finished)
        output.disable_autowrap()
        known = self._drawn.rows if not finished else ()
        for number, row in enumerate(rows):
            if number:
                output.write_raw("\r\n")
            if number >= len(known) or known[number] != row:
                self._writer.row(row)
        extra = stale - len(rows)
        for _ in range(extra):
            output.write_raw("\r\n")
            output.erase_end_of_line()
        output.cursor_up(max(extra, 0) + len(rows) - 1 - cursor.y)
        output.write_raw("\r")
        self._writer.to_column(rows[cursor.y] if cursor.y < len(rows) else EMPTY, cursor.x)
        output.enable_autowrap()
        output.show_cursor()
        output.write_raw(SYNC_END)

    def _commit(self, finished: list[Row]) -> int:
        """Write the finished rows; the number of old live rows that are left below them."""
        stale = len(self._drawn.rows)
        for row in finished:
            rows = height(row, self._columns)
            if rows > 1:
                self._erase_rows(min(rows, stale))
            self._writer.row(row)
            self.output.write_raw("\r\n")
            stale = max(stale - rows, 0)
        return stale

    def _to_top(self) -> None:
        self.output.write_raw("\r")
        self.output.cursor_up(self._drawn.cursor.y)

    def _erase_rows(self, rows: int) -> None:
        """Empty this row and those below it, all of which are on the screen, and come back."""
        for number in range(rows):
            if number:
                self.output.cursor_down(1)
            self.output.erase_end_of_line()
        self.output.cursor_up(max(rows - 1, 0))

    # ── When the terminal changes ─────────────────────────────────────────────────────────────────────────────────

    def resizing(self) -> None:
        """The terminal's size changes: until it stands, nothing is drawn, since the cursor's place is unknown."""
        self._moving = True

    def resized(self) -> None:
        """The terminal had another size, even if it is the old one again: draw everything anew."""
        self._moved, self._moving = True, False

    def _resized(self, size: Size) -> None:
        """Take the old live region away, as the terminal shows it in its new size."""
        columns, self._columns, self._moved = self._columns, size.columns, False
        if not columns:
            return
        stale = found(self._drawn, size, reflows=self._reflows)
        self.output.write_raw("\r")
        self.output.cursor_up(stale.up)
        _erase_down(self.output)
        self._drawn = Region(lost=stale.lost)

    def start_over(self) -> None:
        """Draw on an empty screen; what was on it goes up into the scrollback."""
        output, size = self.output, self.output.get_size()
        self.erase()
        output.write_raw("\r\n" * (size.rows - 1))
        output.cursor_goto(1, 1)
        output.erase_down()


def _erase_down(output: Output) -> None:
    """Empty this row and all below it. In two parts: an erase that begins in the corner makes tmux keep a copy."""
    output.erase_end_of_line()
    output.cursor_forward(1)
    output.erase_down()
    output.write_raw("\r")


def _cells(screen: Screen, y: int, columns: int) -> Row:
    """A row of prompt-toolkit's screen as fragments, without the empty cells at its end."""
    cells = screen.data_buffer[y]
    last = max((x for x, cell in cells.items() if x < columns and (cell.char != " " or _seen(cell.style))), default=-1)
    return merged((cells[x].style, cells[x].char) for x in range(last + 1) if cells[x].char)


def _seen(style: str) -> bool:
    """An empty cell in this style can be seen."""
    return "reverse" in style or "selected" in style or "search" in style or "cursor" in style
