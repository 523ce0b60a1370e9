"""Which module of ours imports which, imports inside of functions and under TYPE_CHECKING included."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.packaging.source_files import SourceFile

ImportGraph = Mapping[str, frozenset[str]]


def module_name(path: str) -> str:
    """`actors/ids.py` is `actors.ids`, and a package is called as its folder."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def import_graph(sources: Iterable[SourceFile]) -> ImportGraph:
    """For each module those that it names. A package is left out: it holds a docstring and imports nothing."""
    modules = {module_name(source.path): source for source in sources if not source.path.endswith("__init__.py")}
    return {
        name: frozenset(other for other in source.imported() if other in modules and other != name)
        for name, source in modules.items()
    }


def cycles(graph: ImportGraph) -> list[list[str]]:
    """Modules that import each other, directly or not: the strongly connected components of more than one.

    Tarjan's algorithm, with the depth of a module in the walk as its number.
    """
    walk = _Walk(graph)
    for name in graph:
        if name not in walk.numbers:
            walk.visit(name)
    return sorted(walk.found)


class _Walk:
    def __init__(self, graph: ImportGraph) -> None:
        self.numbers: dict[str, int] = {}
        self.found: list[list[str]] = []
        self._graph = graph
        self._lowest: dict[str, int] = {}
        self._path: list[str] = []

    def visit(self, name: str) -> None:
        self.numbers[name] = self._lowest[name] = len(self.numbers)
        self._path.append(name)
        for other in sorted(self._graph.get(name, ())):
            if other not in self.numbers:
                self.visit(other)
                self._lowest[name] = min(self._lowest[name], self._lowest[other])
            elif other in self._path:
                self._lowest[name] = min(self._lowest[name], self.numbers[other])
        if self._lowest[name] == self.numbers[name]:
            component = self._path[self._path.index(name) :]
            del self._path[-len(component) :]
            if len(component) > 1:
                self.found.append(sorted(component))
