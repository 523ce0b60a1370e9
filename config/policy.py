"""Decides what a tool call may do. Pure: the same policy and call always give the same decision.

    deny rule → deny │ yolo → allow │ plan → deny all with effects │ ask rule → ask
    │ no effects → allow │ accept-edits, files → allow │ allow rule → allow │ otherwise ask

A rule is `tool` or `tool(pattern)`; `*`, `?` and `[...]` work as in a shell, except that `*` also matches `/`, and
a trailing ` *` matches the bare command too. An allow rule must match every simple command of a compound one, a deny
or ask rule any of them. Rules are no sandbox: they compare text. Used by the tool runner; never asks, never acts.
"""

from __future__ import annotations

import fnmatch
import posixpath
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from config.errors import ConfigError
from config.shell_command import suspects, take_apart, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from config.settings import Policy

Verdict: TypeAlias = Literal["allow", "ask", "deny"]
CallEffects: TypeAlias = Literal["none", "files", "commands", "person"]
"""The same four as `tools.tool.Effects`; the two layers do not import each other."""

HARMLESS: tuple[CallEffects, ...] = ("none", "person")
KNOWN_FAMILIES = frozenset(
    ("cargo", "docker", "gh", "git", "go", "just", "kubectl", "make", "npm", "pip", "pnpm", "poetry", "uv", "yarn"),
)
"""Programs whose second word says what they do: the rule that is suggested keeps it."""
RUNNERS = frozenset(("config", "dlx", "eval", "exec", "generate", "run", "shell", "x"))
"""Second words behind which anything can be run: no rule is suggested for them."""
KNOWN_READERS = frozenset(("cat", "df", "diff", "du", "grep", "head", "ls", "pwd", "stat", "tail", "wc"))
"""Programs for which any argument may be suggested."""


LATER_TOOLS = ("mcp__",)
"""How the names begin of tools that are not there at the start; a rule may name them before."""


class Decision(Struct, frozen=True):
    """`rule` is what decided, for people; `suggestion` the rule that would allow the call, empty if none would."""

    verdict: Verdict
    rule: str
    suggestion: str = ""


class Rule(Struct, frozen=True):
    """A parsed rule; `pattern` is None where the rule means every call of the tool."""

    tool: str
    pattern: str | None


def decide(  # noqa: PLR0911 - one return for each row of the table above
    policy: Policy,
    tool: str,
    effects: CallEffects,
    subject: str,
    session_rules: Iterable[str] = (),
) -> Decision:
    """What becomes of this call. `session_rules` are allow rules that a person added while the session ran.

    Raises:
        ConfigError: a rule is malformed; rules that came through `config.load` are not.
    """
    call = _Call(tool, effects, subject)
    if rule := call.first(policy.deny, call.is_suspect):
        return Decision("deny", f"deny rule {rule}")
    if policy.mode == "yolo":
        return Decision("allow", "mode yolo")
    if policy.mode == "plan" and effects not in HARMLESS:
        return Decision("deny", "mode plan: nothing may be changed")
    if rule := call.first(policy.ask, call.is_suspect):
        return Decision("ask", f"ask rule {rule}")
    if effects in HARMLESS:
        return Decision("allow", "it changes nothing")
    if policy.mode == "accept-edits" and effects == "files":
        return Decision("allow", "mode accept-edits")
    if rule := call.permit((*policy.allow, *session_rules)):
        return Decision("allow", f"allow rule {rule}")
    return Decision("ask", f"mode {policy.mode} asks before {effects}", suggest_rule(tool, effects, subject))


def suggest_rule(tool: str, effects: CallEffects, subject: str) -> str:
    """The rule to offer as `always`: a family of commands where that is harmless, else exactly this call.

    Empty where the call has no subject: a rule for it would be a rule for everything.
    """
    if not subject:
        return ""
    if effects != "commands":
        return f"{tool}({_escaped(_tidy_path(subject) if effects == 'files' else subject)})"
    taken = take_apart(subject)
    if len(taken.parts) == 1 and not taken.opaque:
        words = words_of(taken.parts[0])
        if words[0] in KNOWN_READERS and _starts_plainly(taken.parts[0], words[:1]):
            return f"{tool}({words[0]} *)"
        known = words[0] in KNOWN_FAMILIES and not RUNNERS.intersection(words[1:2])
        if known and len(words) > 1 and _starts_plainly(taken.parts[0], words[:2]):
            return f"{tool}({words[0]} {words[1]} *)"
    return f"{tool}({_escaped(subject)})"


