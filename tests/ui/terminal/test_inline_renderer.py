"""Frames: finished rows once into the scrollback, the live region below, and only what has changed."""

from __future__ import annotations

import pytest
from prompt_toolkit.data_structures import Point, Size
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.styles import Style

from tests.ui.chat_stage import EmulatedOutput
from ui.terminal.inline_renderer import FrameRows, InlineRenderer, InputLine
from ui.terminal.terminal_io import FrameOutput
from ui.text.rows import Row, line


class Scene:
    """Rows to draw."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.finished: list[Row] = []
        self.live: FrameRows = ()
        self.frames = 0

    def take(self, columns: int) -> list[Row]:
        assert columns == self.columns
        taken, self.finished = self.finished, []
        return taken

    def above(self, rows: int) -> FrameRows:
        return self.live[-rows:] if rows else ()

    def below(self) -> FrameRows:
        return (line("status"),)

    def drew(self) -> None:
        self.frames += 1


class Drawing:
    """A renderer on an emulated terminal."""

    def __init__(self, rows: int = 10, columns: int = 30, *, reflows: bool = False) -> None:
        self.terminal_output = EmulatedOutput(rows, columns)
        self.scene = Scene(columns)
        output = FrameOutput(self.terminal_output, ColorDepth.DEPTH_4_BIT)
        self.renderer = InlineRenderer(Style([]), output, self.scene, reflows=reflows)
        self.renderer.entered = InputLine((line("> draft"),), Point(7, 0))

    def frame(self, *finished: str, live: tuple[str, ...] = ()) -> None:
        self.scene.finished = [line(text) for text in finished]
        self.scene.live = tuple(line(text) for text in live)
        self.renderer.repaint()

    def shown(self) -> list[str]:
        return self.terminal_output.everything().rstrip("\n").split("\n")


def test_finished_rows_stand_above_the_region_and_stay_in_the_scrollback() -> None:
    """Pain 1."""
    drawing = Drawing()
    for number in range(100):
        drawing.frame(f"row {number}", live=("live",) * (number % 4))
    assert drawing.shown() == [*(f"row {number}" for number in range(100)), "live", "live", "live", "> draft", "status"]


def test_a_frame_without_a_change_writes_nothing() -> None:
    """S0-3."""
    drawing = Drawing()
    drawing.frame("once", live=("a",))
    before = len(drawing.terminal_output.writes)
    drawing.frame(live=("a",))
    assert len(drawing.terminal_output.writes) == before


def test_a_frame_is_one_write_and_only_changed_rows_are_in_it() -> None:
    drawing = Drawing()
    drawing.frame(live=("same", "old"))
    before = len(drawing.terminal_output.writes)
    drawing.frame(live=("same", "new"))
    assert len(drawing.terminal_output.writes) == before + 1
    assert b"new" in drawing.terminal_output.writes[-1]
    assert b"same" not in drawing.terminal_output.writes[-1]


def test_the_display_is_never_erased_and_the_cursor_never_asked_for() -> None:
    """Pain 1: no flicker."""
    drawing = Drawing()
    for number in range(20):
        drawing.frame(f"row {number}", live=("live",) * (number % 3))
    whole = b"".join(drawing.terminal_output.writes)
    assert b"\x1b[J" not in whole
    assert b"\x1b[2J" not in whole
    assert b"\x1b[6n" not in whole


def test_a_region_that_shrinks_leaves_no_ghosts() -> None:
    """Pain 2."""
    drawing = Drawing()
    drawing.frame(live=("one", "two", "three"))
    drawing.frame(live=())
    assert drawing.shown() == ["> draft", "status"]


def test_the_cursor_stands_in_the_input_line() -> None:
    drawing = Drawing()
    drawing.frame("row", live=("live",))
    drawing.terminal_output.shown()
    cursor = drawing.terminal_output.screen.cursor
    assert (cursor.y, cursor.x, cursor.hidden) == (2, 7, False)


def test_long_finished_rows_are_wrapped_by_the_terminal_and_leave_nothing_behind() -> None:
    drawing = Drawing(columns=10)
    drawing.frame(live=("xxxxxxxxxx",) * 4)
    drawing.frame("0123456789abc", live=())
    assert drawing.shown() == ["0123456789", "abc", "> draft", "status"]


def test_wide_characters_keep_their_place() -> None:
    drawing = Drawing(columns=10)
    drawing.frame("日本語", live=("語語語語語",))
    drawing.frame(live=("x",))
    assert drawing.shown()[1:] == ["x", "> draft", "status"]


def test_while_the_size_is_not_settled_nothing_is_drawn() -> None:
    drawing = Drawing()
    drawing.frame(live=("a",))
    before = len(drawing.terminal_output.writes)
    drawing.terminal_output.resize(10, 20)
    drawing.frame(live=("b",))
    assert len(drawing.terminal_output.writes) == before
    drawing.scene.columns = 20
    drawing.renderer.resized()
    drawing.frame(live=("b",))
    assert drawing.shown() == ["b", "> draft", "status"]


@pytest.mark.parametrize("rows", [7, 6, 5, 4, 3])
def test_on_a_screen_that_became_too_low_for_the_region_it_is_drawn_anew_before_the_signal_comes(rows: int) -> None:
    drawing = Drawing(rows=10)
    drawing.frame("said", live=("a", "b", "c", "d", "e", "f"))
    drawing.terminal_output.resize(rows, 30)
    drawing.frame(live=("a", "b", "c", "d", "e", "f"))
    seen = drawing.terminal_output.shown().split("\n")
    assert seen == [*"abcdef"[8 - rows :], "> draft", "status"]


def test_on_a_terminal_that_wraps_anew_the_old_region_is_found() -> None:
    """Pain 2: a row of 25 columns is three rows of 10; the cursor is moved up over all of them."""
    drawing = Drawing(reflows=True)
    drawing.frame(live=("x" * 25,))
    drawing.terminal_output.resize(10, 10)
    drawing.scene.columns = 10
    drawing.renderer.resized()
    drawing.frame(live=("y",))
    assert b"\r\x1b[3A\x1b[K" in drawing.terminal_output.writes[-1]


def test_the_erase_after_a_resize_never_begins_in_the_corner() -> None:
    """Pain 2: tmux keeps a copy of what is erased from there on."""
    drawing = Drawing(reflows=True)
    drawing.frame(live=("x" * 25,) * 4)
    drawing.terminal_output.resize(10, 10)
    drawing.scene.columns = 10
    drawing.renderer.resized()
    drawing.frame(live=("y",))
    assert b"\x1b[K\x1b[C\x1b[J\r" in drawing.terminal_output.writes[-1]


def test_between_a_resize_and_its_end_nothing_is_drawn() -> None:
    drawing = Drawing()
    drawing.frame(live=("a",))
    drawing.renderer.resizing()
    drawing.frame(live=("b",))
    assert "b" not in drawing.shown()
    drawing.renderer.resized()
    drawing.frame(live=("b",))
    assert drawing.shown() == ["b", "> draft", "status"]


def test_rows_over_the_top_are_taken_away_when_they_come_back_unless_something_was_written_below_them() -> None:
    for finished, up in (((), b"\r\x1b[5A\x1b[K"), (("said",), b"\r\x1b[A\x1b[K")):
        drawing = Drawing(reflows=True)
        drawing.frame(live=("x" * 30,) * 5)
        for rows, columns in ((6, 10), (10, 30)):
            drawing.terminal_output.resize(rows, columns)
            drawing.scene.columns = columns
            drawing.renderer.resized()
            drawing.frame(*(finished if columns == 10 else ()), live=("y",))
        assert up in drawing.terminal_output.writes[-1]


def test_a_door_that_is_clogged_or_gone_or_lent_gets_no_frame() -> None:
    """S0-10, S0-15."""
    drawing = Drawing()
    for name in ("clogged", "gone"):
        setattr(drawing.terminal_output, name, True)
        drawing.frame(live=("never",))
        setattr(drawing.terminal_output, name, False)
    drawing.renderer.suspended = True
    drawing.frame(live=("never",))
    assert "never" not in "\n".join(drawing.shown())
    assert drawing.scene.frames == 0


def test_after_an_erase_the_region_is_gone_and_the_rest_stays() -> None:
    drawing = Drawing()
    drawing.frame("kept", live=("live",))
    drawing.renderer.erase()
    assert drawing.shown() == ["kept"]


def test_starting_over_keeps_what_was_shown_in_the_scrollback() -> None:
    drawing = Drawing(rows=5)
    drawing.frame("kept", live=("live",))
    drawing.renderer.start_over()
    drawing.frame(live=("live",))
    assert drawing.terminal_output.shown().split("\n")[:3] == ["live", "> draft", "status"]
    assert "kept" in drawing.shown()


def test_a_row_is_erased_before_it_is_written_and_never_behind_what_was() -> None:
    """Issue 7, C5: of a row that is erased to its end, tmux keeps the old width and wraps it by that."""
    drawing = Drawing()
    drawing.frame(live=("a long row of text",))
    drawing.frame(live=("short",))
    assert b"\x1b[Kshort\r\n" in drawing.terminal_output.writes[-1]


def test_the_input_line_of_another_width_is_not_drawn() -> None:
    drawing = Drawing()
    drawing.renderer.entered = InputLine((line("> draft"),), Point(7, 0), 20)
    drawing.frame()
    assert drawing.scene.frames == 0


def test_the_cursor_stands_behind_joined_pictures_whatever_their_width() -> None:
    drawing = Drawing()
    drawing.renderer.entered = InputLine((line("> 👩\u200d👧x"),), Point(6, 0))
    drawing.frame()
    assert "\r> 👩\u200d👧".encode() in drawing.terminal_output.writes[-1].rpartition(b"\x1b[A")[2]


class Shrinking(EmulatedOutput):
    """A terminal whose size changes while a frame is composed."""

    def __init__(self) -> None:
        super().__init__(10, 30)
        self.sizes: list[int] = []

    def size(self) -> Size:
        return Size(rows=10, columns=self.sizes.pop(0) if self.sizes else 30)


def test_a_frame_for_a_size_that_is_gone_is_not_written_and_loses_no_row() -> None:
    """Issue 7, C5: a resize in the very moment in which a frame is composed."""
    drawing = Drawing()
    terminal_output = Shrinking()
    output = FrameOutput(terminal_output, ColorDepth.DEPTH_4_BIT)
    drawing.renderer = InlineRenderer(Style([]), output, drawing.scene, reflows=True)
    drawing.renderer.entered = InputLine((line("> draft"),), Point(7, 0))
    before = len(terminal_output.writes)
    terminal_output.sizes = [30, 20]
    drawing.frame("said")
    assert len(terminal_output.writes) == before
    drawing.frame("more")
    assert [row for row in terminal_output.everything().split("\n") if row][:2] == ["said", "more"]
