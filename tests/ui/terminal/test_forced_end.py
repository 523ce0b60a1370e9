"""The third signal ends the process, and so does its patience after the second: without any thread or clock."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

BOUND = 20.0
ROOT = Path(__file__).parents[3]
ON_A_THREAD = """
import threading
from ui.terminal.signals import Interrupts
with Interrupts(lambda number: None, lambda number: True) as interrupts:
    interrupts.listen()
    print("ready", flush=True)
    threading.Event().wait()
"""
ON_THE_MAIN_THREAD = """
import signal, threading
from ui.terminal.forced_end import ForcedEnd
forced = ForcedEnd()
signal.signal(signal.SIGTERM, lambda number, _: forced.heard(number))
print("ready", flush=True)
threading.Event().wait()
"""
IMPATIENT = """
import signal, sys, threading
from ui.terminal.forced_end import ForcedEnd
forced = ForcedEnd(0.05)
for number in sys.argv[1:]:
    forced.heard(int(number))
threading.Event().wait(float("5"))
forced.close()
sys.exit(7)
"""


@pytest.mark.parametrize("program", [ON_A_THREAD, ON_THE_MAIN_THREAD])
def test_a_program_whose_end_never_comes_is_ended_by_signals_alone(program: str) -> None:
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True) as stuck:
        assert stuck.stdout is not None
        assert stuck.stdout.readline() == "ready\n"
        while stuck.poll() is None:
            stuck.send_signal(signal.SIGTERM)
        assert stuck.wait(BOUND) == 143


@pytest.mark.parametrize(("numbers", "code"), [((15, 15), 143), ((1, 15), 143), ((15, 1), 129)])
def test_a_hurried_end_that_does_not_come_is_forced_by_the_kernels_timer(numbers: tuple[int, ...], code: int) -> None:
    done = subprocess.run([sys.executable, "-c", IMPATIENT, *map(str, numbers)], cwd=ROOT, timeout=BOUND, check=False)
    assert done.returncode == code


def test_one_signal_only_asks() -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPATIENT.replace('"5"', '"0.2"'), "15"], cwd=ROOT, timeout=BOUND, check=False
    )
    assert done.returncode == 7
