"""The command: puts our own packages first on the import path, then hands over to `ui.cli`; does nothing else."""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Run the command line and return its exit code; `sys.argv` holds the arguments."""
    here = os.path.dirname(os.path.abspath(__file__))
    private = os.path.join(here, "_callboard")  # the wheel's; in a checkout the packages lie beside this file
    foreign = {os.path.realpath(os.curdir), os.path.realpath(os.environ.get("PWD", os.curdir))} - {here}
    sys.path[:] = [entry for entry in sys.path if os.path.realpath(entry or os.curdir) not in foreign]
    sys.path.insert(0, private if os.path.isdir(private) else here)
    if sys.argv[1:] == ["--version"]:
        from config.version import VERSION as answer

        return 0 if sys.stdout.write(f"callboard {answer}\n") else 1
    from ui.cli import main as run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
