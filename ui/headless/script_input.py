"""What a script wants done: one prompt from the command line or stdin, or prompts as JSON lines, one after the other.

A JSON line is `{"type": "user", "message": {"role": "user", "content": TEXT or [{"type": "text", "text": TEXT}]}}`.
stdin is read on a thread of its own, with `os.read`: a thread that waits in a buffered reader would spoil the exit.
Used by `ui.headless.front_end`; decides nothing.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from actors.runtime.message import Command
from actors.runtime.thread_start import start_thread
from config.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STDIN = 0
PIECE = 65_536
LONGEST = 16_777_216
"""Bytes of one prompt."""
AHEAD = 8
"""Lines that are read before they are needed."""


class TakePrompt(Command, frozen=True):
    """Do this next, when everything before it is done."""

    text: str


class EndInput(Command, frozen=True):
    """Nothing more will come. `problem`: because it cannot be understood; what came before is still done."""

    problem: str = ""


Instruction: TypeAlias = TakePrompt | EndInput


class InputText(msgspec.Struct, tag="text", tag_field="type"):
    """A piece of text in a message."""

    text: str


class Content(msgspec.Struct):
    """The message itself."""

    content: str | list[InputText]
    role: Literal["user"] = "user"


class UserLine(msgspec.Struct, tag="user", tag_field="type"):
    """A line of the input."""

    message: Content


def read_prompt(descriptor: int = STDIN) -> str:
    """The whole of stdin as one prompt; characters that are not UTF-8 are replaced.

    Raises:
        ConfigError: it is empty, or longer than any prompt.
    """
    pieces: list[bytes] = []
    size = 0
    while piece := os.read(descriptor, PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > LONGEST:
            raise ConfigError(f"stdin: the prompt is longer than {LONGEST} bytes; write it to a file and name the file")
    text = b"".join(pieces).decode("utf-8-sig", "replace")
    if not text.strip():
        raise ConfigError('the prompt is empty: write it behind -p, or send it: echo "..." | callboard -p')
    return text


def parse_line(line: bytes, number: int) -> Instruction:
    """What a line asks for."""
    try:
        content = msgspec.json.decode(line, type=UserLine).message.content
    except (msgspec.MsgspecError, UnicodeDecodeError) as problem:
        return EndInput(f"stdin, line {number}: {problem}; write one JSON object a line, see docs/headless.md")
    text = content if isinstance(content, str) else "\n".join(block.text for block in content)
    return TakePrompt(text) if text.strip() else EndInput(f"stdin, line {number}: the prompt is empty")


class LineReader:
    """Reads instructions from a descriptor on its own thread, a few ahead of who does them."""

    def __init__(self, take: Callable[[Instruction], object], descriptor: int = STDIN) -> None:
        self._take = take
        self._descriptor = descriptor
        self._ahead = threading.Semaphore(AHEAD)

    def start(self) -> None:
        """Begin to read.

        Raises:
            ThreadStartError: the system gives it no thread.
        """
        start_thread(self._run, "script")

    def done(self) -> None:
        """One of the instructions was carried out; another may be read."""
        self._ahead.release()

    def _run(self) -> None:
        for number, line in enumerate(self._lines(), start=1):
            if not line.strip():
                continue
            self._ahead.acquire()
            instruction = parse_line(line, number)
            self._take(instruction)
            if isinstance(instruction, EndInput):
                return
        self._take(EndInput())

    def _lines(self) -> Iterator[bytes]:
        rest: list[bytes] = []
        size = 0
        while size <= LONGEST:
            try:
                piece = os.read(self._descriptor, PIECE)
            except OSError:
                piece = b""
            if not piece:
                yield b"".join(rest)
                return
            *whole, last = piece.split(b"\n")
            for line in whole:
                yield b"".join((*rest, line))
                rest, size = [], 0
            rest.append(last)
            size += len(last)
        yield b"".join(rest)[:PIECE]
