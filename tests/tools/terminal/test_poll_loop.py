"""Waiting for many things at once."""

from __future__ import annotations

import os
import threading
from functools import partial

from tools.terminal.poll_loop import PollLoop


def test_a_posted_call_is_made_by_the_turning_thread_in_order() -> None:
    """S0-1."""
    loop, made = PollLoop(), list[tuple[int, int]]()
    me = threading.get_ident()

    def note(number: int) -> None:
        made.append((number, threading.get_ident()))

    def post_all() -> None:
        for number in range(10_000):
            loop.post(partial(note, number))

    poster = threading.Thread(target=post_all)
    poster.start()
    while len(made) < 10_000:
        loop.turn(None)
    poster.join()
    loop.close()
    assert made == [(number, me) for number in range(10_000)]


def test_a_post_wakes_a_loop_that_waits_for_ever() -> None:
    loop, done = PollLoop(), threading.Event()
    turning = threading.Thread(target=loop.turn, args=(None,))
    turning.start()
    loop.post(done.set)
    assert done.wait(30.0)
    turning.join(30.0)
    loop.close()


def test_a_descriptor_is_called_for_until_it_is_not_watched() -> None:
    loop, calls = PollLoop(), list[str]()
    read_end, write_end = os.pipe()
    loop.watch(read_end, lambda: calls.append("read"))
    loop.turn(0)
    os.write(write_end, b"x")
    loop.turn(None)
    loop.turn(None)
    loop.unwatch(read_end)
    loop.unwatch(read_end)
    loop.turn(0)
    assert calls == ["read", "read"]
    loop.watch(write_end, lambda: calls.append("write"), writable=True)
    loop.turn(None)
    assert calls[-1] == "write"
    for descriptor in (read_end, write_end):
        os.close(descriptor)
    loop.close()


def test_the_end_of_a_pipe_is_called_for() -> None:
    loop, calls = PollLoop(), list[str]()
    read_end, write_end = os.pipe()
    loop.watch(read_end, lambda: calls.append("end"))
    os.close(write_end)
    loop.turn(None)
    assert calls == ["end"]
    os.close(read_end)
    loop.close()


def test_a_call_that_raises_does_not_lose_the_ones_behind_it() -> None:
    loop, made = PollLoop(), list[str]()
    loop.post(lambda: made.append("first"))
    loop.post(lambda: made.append(str(1 / 0)))
    loop.post(lambda: made.append("last"))
    for _ in range(3):
        try:
            loop.turn(0)
        except ZeroDivisionError:
            made.append("raised")
    loop.close()
    assert made == ["first", "raised", "last"]


def test_a_number_let_go_and_taken_again_in_one_turn_is_not_mistaken() -> None:
    loop, calls = PollLoop(), list[str]()
    one, one_end = os.pipe()
    two, two_end = os.pipe()

    def take_again() -> None:
        loop.watch(two, lambda: calls.append("somebody else"))

    def let_go(descriptor: int) -> None:
        calls.append("let go")
        loop.unwatch(one)
        loop.unwatch(two)
        loop.post(take_again)
        os.read(descriptor, 1)

    loop.watch(one, lambda: let_go(one))
    loop.watch(two, lambda: let_go(two))
    os.write(one_end, b"x")
    os.write(two_end, b"x")
    loop.turn(None)
    assert calls == ["let go"]
    for descriptor in (one, one_end, two, two_end):
        os.close(descriptor)
    loop.close()


def test_wake_ups_are_counted() -> None:
    """S0-6."""
    loop = PollLoop()
    for _ in range(3):
        loop.turn(0)
    assert loop.wake_ups == 3
    loop.close()


def test_a_deadline_that_is_months_away_is_waited_for() -> None:
    loop, made = PollLoop(), list[str]()
    read_end, write_end = os.pipe()
    loop.watch(read_end, lambda: made.append(os.read(read_end, 1).decode()))
    os.write(write_end, b"x")
    loop.turn(1e8)
    assert made == ["x"]
    loop.close()
    os.close(read_end)
    os.close(write_end)
