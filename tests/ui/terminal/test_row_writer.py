"""Rows onto a terminal."""

from __future__ import annotations

import pytest
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.styles import Style

from tests.ui.chat_stage import EmulatedOutput
from ui.terminal.row_writer import RowWriter
from ui.terminal.terminal_io import FrameOutput
from ui.text.rows import Row, line


def written(row: Row, columns: int | None = None) -> bytes:
    terminal_output = EmulatedOutput()
    output = FrameOutput(terminal_output, ColorDepth.DEPTH_4_BIT)
    writer = RowWriter(Style([("bad", "ansired")]), output)
    if columns is None:
        writer.row(row)
    else:
        writer.to_column(row, columns)
    output.flush()
    return b"".join(terminal_output.writes)


def test_a_row_is_erased_and_then_written_in_its_colours() -> None:
    assert written(line("x")) == b"\x1b[Kx"
    assert written((("class:bad", "x"), ("", "y"))) == b"\x1b[K\x1b[0;31mx\x1b[0my"


@pytest.mark.parametrize(("text", "columns", "expected"), [("abc", 2, "\x1b[2C"), ("日本", 2, "\x1b[2C")])
def test_the_cursor_is_moved_where_every_terminal_counts_alike(text: str, columns: int, expected: str) -> None:
    assert written(line(text), columns) == expected.encode()


def test_what_terminals_count_differently_is_written_once_more() -> None:
    assert written(line("a👩\u200d👧bc"), 6) == "a👩\u200d👧b".encode()
    assert written(line("e\u0301x"), 1) == "e\u0301".encode()
