"""Who imports whom among the product's modules, imports for type checkers included, and where that goes in circles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.packaging.source_files import SourceFile

Graph = Mapping[str, frozenset[str]]


def module_of(path: str) -> str:
    """The module's name: `ui/text/rows.py` is `ui.text.rows`, a package's `__init__.py` is the package."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def graph_of(sources: Iterable[SourceFile]) -> Graph:
    """Each module with the modules of ours that it imports, anywhere in the file."""
    imported = {module_of(source.path): frozenset(source.imported()) for source in sources}
    return {module: names & imported.keys() - {module} for module, names in imported.items()}


def reachable(graph: Graph, start: str) -> frozenset[str]:
    """Every module that `start` imports, directly or through others."""
    found: set[str] = set()
    ahead = list(graph[start])
    while ahead:
        module = ahead.pop()
        if module not in found:
            found.add(module)
            ahead.extend(graph[module])
    return frozenset(found)


def cycles(sources: Iterable[SourceFile]) -> list[tuple[str, ...]]:
    """Groups of modules that all import each other, directly or through others of the group."""
    graph = graph_of(sources)
    below = {module: reachable(graph, module) for module in graph}
    groups = {tuple(sorted(other for other in below[module] if module in below[other])) for module in graph}
    return sorted(group for group in groups if group)
