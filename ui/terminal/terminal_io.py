"""The terminal's two ends: bytes out without ever blocking, keys in until it is gone.

`ui.chat.front_end` opens them, `ui.terminal.inline_renderer` writes frames through `FrameOutput`. A terminal that takes
nothing more (a slow line, a suspended `ssh`) makes frames wait, never the loop: writing goes through a description of
our own, so that no other process's standard output becomes non-blocking with it.
"""

from __future__ import annotations

import codecs
import fcntl
import os
import select
import sys
import termios
from asyncio import AbstractEventLoop
from collections.abc import Callable
from io import StringIO
from typing import Protocol, TextIO

from prompt_toolkit.data_structures import Size
from prompt_toolkit.input.posix_utils import PosixStdinReader
from prompt_toolkit.input.vt100 import Vt100Input
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.utils import get_cwidth

from tools.text.screen_text import visible

CLOSING_LIMIT = 1.0
"""Seconds that the last frame may take to get out."""
FALLBACK = Size(rows=24, columns=80)


class TerminalOutput(Protocol):
    """Where frames go."""

    gone: bool
    """The terminal is gone."""
    clogged: bool
    """A frame is still on its way; the next one waits."""

    def size(self) -> Size:
        """Rows and columns."""
        ...

    def attach(self, loop: AbstractEventLoop, cleared: Callable[[], object]) -> None:
        """What did not fit is written when there is room; `cleared` is called then, and when the terminal is gone."""
        ...

    def write(self, data: bytes) -> None:
        """Take the data; never blocks, never raises."""
        ...

    def close(self) -> None:
        """Give what is left a moment to get out, and let go."""
        ...


class TtyOutput:
    """A real terminal, by its file descriptor."""

    def __init__(self, descriptor: int) -> None:
        self.gone = False
        self.clogged = False
        self._tty = descriptor
        self._own = _reopened(descriptor)
        self._pending = b""
        self._loop: AbstractEventLoop | None = None
        self._cleared: Callable[[], object] = lambda: None

    def attach(self, loop: AbstractEventLoop, cleared: Callable[[], object]) -> None:
        """Implement `TerminalOutput`."""
        self._loop, self._cleared = loop, cleared

    def size(self) -> Size:
        """Implement `TerminalOutput`."""
        try:
            columns, rows = os.get_terminal_size(self._tty)
        except OSError:
            return FALLBACK
        return Size(rows=rows or FALLBACK.rows, columns=columns or FALLBACK.columns)

    def write(self, data: bytes) -> None:
        """Implement `TerminalOutput`."""
        self._pending += data
        if not self.clogged:
            self._push()

    def _push(self) -> None:
        try:
            while self._pending:
                self._pending = self._pending[os.write(self._own, self._pending) :]
        except BlockingIOError:
            self._wait()
        except OSError:
            self._lose()
        else:
            self._resume()

    def _wait(self) -> None:
        if not self.clogged and self._loop is not None:
            self._loop.add_writer(self._own, self._push)
        self.clogged = True

    def _lose(self) -> None:
        self.gone, self._pending = True, b""
        self._resume(always=True)

    def _resume(self, *, always: bool = False) -> None:
        if self.clogged and self._loop is not None:
            self._loop.remove_writer(self._own)
        if self.clogged or always:
            self.clogged = False
            self._cleared()

    def close(self) -> None:
        """Implement `TerminalOutput`."""
        if self.clogged and self._loop is not None:
            self._loop.remove_writer(self._own)
        poll = select.poll()
        poll.register(self._own, select.POLLOUT)
        while self._pending and not self.gone and poll.poll(CLOSING_LIMIT * 1000):
            try:
                self._pending = self._pending[os.write(self._own, self._pending) :]
            except BlockingIOError:
                continue
            except OSError:
                break
        if self._own != self._tty:
            os.close(self._own)


def _reopened(descriptor: int) -> int:
    """The same terminal, non-blocking for us alone; the descriptor itself where it cannot be opened again."""
    try:
        return os.open(os.ttyname(descriptor), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return descriptor


class FrameOutput(Vt100_Output):
    """prompt-toolkit's output, one write a flush, through a `TerminalOutput`. It never asks the terminal anything.

    It is the last thing before the terminal: of what a row holds, only text gets through.
    """

    def __init__(self, terminal_output: TerminalOutput, depth: ColorDepth, encoding: str = "utf-8") -> None:
        super().__init__(StringIO(), terminal_output.size, default_color_depth=depth, enable_cpr=False)
        self.terminal_output = terminal_output
        self._encoding = encoding

    def write(self, data: str) -> None:
        """Text of a row."""
        super().write(visible(data))

    def flush(self) -> None:
        """One write."""
        if self._buffer:
            data = "".join(self._buffer)
            self._buffer = []
            self.terminal_output.write(encoded(data, self._encoding))

    def discard(self) -> None:
        """Forget what was not flushed."""
        self._buffer = []

    def fileno(self) -> int:
        """There is none: the `TerminalOutput` has the descriptor."""
        raise OSError("frames go through the terminal output")

    def encoding(self) -> str:
        """Implement prompt-toolkit's `Vt100_Output`."""
        return self._encoding


def encoded(text: str, encoding: str) -> bytes:
    """The text for a terminal; what the encoding lacks becomes question marks, as many as it would take columns."""
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return b"".join(each.encode(encoding, "ignore") or b"?" * get_cwidth(each) for each in text)


class KeyReader(PosixStdinReader):
    """Reads keys; a terminal that was hung up counts as closed instead of being read for ever."""

    typed_ahead = 0
    """Bytes that were typed before the keys were ours: the terminal has made a newline of each Enter."""

    def look_ahead(self) -> None:
        """The keys are ours from now on; what waits already was typed before."""
        waiting = bytearray(4)
        try:
            fcntl.ioctl(self.stdin_fd, termios.FIONREAD, waiting)
        except OSError:
            return
        self.typed_ahead = int.from_bytes(waiting, sys.byteorder)

    def read(self, count: int = 1024) -> str:
        """Some keys; sets `closed` when there will be no more."""
        try:
            data = b"" if self.closed else os.read(self.stdin_fd, count)
        except (BlockingIOError, InterruptedError):
            return ""
        except OSError:
            data = b""
        if not data:
            self.closed = True
        early, self.typed_ahead = self.typed_ahead, max(self.typed_ahead - len(data), 0)
        data = data[:early].replace(b"\n", b"\r") + data[early:]
        return self._stdin_decoder.decode(data)


class KeyInput(Vt100Input):
    """The keyboard of a terminal."""

    def __init__(self, stdin: TextIO) -> None:
        super().__init__(stdin)
        self.stdin_reader: KeyReader = KeyReader(stdin.fileno(), encoding=_of_keys(stdin.encoding))


def _of_keys(encoding: str) -> str:
    """How keys are encoded. An ASCII locale says nothing of a terminal that sends more: that is UTF-8 by now."""
    return "utf-8" if codecs.lookup(encoding).name == "ascii" else encoding


def keys_wait(descriptor: int) -> bool:
    """Something was typed that has not been read."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))
