"""Which argument of a tool was meant by a name that it does not have.

Models are trained on the tools of many agents, whose arguments have other names. Used by the toolbox for its errors; it
never gives a value to an argument by itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from tools.text.suggestion import closest

OTHER_NAMES: dict[str, tuple[str, ...]] = {
    "choices": ("options", "answers"),
    "command": ("cmd", "script", "bash", "shell", "code"),
    "content": ("contents", "text", "body", "data", "file_text", "code"),
    "context_lines": ("context", "-C", "-A", "-B"),
    "depth": ("max_depth", "level", "levels", "recursive"),
    "directory": ("cwd", "workdir", "working_directory", "dir", "folder", "path"),
    "first_line": ("offset", "start", "start_line", "line", "from", "from_line", "view_range"),
    "glob": ("include", "file_pattern", "files", "pattern", "filter", "type", "exclude"),
    "ignore_case": ("-i", "case_insensitive", "case_sensitive", "i"),
    "include_ignored": ("no_ignore", "hidden", "all"),
    "items": ("todos", "todo", "tasks", "list", "plan", "steps"),
    "line_count": ("limit", "end", "end_line", "lines", "count", "max_lines", "num_lines", "to"),
    "literal": ("fixed_strings", "regex", "is_regex", "-F"),
    "max_results": ("limit", "head_limit", "max_count", "count", "max", "-m"),
    "new": ("replace", "replacement", "with", "updated", "to", "new_text", "insert"),
    "old": ("search", "find", "original", "from", "target", "old_text"),
    "path": ("file", "filename", "name", "target_file", "dir", "directory", "folder", "uri"),
    "pattern": ("query", "regex", "search", "text", "term", "q", "needle"),
    "question": ("text", "prompt", "message", "query"),
    "replace_all": ("all", "global", "multiple", "count", "expected_replacements"),
    "terminal": ("tty", "pty", "interactive"),
    "time_limit": ("timeout", "timeout_ms", "max_time"),
}
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")


def meant_argument(asked: str, known: Collection[str], missing: Iterable[str]) -> str:
    """The one argument that was probably meant; empty where that cannot be told.

    `missing` are the required ones that were not given: if there is only one, it was meant.
    """
    same = [name for name in known if asked in OTHER_NAMES.get(name, ())]
    near = closest(asked, known, 1)
    words = _words(asked)
    alike = [name for name in known if words & _words(name)]
    left = tuple(missing)
    wanted = [name for name in (*same, *alike) if name in left]
    for found in (wanted, same, near, alike if len(alike) == 1 else (), left if len(left) == 1 else ()):
        if found:
            return found[0]
    return ""


def _words(name: str) -> set[str]:
    return {word.lower() for word in _WORDS.findall(name)}
