"""Test your own tools and actors under faults, as Callboard tests its own: `from callboard_drill import simulate, …`.

docs/testing-your-own-tools.md has a complete example. Nothing is imported before the first name is asked for, and what
is imported then stays among itself: in an installed Callboard its packages are loaded under a private name, so that
your own `config.py` or `tools/` and ours never meet. For pytest there is a fixture, `drill`, in `callboard_pytest`.
"""

from __future__ import annotations

import builtins
import sys
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import ModuleType

    from actors.drill.public import SCENARIOS as SCENARIOS
    from actors.drill.public import Act as Act
    from actors.drill.public import ActorGroup as ActorGroup
    from actors.drill.public import ActorRun as ActorRun
    from actors.drill.public import Behaviour as Behaviour
    from actors.drill.public import BrokenPromiseError as BrokenPromiseError
    from actors.drill.public import Child as Child
    from actors.drill.public import Command as Command
    from actors.drill.public import ConfigError as ConfigError
    from actors.drill.public import Context as Context
    from actors.drill.public import Drilled as Drilled
    from actors.drill.public import Event as Event
    from actors.drill.public import Fault as Fault
    from actors.drill.public import FaultPlan as FaultPlan
    from actors.drill.public import JobReport as JobReport
    from actors.drill.public import JobRequest as JobRequest
    from actors.drill.public import MailboxSpec as MailboxSpec
    from actors.drill.public import Probe as Probe
    from actors.drill.public import Program as Program
    from actors.drill.public import Question as Question
    from actors.drill.public import Scenario as Scenario
    from actors.drill.public import Tool as Tool
    from actors.drill.public import ToolError as ToolError
    from actors.drill.public import ToolResult as ToolResult
    from actors.drill.public import Workspace as Workspace
    from actors.drill.public import call as call
    from actors.drill.public import exchange as exchange
    from actors.drill.public import load_plan as load_plan
    from actors.drill.public import messages as messages
    from actors.drill.public import prompt as prompt
    from actors.drill.public import records as records
    from actors.drill.public import says as says
    from actors.drill.public import schedules as schedules
    from actors.drill.public import script as script
    from actors.drill.public import simulate as simulate

PRIVATE = "_callboard"
OURS = ("actors", "config", "tools", "ui")
PUBLIC = "actors.drill.public"


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any name of the API
    """The name, of the module that has them all."""
    if name.startswith("_"):
        raise AttributeError(name)
    return getattr(_public(), name)


def _public() -> ModuleType:
    """Ours: under the private name from an installed Callboard, as they are from a checkout."""
    if not Path(__file__).with_name(PRIVATE).is_dir():
        return import_module(PUBLIC)
    if not any(isinstance(finder, _PrivateFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _PrivateFinder())
    return import_module(f"{PRIVATE}.{PUBLIC}")


def _import(
    name: str,
    globals: Mapping[str, object] | None = None,  # noqa: A002 - as in builtins
    locals: Mapping[str, object] | None = None,  # noqa: A002 - as in builtins
    fromlist: Sequence[str] | None = (),
    level: int = 0,
) -> ModuleType:
    """What `import` means in our own modules: ours are the private ones."""
    if name.partition(".")[0] not in OURS:
        return builtins.__import__(name, globals, locals, fromlist or (), level)
    module = import_module(f"{PRIVATE}.{name}")
    for part in fromlist or ():
        if not hasattr(module, part):
            import_module(f"{PRIVATE}.{name}.{part}")
    return module if fromlist else sys.modules[f"{PRIVATE}.{name.partition('.')[0]}"]


class _PrivateLoader(SourceFileLoader):
    """Loads a module of ours with its own meaning of `import`."""

    def exec_module(self, module: ModuleType) -> None:
        """See `importlib`."""
        module.__dict__["__builtins__"] = {**vars(builtins), "__import__": _import}
        super().exec_module(module)


class _PrivateFinder:
    """Finds the modules of ours under their private names."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """See `importlib`."""
        if not name.startswith(f"{PRIVATE}."):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _PrivateLoader(spec.loader.name, spec.loader.path)
        return spec
