"""What is costly to make and the same in every run: the toolbox with its schemas, and the workspace.

One set serves any number of runs, one after the other; each run begins with a world of its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from actors.drill.simulated.tools import all_tools
from actors.drill.simulated.world import World, new_world
from tools.toolbox import Toolbox
from tools.workspace import Workspace

if TYPE_CHECKING:
    from actors.drill.plan.scenario import Scenario


class Fixtures:
    """The folder, tools and files that the runs of a drill share; `begin` gives each run a fresh world."""

    world: World

    def __init__(self) -> None:
        self.shipped = all_tools(self._act)
        self.toolbox = Toolbox(self.shipped)
        self.workspace = Workspace(Path("/"))

    def begin(self, scenario: Scenario) -> World:
        """A new world for the next run."""
        self.world = new_world(scenario)
        return self.world

    def _act(self, mark: str) -> None:
        self.world.acts.append(mark)
