"""The shape of the product in figures, as `./dev figures` prints them and docs/architecture.md quotes them.

Everything is measured from the files' syntax trees; tests/packaging/test_figures.py holds those that have a bound.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from statistics import median, quantiles

from tests.packaging.import_graph import cycles, import_graph
from tests.packaging.source_files import SourceFile, product

NINE_TENTHS = -1
"""Index of the last of nine deciles."""


def functions(source: SourceFile) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of the file, nested ones included."""
    return (node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the last one."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def modules_of(sources: Iterable[SourceFile]) -> dict[str, int]:
    """Modules of each folder, packages' own `__init__.py` not counted."""
    folders = (str(PurePosixPath(source.path).parent) for source in sources if not source.path.endswith("__init__.py"))
    return dict(sorted(Counter(folders).items()))


PER_BEHAVIOUR = "Received"
"""Each behaviour's own union of messages; the name means the same in each of them."""


def public_classes(sources: Iterable[SourceFile]) -> dict[str, list[str]]:
    """Where each public class or type alias is defined at the top level of a module."""
    found: dict[str, list[str]] = {}
    for source in sources:
        for node in source.tree.body:
            match node:
                case ast.ClassDef(name=name):
                    pass
                case ast.AnnAssign(target=ast.Name(id=name), annotation=ast.Name(id="TypeAlias")):
                    pass
                case _:
                    continue
            if not name.startswith("_") and name != PER_BEHAVIOUR:
                found.setdefault(name, []).append(source.path)
    return found


def with_two_meanings(sources: Iterable[SourceFile]) -> dict[str, list[str]]:
    """Public classes and aliases of which there are several."""
    return {name: paths for name, paths in sorted(public_classes(sources).items()) if len(paths) > 1}


def hidden_imports(sources: Iterable[SourceFile]) -> list[str]:
    """Imports that a reader of the module's head does not see: inside of a function, or by name."""
    found = {
        f"{source.path}:{getattr(node, 'lineno', 0)}"
        for source in sources
        for function in functions(source)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom) or _is_by_name(node)
    }
    return sorted(found)


def _is_by_name(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="import_module") | ast.Attribute(attr="import_module")):
            return True
        case _:
            return False


def table() -> Iterator[str]:
    """The figures, a line each."""
    sources = product()
    modules = [source.lines for source in sources if not source.path.endswith("__init__.py")]
    lengths = sorted(length(node) for source in sources for node in functions(source))
    yield f"modules            {len(modules)}, median {median(modules):.0f} lines, longest {max(modules)}"
    tenths = quantiles(lengths, n=10)
    yield (
        f"functions          {len(lengths)}, median {median(lengths):.0f} lines, "
        f"p90 {tenths[NINE_TENTHS]:.0f}, longest {lengths[-1]}"
    )
    yield f"import cycles      {len(cycles(import_graph(sources)))}"
    yield f"hidden imports     {len(hidden_imports(sources))}"
    yield f"names with two meanings {len(with_two_meanings(sources))}"
    yield "modules of each folder:"
    yield from (f"    {count:3}  {folder}/" for folder, count in modules_of(sources).items() if folder != ".")


def main() -> None:
    """Print the figures."""
    for line in table():
        print(line)


if __name__ == "__main__":
    main()
