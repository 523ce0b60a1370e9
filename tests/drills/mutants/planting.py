"""Planting a mutant: an import hook that replaces the text in the source of one module while it is imported.

Nothing is written, neither to the tree nor to a cache of compiled modules, and nothing is patched at run time: what
runs is the program as it would be with the bug in its source. To be used in a process of its own, before the first
import.
"""

from __future__ import annotations

import importlib.util
import sys
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import CodeType, ModuleType

    from tests.drills.mutants.mutant import Mutant

ROOT = Path(__file__).parents[3]


class OutOfDateError(Exception):
    """The mutant's old text does not stand in its file exactly once."""


def mutated(mutant: Mutant) -> str:
    """The source of the module with the bug in it.

    Raises:
        OutOfDateError: the old text is not there, or it is not the only one.
    """
    source = (ROOT / mutant.file).read_text(encoding="utf-8")
    times = source.count(mutant.old)
    if times != 1:
        raise OutOfDateError(f"the mutant is out of date: its old text stands {times} times in {mutant.file}")
    return source.replace(mutant.old, mutant.new)


class MutatedLoader(SourceFileLoader):
    """Compiles the mutated source, every time."""

    def __init__(self, name: str, path: str, source: str) -> None:
        super().__init__(name, path)
        self._source = source

    def get_code(self, fullname: str) -> CodeType | None:
        """The code of the mutated source; no cache is read or written."""
        return self.source_to_code(self._source.encode(), self.get_filename(fullname))


class Planter:
    """Finds one module before anybody else does."""

    def __init__(self, module: str, source: str) -> None:
        self._module = module
        self._source = source
        self.planted = False

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """See `importlib.abc.MetaPathFinder`."""
        if fullname != self._module:
            return None
        found = PathFinder.find_spec(fullname, path, target)
        if found is None or found.origin is None:
            return None
        self.planted = True
        return importlib.util.spec_from_file_location(
            fullname, found.origin, loader=MutatedLoader(fullname, found.origin, self._source)
        )


def plant(mutant: Mutant) -> Planter:
    """From now on the module is imported with the bug in it.

    Raises:
        OutOfDateError: see `mutated`.
        RuntimeError: the module was imported before.
    """
    if mutant.module in sys.modules:
        raise RuntimeError(f"{mutant.module} is imported already; plant in a new process")
    planter = Planter(mutant.module, mutated(mutant))
    sys.meta_path.insert(0, planter)
    return planter
