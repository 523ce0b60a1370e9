"""What calls may do in this session: the policy in force and the rules that were added while it ran. Pure.

Part of the tool runner's state. The open calls are another value, `actors.calls.open_calls`; both survive a restart of
the tool runner in `actors.calls.runner_memory`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from config.permissions.policy import Judge

if TYPE_CHECKING:
    from config.settings import PermissionMode, Policy
    from config.shell.shell_command import ShellName


class SessionPermissions(Struct, frozen=True):
    """`rules` are allow rules beside those of the policy: saved earlier, or added by the person since the start."""

    policy: Policy
    rules: tuple[str, ...] = ()
    shell: ShellName = "sh"
    """What reads commands."""
    root: str = ""
    """The workspace's folder."""
    home: str = ""
    """The person's folder."""

    def judge(self) -> Judge:
        """What decides about a call."""
        return Judge(self.policy, self.rules, self.shell, self.root, self.home)

    def in_mode(self, mode: PermissionMode) -> SessionPermissions:
        """The same rules, judged in this mode."""
        return replace(self, policy=replace(self.policy, mode=mode))

    def allowing(self, rule: str) -> SessionPermissions:
        """With one more allow rule, until the end of the session."""
        return replace(self, rules=(*self.rules, rule))
