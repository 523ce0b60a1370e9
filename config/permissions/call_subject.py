"""One tool call, held against rules: what it is about, which rule means it, what it would decide.

`CallSubject` is a call about a file or about anything else; a command line is a
`config.permissions.command_subject.CommandSubject`, which knows the shell. Pure. Used by `config.permissions.policy`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from config.permissions.path_rule import names_path, tidy_path
from config.permissions.protected_paths import power_of
from config.permissions.rule import Rule, escaped, matches, parse_rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from config.settings import Policy
    from config.shell.shell_command import ShellName

CallEffects: TypeAlias = Literal["none", "files", "commands", "person"]
"""The same four as `tools.tool.Effects`; the two layers do not import each other."""

READING = "read_file"
"""A deny or ask rule for this tool holds for all that show what is in files."""
SHOW_NO_CONTENT = frozenset(("ask_user", "list_files", "todo_list", "write_file"))
"""Tools to which a rule about reading does not apply. A tool that is not known is taken to show what it reads."""
SUBJECT_TOO_LONG = 131_072
"""Characters of a subject beyond which it is not looked at: no rule that allows matches, and any pattern denies."""


class CallPlace(Struct, frozen=True):
    """Where a call happens: which shell reads commands; where paths begin (`root`, `home`: folders, or empty)."""

    shell: ShellName = "sh"
    root: str = ""
    home: str = ""


class CallSubject:
    """A call with its subject, the path of a file or another text; `names` are all its names, the subject first."""

    def __init__(self, tool: str, effects: CallEffects, names: tuple[str, ...], place: CallPlace) -> None:
        self._tool = tool
        self._effects: CallEffects = effects
        self._subject = names[0]
        self._names = names
        self._place = place
        self._long = any(len(name) > SUBJECT_TOO_LONG for name in names)

    def is_opaque(self) -> bool:
        """Whether it cannot be told what the call would do."""
        return self._long

    def power(self) -> str:
        """What writing this file would decide; empty where it decides nothing, or is no file."""
        if self._effects != "files" or self._long:
            return ""
        names = (*self._names, *(tidy_path(name) for name in self._names))
        return next((power for name in names if (power := power_of(name))), "")

    def first_against(self, rules: Iterable[str]) -> str:
        """The first rule that means this call, or may mean it: generous, for rules that forbid or ask."""
        return self._first(rules, lambda rule: self._is_about(rule) and self._is_suspect(rule))

    def permit(self, rules: tuple[str, ...], policy: Policy) -> str:
        """The rules that together allow the call, or an empty string. Sure or nothing."""
        if rule := self._first(rules, lambda rule: self._is_mine(rule) and rule.is_literally(self._subject)):
            return rule
        return "" if self._long else self._permit_by_pattern(rules, policy)

    def suggestion(self) -> str:
        """The rule to offer as `always`; empty where the call has no subject: it would be a rule for everything."""
        return self._suggestion() if self._subject and not self._long else ""

    def _suggestion(self) -> str:
        subject = tidy_path(self._subject) if self._effects == "files" else self._subject
        return f"{self._tool}({escaped(subject)})"

    def _permit_by_pattern(self, rules: tuple[str, ...], policy: Policy) -> str:
        del policy
        subject = tidy_path(self._subject) if self._effects == "files" else self._subject
        return self._first(rules, lambda rule: self._is_mine(rule) and matches(rule.pattern or "*", subject))

    def _first(self, rules: Iterable[str], fits: Callable[[Rule], bool]) -> str:
        return next((text for text in rules if fits(parse_rule(text))), "")

    def _is_mine(self, rule: Rule) -> bool:
        return matches(rule.tool, self._tool)

    def _is_about(self, rule: Rule) -> bool:
        shows = self._effects in ("none", "files") and self._tool not in SHOW_NO_CONTENT
        return self._is_mine(rule) or (shows and matches(rule.tool, READING))

    def _is_suspect(self, rule: Rule) -> bool:
        pattern = rule.pattern
        if pattern is None or pattern in ("*", self._subject) or self._long:
            return True
        return self._may_match(pattern)

    def _may_match(self, pattern: str) -> bool:
        return names_path(pattern, self._names, self._place.root, self._place.home)


def withheld_patterns(policy: Policy) -> tuple[str, ...]:
    """The patterns of files that a search must leave out: reading them is denied, or asked about."""
    rules = (parse_rule(text) for text in (*policy.deny, *policy.ask))
    reading = (rule for rule in rules if matches(rule.tool, READING) or matches(rule.tool, "search_text"))
    return tuple(dict.fromkeys(rule.pattern for rule in reading if rule.pattern is not None))
