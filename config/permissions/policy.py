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

from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from config.permissions.call_subject import CallEffects, CallPlace, CallSubject

if TYPE_CHECKING:
    from collections.abc import Iterable

    from config.settings import Policy
    from config.shell.shell_command import ShellName

Verdict: TypeAlias = Literal["allow", "ask", "deny"]

HARMLESS: tuple[CallEffects, ...] = ("none", "person")
OPAQUE_ADVICE = (
    "It cannot be told what the line would run, so it may be what the rule means. Write the commands out: plain "
    "program names, no eval, nothing piped into a shell, no name of a command in a variable or a substitution."
)


class Decision(Struct, frozen=True):
    """`rule` is what decided, for people; `suggestion` the rule that would allow the call, empty if none would.

    `power` says what a file that is asked about would decide, `advice` what to do about a denial.
    """

    verdict: Verdict
    rule: str
    suggestion: str = ""
    power: str = ""
    advice: str = ""


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
        policy, call = self.policy, _subject(tool, effects, (subject, *also), self._place())
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
        if rule := call.permit((*policy.allow, *self.rules), policy):
            return Decision("allow", f"allow rule {rule}")
        why = f"mode {policy.mode} asks before {effects}"
        return Decision("ask", why, call.suggestion())

    def _place(self) -> CallPlace:
        return CallPlace(self.shell, self.root, self.home)


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
    return _subject(tool, effects, (subject,), CallPlace(shell)).suggestion()


def _subject(tool: str, effects: CallEffects, names: tuple[str, ...], place: CallPlace) -> CallSubject:
    if effects != "commands":
        return CallSubject(tool, effects, names, place)
    from config.permissions.command_subject import CommandSubject  # noqa: PLC0415 - see there

    return CommandSubject(tool, effects, names, place)
