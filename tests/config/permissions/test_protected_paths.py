"""Files that grant power."""

from __future__ import annotations

import pytest

from config.permissions.policy import Judge, decide
from config.settings import Policy


@pytest.mark.parametrize(
    "path",
    [
        *(".callboard/config.toml", ".git/config", ".git/hooks/pre-commit", "sub/.git/config", ".git", "AGENTS.md"),
        *("docs/CLAUDE.md", "gemini.md", ".envrc", ".mcp.json", ".claude/settings.json", ".agents/skills/a/SKILL.md"),
        *(
            ".vscode/tasks.json",
            ".husky/pre-commit",
            ".GIT/config",
            "a/../.git/config",
            "./AGENTS.md",
            ".gi\u200ct/config",
        ),
        *(".idea/a.xml", ".cursor/rules/a", ".cursorrules", ".github/workflows/a.yml", ".gitattributes", ".gitmodules"),
        *(
            ".pre-commit-config.yaml",
            ".npmrc",
            "/home/me/.ssh/authorized_keys",
            "/home/me/.bashrc",
            ".devcontainer/a.json",
        ),
        *("/home/me/.config/git/config", "/home/me/.config/callboard/config.toml", ".git./config"),
    ],
    ids=ascii,
)
@pytest.mark.parametrize("tool", ["write_file", "edit_file", "patch"])
def test_a_file_that_grants_power_is_asked_about_whatever_allows_it(path: str, tool: str) -> None:
    rules = (tool, f"{tool}(*)", f"{tool}({path})")
    for mode in ("default", "accept-edits"):
        decision = decide(Policy(mode=mode, allow=rules), tool, "files", path, rules)
        assert (decision.verdict, decision.suggestion) == ("ask", "")
        assert decision.power
    assert decide(Policy(mode="plan"), tool, "files", path).verdict == "deny"
    assert decide(Policy(mode="yolo"), tool, "files", path).verdict == "allow"


def test_another_name_of_a_file_counts_as_well() -> None:
    decision = Judge(Policy(mode="accept-edits")).decide("edit_file", "files", "docs/agents.txt", ("AGENTS.md",))
    assert decision.verdict == "ask"


@pytest.mark.parametrize(
    "path", ["src/git/config", "a.git", "agents/x.md", "git/hooks", "vscode/a", "docs/agents-md.txt"]
)
def test_an_ordinary_file_is_edited_without_a_question(path: str) -> None:
    assert decide(Policy(mode="accept-edits"), "edit_file", "files", path).verdict == "allow"
