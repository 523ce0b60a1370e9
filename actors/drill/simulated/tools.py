"""Tools for drills: their effects are marks in the simulated world, so that a call that runs twice is seen.

Real tools in every respect: they go through the toolbox, the policy, the runner and the workers. `run_command` and
`ask_user` of the shipped tools stand beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.builtin.ask_user import AskUser
from tools.builtin.run_command import RunCommand
from tools.tool import Effects, Tool, ToolError, ToolResult
from tools.toolbox import Toolbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from tools.toolbox import AnyTool
    from tools.workspace import Workspace


@dataclass(frozen=True, slots=True)
class MarkArguments:
    """The mark to leave."""

    mark: str


class MarkTool(Tool[MarkArguments]):
    """Leaves its mark: writes a file, as far as policy and journal are concerned."""

    name = "mark"
    description = "Leave a mark."
    effects: Effects = "files"
    arguments = MarkArguments

    def __init__(self, act: Callable[[str], object]) -> None:
        self._act = act

    def execute(self, arguments: MarkArguments, workspace: Workspace) -> ToolResult:
        """Leave the mark."""
        del workspace
        self._act(arguments.mark)
        return ToolResult("ok", f"marked {arguments.mark}")

    def subject(self, arguments: MarkArguments, workspace: Workspace | None = None) -> str:
        """The mark."""
        del workspace
        return arguments.mark


class LookTool(MarkTool):
    """Looks only; needs no approval."""

    name = "look"
    description = "Look at a mark."
    effects: Effects = "none"


class BreakTool(MarkTool):
    """Leaves its mark and then fails, with an error of its own or with one that no tool should raise."""

    name = "break"
    description = "Fail."

    def execute(self, arguments: MarkArguments, workspace: Workspace) -> ToolResult:
        """Leave the mark and raise."""
        super().execute(arguments, workspace)
        if arguments.mark.startswith("refuse"):
            raise ToolError("It cannot be done; try something else.")
        raise RuntimeError("the tool is broken")


def all_tools(act: Callable[[str], object]) -> tuple[AnyTool, ...]:
    """All of them; `act` is told of each effect."""
    return (MarkTool(act), LookTool(act), BreakTool(act), RunCommand(), AskUser())


def toolbox(act: Callable[[str], object]) -> Toolbox:
    """All of them in a box."""
    return Toolbox(all_tools(act))
