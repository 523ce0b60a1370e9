"""The ports are what the real ones and the test's own have in common."""

from __future__ import annotations

import inspect

import pytest

from actors import ports
from actors.edges.real_ports import DiskJournal, MemoryJournal, RealTerminals, ThreadWorkers
from tests.actors.stage import StagedTerminals


@pytest.mark.parametrize(
    ("port", "made"),
    [
        (ports.Workers, ThreadWorkers),
        (ports.TerminalPort, RealTerminals),
        (ports.TerminalPort, StagedTerminals),
        (ports.JournalFile, DiskJournal),
        (ports.JournalFile, MemoryJournal),
    ],
)
def test_a_port_has_every_method_with_the_same_parameters(port: type, made: type) -> None:
    """S2-4: pexpect stands behind a seam; the simulation brings a second back end for terminals."""
    names = [name for name, value in vars(port).items() if inspect.isfunction(value) and not name.startswith("_")]
    assert names
    for name in names:
        promised, kept = inspect.signature(getattr(port, name)), inspect.signature(getattr(made, name))
        assert promised.parameters.keys() == kept.parameters.keys(), name
