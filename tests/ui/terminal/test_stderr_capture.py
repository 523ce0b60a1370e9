"""Nothing is written across the screen."""

from __future__ import annotations

import sys
import threading

import pytest

from ui.terminal.stderr_capture import StderrCapture


def test_what_is_printed_to_stderr_becomes_its_last_line() -> None:
    told: list[str] = []
    with StderrCapture(told.append):
        sys.stderr.write("Traceback …\n  File …\nValueError: no\n")
        sys.stderr.write("\n")
    assert told == ["ValueError: no"]


def test_a_thread_that_dies_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    told: list[str] = []

    def die() -> None:
        raise ValueError("no")

    with StderrCapture(told.append):
        dying = threading.Thread(target=die, name="reader")
        dying.start()
        dying.join(20)
    assert told == ["reader failed: ValueError('no')"]
    assert capfd.readouterr().err == ""


def test_everything_is_put_back() -> None:
    before = (sys.stderr, threading.excepthook)
    with StderrCapture(lambda _: None):
        assert sys.stderr is not before[0]
    assert (sys.stderr, threading.excepthook) == before
