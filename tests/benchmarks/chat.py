"""The whole program for people, in a terminal: what a person waits for, in frames of 1/60 s.

S1-18: from the model's first byte to the screen. S1-19 and S0-8: how long a key takes to show while an answer streams
at 2,000 tokens a second. S0-3 and S0-6: nothing drawn and nobody woken when nothing happens.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.benchmarks.model_server import Plan
from tests.benchmarks.processes import wake_ups
from tests.benchmarks.run import ROOT
from tests.benchmarks.screen import Screen
from tests.benchmarks.served import ModelServer, workspace
from tests.benchmarks.table import Row, most

FRAME = 1 / 60
PROMPT = "\u203a".encode()
KEYS = "αβγδεζηθικλμνξοπρσυφχψω"
"""Characters that nothing else on the screen has, so that each is seen once."""
PACE = 2_000.0
TOKENS = 12_000
THINKS = 0.2
"""Seconds before the first byte, as a quick model needs them."""
QUIET = 0.3
IDLE = 3.0
TURNS = 7
FIRST = "zeroth "


def started_chat(server: ModelServer, folder: Path) -> Screen:
    """A chat that has just drawn its prompt."""
    command = (sys.executable, str(ROOT / "callboard.py"), "--yolo")
    screen = Screen(command, folder / "workspace", server.environment(folder / "home"))
    screen.wait_for(PROMPT)
    return screen


def open_chat(server: ModelServer, folder: Path) -> Screen:
    """A chat that has come to rest."""
    screen = started_chat(server, folder)
    while screen.read_for(QUIET):
        pass
    return screen


def first_token(server: ModelServer, screen: Screen, number: int) -> float:
    """Seconds from the first byte of an answer until it is on the screen."""
    word = f"word{number}x"
    server.follow(Plan(tokens=1, word=word, think=THINKS))
    start = len(screen.output)
    screen.type(f"go {number}\r")
    shown = screen.wait_for(word.encode(), start=start)
    while screen.read_for(QUIET):
        pass
    return shown - server.seen()[0].first_sent


def key_times(screen: Screen) -> list[float]:
    """Seconds from each key to its echo, one key after the other."""
    return [screen.echo(key) for key in KEYS]


def percentile(values: list[float], part: float) -> float:
    """The value that this part of all is not above."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def typed_while_streaming(server: ModelServer, screen: Screen) -> list[float]:
    """Keys' times while an answer streams."""
    server.follow(Plan(tokens=TOKENS, pace=PACE, word="word "))
    start = len(screen.output)
    screen.type("stream\r")
    screen.wait_for(b"word", start=start)
    times = key_times(screen)
    screen.type("\x03")  # empties the line
    screen.type("\x1b")  # ends the turn
    while screen.read_for(QUIET):
        pass
    return times


def rows() -> Iterator[Row]:
    """See the module."""
    with tempfile.TemporaryDirectory() as name, ModelServer() as server:
        folder = Path(name)
        workspace(folder / "workspace")
        with started_chat(server, folder) as screen:
            early = [time / FRAME for time in key_times(screen)]
            yield Row(
                "S1-19 from a key to its echo while a chat still loads ÷ a frame of 1/60 s", tuple(early), most(1)
            )
        with open_chat(server, folder) as screen:
            before = wake_ups(screen.pid)
            drawn = screen.read_for(IDLE)
            woken = wake_ups(screen.pid) - before
            yield Row("S0-3 bytes drawn by a chat at rest in 3 s, a count", (drawn,), most(0))
            yield Row("S0-6 wake-ups of a chat at rest, all threads, a second", (woken / IDLE,), most(1))
            firsts = [first_token(server, screen, number) / FRAME for number in range(TURNS)]
            yield Row("S1-18 from the model's first byte to the screen ÷ a frame of 1/60 s", tuple(firsts), most(1))
            rest = [time / FRAME for time in key_times(screen)]
            yield Row("S1-19 from a key to its echo at rest ÷ a frame of 1/60 s", tuple(rest), most(1))
            screen.type("\x03")
            streaming = [time / FRAME for time in typed_while_streaming(server, screen)]
            yield Row(
                "S1-19 from a key to its echo at 2,000 tokens a second ÷ a frame of 1/60 s",
                tuple(streaming),
                most(1),
                f"p99 {percentile(streaming, 0.99):.2f}, at rest {median(rest):.2f}",
            )
