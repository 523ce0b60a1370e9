"""What every request begins with is measured once for the same tools."""

from __future__ import annotations

from actors.context.opening import MeasuredOpening
from tools.tool import ToolDefinition

LOOK = ToolDefinition("look", "Look at it.", "{}")


def test_the_tools_are_measured_when_they_are_others() -> None:
    tools = [(), (LOOK,), (LOOK,), (LOOK, LOOK)]
    opening = MeasuredOpening("be kind", lambda: tools.pop(0))
    measures = [opening.measured() for _ in range(4)]
    assert [measure.system for measure in measures] == [7, 7, 7, 7]
    assert measures[0].tools == 0
    assert measures[1] == measures[2]
    assert measures[3].tools == 2 * measures[1].tools


def test_tools_that_cannot_be_listed_count_as_those_before() -> None:
    answers: list[tuple[ToolDefinition, ...] | None] = [(LOOK,), None]

    def listed() -> tuple[ToolDefinition, ...]:
        tools = answers.pop(0)
        if tools is None:
            raise OSError("no server")
        return tools

    opening = MeasuredOpening("", listed)
    assert opening.measured() == opening.measured()
