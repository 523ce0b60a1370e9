"""Rules as they are written: `tool`, `tool(pattern)`, `tool(pattern) without --option`. Pure, and cheap to import.

`*`, `?` and `[...]` work as in a shell, except that `*` also matches `/`. What a rule means for a call is decided in
`config.permissions.policy`.
"""

from __future__ import annotations

import fnmatch
import re
from functools import lru_cache

from msgspec import Struct

from config.errors import ConfigError

LATER_TOOLS = ("mcp__",)
"""How the names begin of tools that are not there at the start; a rule may name them before."""

_RULE = re.compile(r"\s*([\w.*?-]+)(?:\((.*)\)(?:\s+without((?:\s+[^\s()]+)+))?)?\s*", re.DOTALL)


class Rule(Struct, frozen=True):
    """A parsed rule; `pattern` is None where it means every call of the tool; `without`: options that it leaves out."""

    tool: str
    pattern: str | None
    without: tuple[str, ...] = ()

    def is_literally(self, subject: str) -> bool:
        """Whether the rule means every call of the tool, or exactly the one with this subject."""
        pattern = self.pattern
        if self.without or pattern in (None, "*"):
            return not self.without
        return len(pattern) >= len(subject) and pattern == escaped(subject)


@lru_cache(maxsize=512)
def parse_rule(text: str) -> Rule:
    """A rule as written in a configuration file or after `--allowed-tools`.

    Raises:
        ConfigError: the text is no rule.
    """
    match = _RULE.fullmatch(text)
    if match is None or match[2] == "":
        raise ConfigError(f'"{text}" is no rule: write tool or tool(pattern), for example run_command(git *)')
    return Rule(match[1], match[2], tuple((match[3] or "").split()))


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern matches the whole text."""
    return _compiled(pattern).match(text) is not None


def escaped(text: str) -> str:
    """The pattern that matches this text only."""
    return re.sub(r"([*?\[])", r"[\1]", text)


def names_later_tools(pattern: str) -> bool:
    """Whether the tool of a rule may be one that a provider adds while the program runs, such as `mcp__github__*`."""
    plain = re.split(r"[*?\[]", pattern, maxsplit=1)[0]
    if plain == pattern:
        return pattern.startswith(LATER_TOOLS)
    return any(plain.startswith(start) or start.startswith(plain) for start in LATER_TOOLS)


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(fnmatch.translate(pattern))
