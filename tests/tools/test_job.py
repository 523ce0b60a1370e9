"""A job is described and reported by values that nobody can change."""

from __future__ import annotations

import msgspec
import pytest

from tools.job import JobEnded, JobOutput, JobReport, JobRequest, JobStarted, OutputSlice

REQUEST = JobRequest(("/bin/sh", "-c", "ls"), "/project", "pty", 5.0, (("LC_ALL", "C"),), 40, 120)
REPORT = JobReport("timeout", -15, OutputSlice("a", "b", 10, 8), OutputSlice(), 5.0, "/spill", "slow", (7,))


def test_what_crosses_actors_is_frozen() -> None:
    """S2-8."""
    for value in (REQUEST, REPORT, JobStarted("1", 7), JobOutput("1", "output", "a"), JobEnded("1", REPORT)):
        with pytest.raises(AttributeError):
            value.job = "changed"  # type: ignore[misc,union-attr]  # that is the point


@pytest.mark.parametrize("value", [REQUEST, REPORT])
def test_a_job_can_be_written_down_and_read_again(value: JobRequest | JobReport) -> None:
    assert msgspec.json.decode(msgspec.json.encode(value), type=type(value)) == value


def test_a_job_has_no_terminal_unless_asked_for() -> None:
    assert JobRequest(("ls",), "/project").kind == "pipe"
