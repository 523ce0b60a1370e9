"""The pytest plugin: a fixture `drill` that runs your tool or actor through its schedules, and two options for it.

    def test_my_tool_under_faults(drill):
        drill(SCENARIO, [Fault(at="tool_runner", kind="crash_after")], tools=lambda: [MyTool()])

`--drill-seeds N` sets how many schedules each drill takes, `--drill-seed S` the first one: the last line of a failure
names the seed to try again. pytest finds this by itself; a session without drills imports nothing else of ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import callboard_drill

if TYPE_CHECKING:
    from collections.abc import Callable


def pytest_addoption(parser: pytest.Parser) -> None:
    """See pytest."""
    group = parser.getgroup("callboard", "drills")
    group.addoption("--drill-seeds", type=int, default=None, metavar="N", help="schedules of each drill")
    group.addoption("--drill-seed", type=int, default=None, metavar="S", help="the first seed of each drill")


@pytest.fixture
def drill(request: pytest.FixtureRequest) -> Callable[..., int]:
    """`callboard_drill.simulate`, with what the command line says about seeds."""

    def drilled(*what: Any, **how: Any) -> int:  # noqa: ANN401 - as `simulate`
        for option, name in (("--drill-seeds", "seeds"), ("--drill-seed", "seed")):
            value = request.config.getoption(option)
            if value is not None:
                how[name] = value
        return callboard_drill.simulate(*what, **how)

    return drilled
