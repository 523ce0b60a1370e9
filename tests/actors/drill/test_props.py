"""One set of props serves many runs, and none of them leaves anything to the next."""

from __future__ import annotations

from pathlib import Path

from actors.drill.props import Props
from actors.drill.run import Course, run
from actors.drill.scenarios import ANSWER, TOOLS


def test_each_run_has_a_world_of_its_own() -> None:
    props = Props()
    first = run(TOOLS, Course(1), props)
    second = run(TOOLS, Course(1), props)
    assert first.world is not second.world
    assert first.digest() == second.digest() == run(TOOLS, Course(1)).digest()
    assert sorted(first.world.acts) == ["a", "b", "c", "d"]


def test_tools_act_in_the_world_of_the_present_run() -> None:
    props = Props()
    assert props.workspace.root == Path("/")
    world = props.begin(ANSWER)
    tool, arguments = props.toolbox.decode("mark", '{"mark": "x"}')
    tool.execute(arguments, props.workspace)
    assert world.acts == ["x"]