@lru_cache(maxsize=512)
def parse_rule(text: str) -> Rule:
    """A rule as written in a configuration file or after `--allowed-tools`.

    Raises:
        ConfigError: the text is no rule.
    """
    match = re.fullmatch(r"\s*([\w.*?-]+)(?:\((.*)\))?\s*", text, re.DOTALL)
    if match is None or match[2] == "":
        raise ConfigError(f'"{text}" is no rule: write tool or tool(pattern), for example run_command(git *)')
    return Rule(match[1], match[2])


def names_later_tools(pattern: str) -> bool:
    """Whether the tool of a rule may be one that a provider adds while the program runs, such as `mcp__github__*`."""
    plain = re.split(r"[*?\[]", pattern, maxsplit=1)[0]
    if plain == pattern:
        return pattern.startswith(LATER_TOOLS)
    return any(plain.startswith(start) or start.startswith(plain) for start in LATER_TOOLS)


class _Call(Struct, frozen=True):
    """One tool call, held against rules."""

    tool: str
    effects: CallEffects
    subject: str

    def first(self, rules: Iterable[str], matches: Callable[[str], bool]) -> str:
        """The first rule of this tool whose pattern matches, or an empty string."""
        for text in rules:
            rule = parse_rule(text)
            if _matches(rule.tool, self.tool) and (rule.pattern is None or matches(rule.pattern)):
                return text
        return ""

    def permit(self, rules: tuple[str, ...]) -> str:
        """The rules that together allow the call, or an empty string. Sure or nothing."""
        if rule := self.first(rules, self._is_literally):
            return rule
        if self.effects != "commands":
            tidy = _tidy_path(self.subject) if self.effects == "files" else self.subject
            return self.first(rules, lambda pattern: _matches(pattern, tidy))
        taken = take_apart(self.subject)
        if taken.opaque or not taken.parts:
            return ""
        used = [self._rule_for(part, rules) for part in taken.parts]
        return ", ".join(dict.fromkeys(used)) if all(used) else ""

    def is_suspect(self, pattern: str) -> bool:
        """Whether any reading of the call matches: generous, for rules that forbid or ask."""
        if pattern in ("*", self.subject):
            return True
        if self.effects == "commands":
            readings = suspects(self.subject)
            return readings is None or any(_matches_command(pattern, reading) for reading in readings)
        tidy = _tidy_path(self.subject)
        if _matches(pattern, self.subject) or _matches(pattern, tidy):
            return True
        return not pattern.startswith("/") and _matches(f"*/{pattern}", tidy)

    def _is_literally(self, pattern: str) -> bool:
        return pattern == "*" or pattern == _escaped(self.subject)

    def _rule_for(self, part: str, rules: tuple[str, ...]) -> str:
        return self.first(rules, lambda pattern: _matches_command(pattern, part))


def _matches_command(pattern: str, command: str) -> bool:
    if pattern.endswith(" *") and _matches(pattern[:-2], command):
        return True
    return _matches(pattern, command)


def _matches(pattern: str, text: str) -> bool:
    return _compiled(pattern).match(text) is not None


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(fnmatch.translate(pattern))


def _escaped(text: str) -> str:
    return re.sub(r"([*?\[])", r"[\1]", text)


def _tidy_path(path: str) -> str:
    return posixpath.normpath(path) if path else path


def _starts_plainly(part: str, words: tuple[str, ...]) -> bool:
    """Whether the words stand at the start just as they are, unquoted, and none of them is an option or a path."""
    plain = " ".join(words)
    whole = part == plain or part.startswith(f"{plain} ")
    return whole and all(re.fullmatch(r"[a-z][\w:-]*", word) for word in words)
