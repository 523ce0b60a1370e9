"""The command: makes the import path safe, then calls `ui.cli.main`. Never imports from the user's folder."""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Run the command line in `sys.argv` and return its exit code."""
    here, library = os.path.dirname(os.path.abspath(__file__)), os.path.dirname(os.__file__)
    private = os.path.join(here, "_callboard")  # the wheel's; in a checkout the packages lie beside this file
    first = sys.path.index(library) if library in sys.path else 0  # in front: PYTHONPATH and the current folder
    theirs = [path for path in sys.path[:first] if os.path.exists(path) and not os.path.samefile(path, os.curdir)]
    sys.path[:] = [private if os.path.isdir(private) else here, *sys.path[first:], *theirs]
    if sys.argv[1:] == ["--version"] and sys.stdout is not None:  # pyright: ignore[reportUnnecessaryComparison]
        from config.version import show as run
    else:
        from ui.cli.main import main as run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
