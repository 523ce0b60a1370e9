"""Writing without waiting."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from ui.headless.pipe_writer import PipeWriter

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
    writer = PipeWriter(lambda _, problem: problems.append(problem))
    pieces = [b"%07d\n" % number for number in range(100_000)]
    for piece in pieces:
        writer.write(writing, piece)
    writer.after_all(lambda: os.close(writing))
    assert read_all(reading) == b"".join(pieces)
    os.close(reading)
    assert problems == []


def test_a_pipe_that_does_not_block_is_waited_for() -> None:
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETFL, os.O_NONBLOCK)
    writer = PipeWriter(lambda _number, _problem: None)
    writer.write(writing, b"x" * 1_000_000)
    writer.after_all(lambda: os.close(writing))
    assert len(read_all(reading)) == 1_000_000
    os.close(reading)


def test_a_reader_that_left_is_said_once_and_does_not_hold_up_the_rest() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    problems: list[tuple[int, type[OSError]]] = []
    writer = PipeWriter(lambda descriptor, problem: problems.append((descriptor, type(problem))))
    done = threading.Event()
    for _ in range(3):
        writer.write(writing, b"x" * 100_000)
    writer.after_all(done.set)
    assert done.wait(BOUND)
    os.close(writing)
    assert problems == [(writing, BrokenPipeError)]


class Clogged:
    """A pipe that is full, and that nobody reads until it is opened."""

    def __init__(self) -> None:
        self.reading, self.writing = os.pipe()
        os.set_blocking(self.writing, False)
        self.filling = 0
        with suppress(BlockingIOError):
            while True:
                self.filling += os.write(self.writing, b"." * 4096)
        os.set_blocking(self.writing, True)

    def close(self) -> None:
        os.close(self.reading)
        os.close(self.writing)


@pytest.fixture
def clogged() -> Iterator[Clogged]:
    pipe = Clogged()
    yield pipe
    pipe.close()


def test_remarks_that_nobody_reads_hold_up_no_answer(clogged: Clogged) -> None:
    reading, writing = os.pipe()
    writer = PipeWriter(lambda _number, _problem: None, remarks=clogged.writing)
    done = threading.Event()
    writer.write(clogged.writing, b"a remark")
    writer.write(writing, b"the answer")
    writer.after_all(done.set)
    assert os.read(reading, 100) == b"the answer"
    assert done.wait(BOUND), "remarks are given up when nothing moves"
    assert writer.unwritten() == ()
    os.close(reading)
    os.close(writing)


def test_an_answer_that_nobody_reads_is_waited_for_unless_there_is_a_hurry(clogged: Clogged) -> None:
    writer = PipeWriter(lambda _number, _problem: None)
    read, hurried = threading.Event(), threading.Event()
    writer.write(clogged.writing, b"the answer")
    writer.after_all(read.set)
    writer.after_all(hurried.set, hurried=True)
    assert hurried.wait(BOUND)
    assert not read.is_set()
    assert writer.unwritten() == (clogged.writing,)
    assert len(os.read(clogged.reading, clogged.filling)) == clogged.filling
    assert os.read(clogged.reading, 100) == b"the answer"
    assert read.wait(BOUND)
    assert writer.unwritten() == ()


def test_two_ways_to_the_same_file_keep_the_order() -> None:
    reading, writing = os.pipe()
    other = os.dup(writing)
    writer = PipeWriter(lambda _number, _problem: None, remarks=other)
    for number in range(500):
        writer.write((writing, other)[number % 2], b"%04d\n" % number)
    writer.after_all(lambda: os.close(other))
    writer.after_all(lambda: os.close(writing))
    assert read_all(reading) == b"".join(b"%04d\n" % number for number in range(500))
    os.close(reading)
