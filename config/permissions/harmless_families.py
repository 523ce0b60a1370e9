"""Commands of which a whole family may be offered as `always`, as data: what the offered rule leaves out.

A family stands here only if it changes nothing and starts nothing of the caller's choice once these options are left
out. Everything else is offered as the exact call: test runners, package managers and builds run what their arguments
say. Used by `config.permissions.policy`; a rule that a person writes is not touched by it.
"""

from __future__ import annotations

from collections.abc import Mapping

_DIFFS = ("--output", "--no-index", "--ext-diff", "--textconv", "-O")

HARMLESS_FAMILIES: Mapping[str, tuple[str, ...]] = {
    "git status": (),
    "git diff": _DIFFS,
    "git log": (*_DIFFS, "--show-signature"),
    "git show": (*_DIFFS, "--show-signature"),
    "git ls-files": (),
    "git rev-parse": (),
    "cat": (),
    "df": (),
    "diff": ("-l", "--paginate"),
    "du": (),
    "grep": (),
    "head": (),
    "ls": (),
    "pwd": (),
    "stat": (),
    "tail": (),
    "wc": (),
}
"""Of each family the options that its rule leaves out."""
