"""Writing without waiting."""

from __future__ import annotations

import fcntl
import os
import threading

from ui.outlet import Outlet

BOUND = 20.0


def read_all(descriptor: int) -> bytes:
    pieces: list[bytes] = []
    while piece := os.read(descriptor, 65_536):
        pieces.append(piece)
    return b"".join(pieces)


def test_a_reader_that_sleeps_makes_nobody_wait_and_loses_nothing() -> None:
    """S0-15: the actor that writes is never blocked by who reads."""
    reading, writing = os.pipe()
    problems: list[OSError] = []
    outlet = Outlet(lambda _, problem: problems.append(problem))
    pieces = [b"%07d\n" % number for number in range(100_000)]
    for piece in pieces:
        outlet.write(writing, piece)
    outlet.after_all(lambda: os.close(writing))
    assert read_all(reading) == b"".join(pieces)
    os.close(reading)
    assert problems == []


def test_a_pipe_that_does_not_block_is_waited_for() -> None:
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETFL, os.O_NONBLOCK)
    outlet = Outlet(lambda _number, _problem: None)
    outlet.write(writing, b"x" * 1_000_000)
    outlet.after_all(lambda: os.close(writing))
    assert len(read_all(reading)) == 1_000_000
    os.close(reading)


def test_a_reader_that_left_is_said_once_and_does_not_hold_up_the_rest() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    problems: list[tuple[int, type[OSError]]] = []
    outlet = Outlet(lambda descriptor, problem: problems.append((descriptor, type(problem))))
    done = threading.Event()
    for _ in range(3):
        outlet.write(writing, b"x" * 100_000)
    outlet.after_all(done.set)
    assert done.wait(BOUND)
    os.close(writing)
    assert problems == [(writing, BrokenPipeError)]
