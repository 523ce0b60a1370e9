"""A command line, held against rules, as the shell that runs it reads it.

An allow rule must match every simple command of the line, a deny or ask rule any of them; a line that cannot be
followed is never allowed by a pattern, and any pattern denies it. Pure. Used by `config.permissions.policy`, which
imports it with the first command: the shell's reader is a third of what a start would have to load of the policy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.permissions.call_subject import CallEffects, CallPlace, CallSubject, withheld_patterns
from config.permissions.command_rule import is_covered, might_match
from config.permissions.harmless_families import HARMLESS_FAMILIES
from config.permissions.path_rule import names_path
from config.permissions.rule import Rule, escaped, matches
from config.shell.shell_command import readings, take_apart, words_of

if TYPE_CHECKING:
    from config.settings import Policy


class CommandSubject(CallSubject):
    """A call whose subject is a command line."""

    def __init__(self, tool: str, effects: CallEffects, names: tuple[str, ...], place: CallPlace) -> None:
        super().__init__(tool, effects, names, place)
        self._readings = None if self._long else readings(self._subject, place.shell)

    def is_opaque(self) -> bool:
        """Whether it cannot be told what the line would run."""
        return self._readings is None

    def _suggestion(self) -> str:
        """A family of commands where that is harmless, else exactly this line."""
        taken = take_apart(self._subject, self._place.shell)
        if len(taken.parts) == 1 and not taken.opaque:
            for family, without in HARMLESS_FAMILIES.items():
                if is_covered(f"{family} *", without, taken.parts[0], self._place.shell):
                    return f"{self._tool}({family} *){' without ' if without else ''}{' '.join(without)}"
        return f"{self._tool}({escaped(self._subject)})"

    def _permit_by_pattern(self, rules: tuple[str, ...], policy: Policy) -> str:
        taken = take_apart(self._subject, self._place.shell)
        if taken.opaque or not taken.parts or self._shows_withheld(taken.parts, policy):
            return ""
        used = [self._rule_for(part, rules) for part in taken.parts]
        return ", ".join(dict.fromkeys(used)) if all(used) else ""

    def _may_match(self, pattern: str) -> bool:
        if self._readings is None or matches(pattern, self._subject.strip()):
            return True
        return any(might_match(pattern, reading) for reading in self._readings)

    def _rule_for(self, part: str, rules: tuple[str, ...]) -> str:
        def fits(rule: Rule) -> bool:
            return self._is_mine(rule) and is_covered(rule.pattern or "*", rule.without, part, self._place.shell)

        return self._first(rules, fits)

    def _shows_withheld(self, parts: tuple[str, ...], policy: Policy) -> bool:
        """Whether a command names a file that may not be read: no rule allows that without a question."""
        place, patterns = self._place, withheld_patterns(policy)
        if not patterns:
            return False
        words = [word for part in parts for word in words_of(part, place.shell)[1:]]
        names = tuple(name for word in words for name in (word.text, word.text.rpartition("=")[2]) if name)
        return any(names_path(pattern, names, place.root, place.home) for pattern in patterns)
