"""A step costs the same however long the session is, compactions included."""

from __future__ import annotations

import pytest

from tests.benchmarks.long_session import measured, ratio

MOST = 15.0
"""Ten times what is aimed at: the test runs on machines that do other things, too."""


@pytest.mark.alone
def test_a_step_around_the_thousandth_costs_what_one_around_the_tenth_does() -> None:
    seconds, compactions = measured()
    assert len(compactions) >= 2
    assert ratio(seconds) < MOST
