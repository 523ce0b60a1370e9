"""Files that grant power: who may write them decides what runs, or what an agent is told, without being asked again.

Data and one look-up, used by `config.permissions.policy`. Names are compared as a disk that takes capitals for small
letters would, and without characters that some disks pass over.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

_TOLD = "agents are told what stands there"
_SHELL = "shells run what stands there"
_GIT = "git runs commands that are configured there"
_AGENT = "it configures an agent, which then runs what stands there"
_EDITOR = "an editor runs what is configured there"
_HOOKS = "git runs the hooks that stand there"
_TOOLS = "tools run commands that are configured there"

PROTECTED_FOLDERS: Mapping[str, str] = {
    ".callboard": "it configures Callboard",
    ".git": _GIT,
    ".hg": "Mercurial runs commands that are configured there",
    ".jj": "Jujutsu runs commands that are configured there",
    ".svn": "Subversion runs commands that are configured there",
    **dict.fromkeys((".husky", ".githooks", ".git-hooks", ".lefthook"), _HOOKS),
    **dict.fromkeys(
        (
            *(".agents", ".claude", ".codex", ".gemini", ".cursor", ".windsurf", ".continue", ".cline", ".clinerules"),
            *(".roo", ".kiro", ".aider", ".opencode", ".crush", ".goose", ".qwen", ".amazonq", ".junie", ".augment"),
        ),
        _AGENT,
    ),
    **dict.fromkeys((".vscode", ".idea", ".zed", ".fleet", ".nvim", ".devcontainer"), _EDITOR),
    ".github": "it runs on the project's server, and agents are told what stands there",
    ".circleci": "it runs on the project's server",
    ".ssh": "it decides who may log in",
    ".gnupg": "it holds keys",
    ".direnv": _SHELL,
    ".config/git": _GIT,
    ".config/callboard": "it configures Callboard",
    ".local/state/callboard": "Callboard keeps there what it may do",
    ".config/fish": _SHELL,
    ".config/systemd": "the system starts what stands there",
    ".config/autostart": "the system starts what stands there",
}
"""Folders of which every file grants power, and why; those with a `/` count with both names."""
PROTECTED_FILES: Mapping[str, str] = {
    **dict.fromkeys(
        (
            *("agents.md", "agent.md", "agents.override.md", "agents.local.md", "claude.md", "claude.local.md"),
            *("gemini.md", "codex.md", "conventions.md", "copilot-instructions.md", "qwen.md", "warp.md", "crush.md"),
            *(".cursorrules", ".windsurfrules", ".goosehints", ".rules"),
        ),
        _TOLD,
    ),
    **dict.fromkeys(
        (
            *(".envrc", ".bashrc", ".bash_profile", ".bash_login", ".bash_logout", ".bash_aliases", ".profile"),
            *(".zshrc", ".zshenv", ".zprofile", ".zlogin", ".zlogout", ".kshrc", ".cshrc", ".tcshrc", ".login"),
            *(".inputrc", ".xprofile", ".xinitrc"),
        ),
        _SHELL,
    ),
    **dict.fromkeys((".gitconfig", ".gitmodules", ".gitattributes"), _GIT),
    **dict.fromkeys((".mcp.json", "mcp.json", ".roomodes", ".aider.conf.yml", "opencode.json", "crush.json"), _AGENT),
    **dict.fromkeys(
        (
            *(".pre-commit-config.yaml", ".pre-commit-config.yml", "lefthook.yml", ".lefthook.yml", "lefthook.yaml"),
            *(".lefthook.yaml", ".huskyrc", ".lintstagedrc", ".overcommit.yml"),
        ),
        _HOOKS,
    ),
    **dict.fromkeys(
        (
            *(".npmrc", ".yarnrc", ".yarnrc.yml", ".pnpmfile.cjs", ".tool-versions", "mise.toml", ".mise.toml"),
            *(".pypirc", ".netrc", ".vimrc", ".exrc", ".nvimrc", ".nvim.lua", ".ripgreprc", ".gdbinit", ".lldbinit"),
        ),
        _TOOLS,
    ),
    ".gitlab-ci.yml": "it runs on the project's server",
}
"""Files that grant power, by name in small letters, and why."""

_PASSED_OVER = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u206a-\u206f\ufeff\u00ad]")


def power_of(path: str) -> str:
    """What writing this file would decide, as words; empty where it is an ordinary file."""
    names = [_as_on_disk(name) for name in path.replace("\\", "/").split("/") if name]
    for at, name in enumerate(names):
        pair = "/".join(names[at : at + 2])
        triple = "/".join(names[at : at + 3])
        if found := (PROTECTED_FOLDERS.get(name) or PROTECTED_FOLDERS.get(pair) or PROTECTED_FOLDERS.get(triple)):
            return found
    return PROTECTED_FILES.get(names[-1], "") if names else ""


def _as_on_disk(name: str) -> str:
    return unicodedata.normalize("NFKC", _PASSED_OVER.sub("", name)).casefold().rstrip(". ") or name
