"""Signals, outside of any handler."""

from __future__ import annotations

import os
import signal
import threading
from queue import SimpleQueue

from ui.terminal.signals import Interrupts

BOUND = 20.0


def test_signals_arrive_in_order_also_those_from_before_listening() -> None:
    heard: SimpleQueue[int] = SimpleQueue()
    before = signal.getsignal(signal.SIGTERM)
    with Interrupts(heard.put) as interrupts:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGTERM)
        interrupts.listen()
        assert {heard.get(timeout=BOUND), heard.get(timeout=BOUND)} == {signal.SIGINT, signal.SIGTERM}
        os.kill(os.getpid(), signal.SIGINT)
        assert heard.get(timeout=BOUND) == signal.SIGINT
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_signal_that_another_thread_gets_is_heard_while_the_main_thread_sleeps() -> None:
    """S0-5: the kernel may choose any thread; the one that waits for the end is not woken by that."""
    heard: SimpleQueue[int] = SimpleQueue()
    main_wakes = threading.Event()

    def react(number: int) -> None:
        heard.put(number)
        main_wakes.set()

    with Interrupts(react) as interrupts:
        interrupts.listen()
        for _ in range(50):
            main_wakes.clear()
            thread = threading.Thread(target=lambda: signal.pthread_kill(threading.get_ident(), signal.SIGINT))
            thread.start()
            assert main_wakes.wait(BOUND)
            assert heard.get(timeout=BOUND) == signal.SIGINT
            thread.join(BOUND)


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Interrupts(lambda _: None):
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
