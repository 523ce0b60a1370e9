"""The terminal's two ends, on a real pty."""

from __future__ import annotations

import asyncio
import os
import pty
import select
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from prompt_toolkit.output import ColorDepth

from ui.terminal.terminal_io import FrameOutput, KeyReader, TtyOutput, encoded, keys_wait


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    master, slave = pty.openpty()
    yield master, slave
    for descriptor in (master, slave):
        with suppress(OSError):
            os.close(descriptor)


def read_all(master: int, count: int) -> bytes:
    data, until = b"", time.monotonic() + 20
    while len(data) < count and time.monotonic() < until:
        if select.select([master], [], [], 1.0)[0]:
            data += os.read(master, 65_536)
    return data


def test_a_frame_is_one_write(terminal: tuple[int, int]) -> None:
    master, slave = terminal
    output = FrameOutput(TtyOutput(slave), ColorDepth.DEPTH_1_BIT)
    output.write("a\x1bb")
    output.write_raw("\x1b[K")
    output.flush()
    assert read_all(master, 8) == "a␛b\x1b[K".encode()


def test_our_end_alone_is_non_blocking(terminal: tuple[int, int]) -> None:
    _, slave = terminal
    TtyOutput(slave).write(b"x")
    assert os.get_blocking(slave)


def test_a_terminal_that_takes_nothing_does_not_hold_the_loop(terminal: tuple[int, int]) -> None:
    """S0-4, S0-15: writing 4 MB to a terminal that nobody reads comes back at once, and all of it arrives later."""
    master, slave = terminal
    size = 4_000_000

    async def play() -> int:
        terminal_output, cleared = TtyOutput(slave), asyncio.Event()
        terminal_output.attach(asyncio.get_running_loop(), cleared.set)
        terminal_output.write(b"x" * size)
        clogged = [terminal_output.clogged]
        reading = asyncio.get_running_loop().run_in_executor(None, read_all, master, size)
        await asyncio.wait_for(cleared.wait(), 60)
        assert [*clogged, terminal_output.clogged] == [True, False]
        terminal_output.close()
        return len(await reading)

    assert asyncio.run(play()) == size


def test_a_terminal_that_is_gone_is_noticed_and_never_raised(terminal: tuple[int, int]) -> None:
    """Pain 4."""
    master, slave = terminal

    async def play() -> bool:
        terminal_output, noticed = TtyOutput(slave), asyncio.Event()
        terminal_output.attach(asyncio.get_running_loop(), noticed.set)
        os.close(master)
        terminal_output.write(b"x")
        await asyncio.wait_for(noticed.wait(), 20)
        terminal_output.write(b"more")
        terminal_output.close()
        return terminal_output.gone

    assert asyncio.run(play())


def test_keys_of_a_hung_up_terminal_count_as_closed(terminal: tuple[int, int]) -> None:
    """A closed terminal is not read for ever."""
    master, slave = terminal
    reader = KeyReader(slave)
    os.write(master, b"a\n")
    assert keys_wait(slave)
    assert reader.read() == "a\n"
    assert not reader.closed
    os.close(master)
    assert reader.read() == ""
    assert reader.closed


def test_a_size_is_always_known() -> None:
    read, write = os.pipe()
    try:
        assert TtyOutput(write).size() == (24, 80)
    finally:
        os.close(read)
        os.close(write)


def test_what_an_encoding_lacks_keeps_its_columns() -> None:
    """Issue 7, C6: an ASCII locale in a folder with a Chinese name."""
    assert encoded("a 日本 é", "ascii") == b"a ???? ?"
    assert encoded("é 日", "latin-1") == b"\xe9 ??"
    assert encoded("日", "utf-8") == "日".encode()
