"""The one place that says which version this is; the launcher, the session journal and the wheel read it.

The launcher answers `--version` from here, with nothing else imported.
"""

from __future__ import annotations

import os
import sys

VERSION = "0.1.0"


def show(arguments: list[str], /) -> int:
    """Print the name and the version; the answer to `--version`, which takes no other arguments."""
    del arguments
    try:
        print("callboard", VERSION, flush=True)
    except OSError as problem:
        os.dup2(os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC), 1)  # Python tries once more at its end
        print("callboard: stdout: cannot be written:", problem.strerror, file=sys.stderr)
        return 1
    return 0
