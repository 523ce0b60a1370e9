"""The one place that says which version this is; the launcher, the session journal and the wheel read it.

The launcher answers `--version` from here, with nothing else imported.
"""

from __future__ import annotations

VERSION = "0.1.0"


def show(arguments: list[str], /) -> int:
    """Print the name and the version; the answer to `--version`, which takes no other arguments."""
    del arguments
    print("callboard", VERSION)
    return 0
