"""What the runtime says to itself is urgent where it must overtake a flood."""

from __future__ import annotations

import inspect

from actors.runtime import signals
from actors.runtime.message import Message


def test_verdicts_reports_and_orders_overtake_everything() -> None:
    """S0-26: shutdown comes before all else."""
    urgent = {
        name
        for name, value in vars(signals).items()
        if inspect.isclass(value) and issubclass(value, Message) and value.urgent
    }
    assert urgent == {
        "ActorFailed",
        "BeginShutdown",
        "PhaseExpired",
        "ReportFailure",
        "ReportHang",
        "Restart",
        "RestartNow",
        "Signal",
        "Stop",
    }
