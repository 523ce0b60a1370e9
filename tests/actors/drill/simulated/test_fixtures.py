"""One set of props serves many runs, and none of them leaves anything to the next."""

from __future__ import annotations

from pathlib import Path

from actors.drill.plan.scenarios import ANSWER, TOOLS
from actors.drill.simulated.fixtures import Fixtures
from actors.drill.simulated.run import RunSpec, run


def test_each_run_has_a_world_of_its_own() -> None:
    fixtures = Fixtures()
    first = run(TOOLS, RunSpec(1), fixtures)
    second = run(TOOLS, RunSpec(1), fixtures)
    assert first.world is not second.world
    assert first.digest() == second.digest() == run(TOOLS, RunSpec(1)).digest()
    assert sorted(first.world.acts) == ["a", "b", "c", "d"]


def test_tools_act_in_the_world_of_the_present_run() -> None:
    fixtures = Fixtures()
    assert fixtures.workspace.root == Path("/")
    world = fixtures.begin(ANSWER)
    tool, arguments = fixtures.toolbox.decode("mark", '{"mark": "x"}')
    tool.execute(arguments, fixtures.workspace)
    assert world.acts == ["x"]
