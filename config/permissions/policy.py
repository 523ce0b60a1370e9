"""Decides what a tool call may do. Pure: the same policy and call always give the same decision.

    deny rule → deny │ yolo → allow │ plan → deny all with effects │ ask rule → ask │ no effects → allow
    │ a file that grants power → ask │ accept-edits, files → allow │ allow rule → allow │ otherwise ask

A rule is `tool` or `tool(pattern)`; `*`, `?` and `[...]` work as in a shell, except that `*` also matches `/`, and
a trailing ` *` matches the bare command too. An allow rule must match every simple command of a compound one, a deny
or ask rule any of them; a line that cannot be followed is never allowed by a pattern, and any pattern denies it. A rule
for `read_file` that denies or asks holds for every tool that shows what is in files. Rules are no sandbox: they compare
text. Used by the tool runner; never asks, never acts.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from config.errors import ConfigError
from config.permissions.command_rule import is_covered, matches, might_match
from config.permissions.harmless_families import HARMLESS_FAMILIES
from config.permissions.path_rule import names_path, tidy_path
from config.permissions.protected_paths import power_of
from config.shell.shell_command import readings, take_apart, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from config.settings import Policy
    from config.shell.shell_command import ShellName

Verdict: TypeAlias = Literal["allow", "ask", "deny"]
CallEffects: TypeAlias = Literal["none", "files", "commands", "person"]
"""The same four as `tools.tool.Effects`; the two layers do not import each other."""

HARMLESS: tuple[CallEffects, ...] = ("none", "person")
READING = "read_file"
"""A deny or ask rule for this tool holds for all that show what is in files."""
SHOW_NO_CONTENT = frozenset(("ask_user", "list_files", "todo_list", "write_file"))
"""Tools to which a rule about reading does not apply. A tool that is not known is taken to show what it reads."""
SUBJECT_TOO_LONG = 131_072
"""Characters of a subject beyond which it is not looked at: no rule that allows matches, and any pattern denies."""
OPAQUE_ADVICE = (
    "It cannot be told what the line would run, so it may be what the rule means. Write the commands out: plain "
    "program names, no eval, nothing piped into a shell, no name of a command in a variable or a substitution."
)

_RULE = re.compile(r"\s*([\w.*?-]+)(?:\((.*)\)(?:\s+without((?:\s+[^\s()]+)+))?)?\s*", re.DOTALL)


LATER_TOOLS = ("mcp__",)
"""How the names begin of tools that are not there at the start; a rule may name them before."""


class Decision(Struct, frozen=True):
    """`rule` is what decided, for people; `suggestion` the rule that would allow the call, empty if none would.

    `power` says what a file that is asked about would decide, `advice` what to do about a denial.
    """

    verdict: Verdict
    rule: str
    suggestion: str = ""
    power: str = ""
    advice: str = ""


class Rule(Struct, frozen=True):
    """A parsed rule; `pattern` is None where it means every call of the tool; `without`: options that it leaves out."""

    tool: str
    pattern: str | None
    without: tuple[str, ...] = ()


class Judge(Struct, frozen=True):
    """A policy with what it must know of the place: who reads commands, and where paths begin.

    `rules` are allow rules that a person added while the session ran; `root` and `home` are folders, or empty.
    """

    policy: Policy
    rules: tuple[str, ...] = ()
    shell: ShellName = "sh"
    root: str = ""
    home: str = ""

    def decide(self, tool: str, effects: CallEffects, subject: str, also: tuple[str, ...] = ()) -> Decision:  # noqa: PLR0911 - one return for each row of the table above
        """What becomes of this call. `also` are other names of the file that is its subject.

        Raises:
            ConfigError: a rule is malformed; rules that came through `config.load` are not.
        """
        policy, call = self.policy, _Call(self, tool, effects, subject, also)
        if rule := call.first_against(policy.deny):
            return Decision("deny", f"deny rule {rule}", advice=OPAQUE_ADVICE if call.is_opaque() else "")
        if policy.mode == "yolo":
            return Decision("allow", "mode yolo")
        if policy.mode == "plan" and effects not in HARMLESS:
            return Decision("deny", "mode plan: nothing may be changed")
        if rule := call.first_against(policy.ask):
            return Decision("ask", f"ask rule {rule}", power=call.power())
        if effects in HARMLESS:
            return Decision("allow", "it changes nothing")
        if power := call.power():
            return Decision("ask", f"{subject} grants power: {power}", power=power)
        if policy.mode == "accept-edits" and effects == "files":
            return Decision("allow", "mode accept-edits")
        if rule := call.permit((*policy.allow, *self.rules)):
            return Decision("allow", f"allow rule {rule}")
        why = f"mode {policy.mode} asks before {effects}"
        return Decision("ask", why, suggest_rule(tool, effects, subject, self.shell))


def decide(
    policy: Policy,
    tool: str,
    effects: CallEffects,
    subject: str,
    session_rules: Iterable[str] = (),
) -> Decision:
    """What becomes of this call where nothing is known of the place.

    Raises:
        ConfigError: as `Judge.decide`.
    """
    return Judge(policy, tuple(session_rules)).decide(tool, effects, subject)


def suggest_rule(tool: str, effects: CallEffects, subject: str, shell: ShellName = "sh") -> str:
    """The rule to offer as `always`: a family of commands where that is harmless, else exactly this call.

    Empty where the call has no subject: a rule for it would be a rule for everything.
    """
    if not subject or len(subject) > SUBJECT_TOO_LONG:
        return ""
    if effects != "commands":
        return f"{tool}({_escaped(tidy_path(subject) if effects == 'files' else subject)})"
    taken = take_apart(subject, shell)
    if len(taken.parts) == 1 and not taken.opaque:
        for family, without in HARMLESS_FAMILIES.items():
            if is_covered(f"{family} *", without, taken.parts[0], shell):
                return f"{tool}({family} *){' without ' if without else ''}{' '.join(without)}"
    return f"{tool}({_escaped(subject)})"


def withheld_patterns(policy: Policy) -> tuple[str, ...]:
    """The patterns of files that a search must leave out: reading them is denied, or asked about."""
    rules = (parse_rule(text) for text in (*policy.deny, *policy.ask))
    reading = (rule for rule in rules if matches(rule.tool, READING) or matches(rule.tool, "search_text"))
    return tuple(dict.fromkeys(rule.pattern for rule in reading if rule.pattern is not None))


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


def names_later_tools(pattern: str) -> bool:
    """Whether the tool of a rule may be one that a provider adds while the program runs, such as `mcp__github__*`."""
    plain = re.split(r"[*?\[]", pattern, maxsplit=1)[0]
    if plain == pattern:
        return pattern.startswith(LATER_TOOLS)
    return any(plain.startswith(start) or start.startswith(plain) for start in LATER_TOOLS)


class _Call:
    """One tool call, held against rules."""

    def __init__(self, judge: Judge, tool: str, effects: CallEffects, subject: str, also: tuple[str, ...]) -> None:
        self._judge = judge
        self._tool = tool
        self._effects: CallEffects = effects
        self._subject = subject
        self._names = (subject, *also)
        self._long = any(len(name) > SUBJECT_TOO_LONG for name in self._names)
        self._readings = readings(subject, judge.shell) if effects == "commands" and not self._long else None

    def is_opaque(self) -> bool:
        """Whether it cannot be told what the call would do."""
        return self._long or (self._effects == "commands" and self._readings is None)

    def power(self) -> str:
        """What writing this file would decide; empty where it decides nothing, or is no file."""
        if self._effects != "files" or self._long:
            return ""
        names = (*self._names, *(tidy_path(name) for name in self._names))
        return next((power for name in names if (power := power_of(name))), "")

    def first_against(self, rules: Iterable[str]) -> str:
        """The first rule that means this call, or may mean it: generous, for rules that forbid or ask."""
        return self._first(rules, lambda rule: self._is_about(rule) and self._is_suspect(rule))

    def permit(self, rules: tuple[str, ...]) -> str:
        """The rules that together allow the call, or an empty string. Sure or nothing."""
        subject = self._subject
        if rule := self._first(rules, lambda rule: self._is_mine(rule) and _is_literally(rule, subject)):
            return rule
        if self._long:
            return ""
        if self._effects != "commands":
            tidy = tidy_path(subject) if self._effects == "files" else subject
            return self._first(rules, lambda rule: self._is_mine(rule) and matches(rule.pattern or "*", tidy))
        taken = take_apart(subject, self._judge.shell)
        if taken.opaque or not taken.parts or self._shows_withheld(taken.parts):
            return ""
        used = [self._rule_for(part, rules) for part in taken.parts]
        return ", ".join(dict.fromkeys(used)) if all(used) else ""

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
        if self._effects != "commands":
            return names_path(pattern, self._names, self._judge.root, self._judge.home)
        if self._readings is None:
            return True
        if matches(pattern, self._subject.strip()):
            return True
        return any(might_match(pattern, reading) for reading in self._readings)

    def _rule_for(self, part: str, rules: tuple[str, ...]) -> str:
        def fits(rule: Rule) -> bool:
            pattern = rule.pattern or "*"
            return self._is_mine(rule) and is_covered(pattern, rule.without, part, self._judge.shell)

        return self._first(rules, fits)

    def _shows_withheld(self, parts: tuple[str, ...]) -> bool:
        """Whether a command names a file that may not be read: no rule allows that without a question."""
        judge = self._judge
        patterns = withheld_patterns(judge.policy)
        if not patterns:
            return False
        words = [word for part in parts for word in words_of(part, judge.shell)[1:]]
        names = tuple(name for word in words for name in (word.text, word.text.rpartition("=")[2]) if name)
        return any(names_path(pattern, names, judge.root, judge.home) for pattern in patterns)


def _is_literally(rule: Rule, subject: str) -> bool:
    """Whether the rule means every call of the tool, or exactly this one."""
    pattern = rule.pattern
    if rule.without or pattern in (None, "*"):
        return not rule.without
    return len(pattern) >= len(subject) and pattern == _escaped(subject)


def _escaped(text: str) -> str:
    return re.sub(r"([*?\[])", r"[\1]", text)
