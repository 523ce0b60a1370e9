"""Signals, outside of any handler."""

from __future__ import annotations

import os
import signal
from queue import SimpleQueue

from ui.interrupts import Interrupts

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


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Interrupts(lambda _: None):
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
