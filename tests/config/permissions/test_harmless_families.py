"""What is offered for always, and what rules leave out."""

from __future__ import annotations

import pytest

from config.permissions.policy import Decision, Judge, suggest_rule
from config.settings import Policy
from config.shell.shell_command import ShellName


def run(command: str, *, policy: Policy, read_as: ShellName = "sh") -> Decision:
    return Judge(policy, shell=read_as).decide("run_command", "commands", command)


@pytest.mark.parametrize(
    ("asked", "later"),
    [
        ("git diff", "git diff --output=x"),
        ("git diff", "git diff --outp x"),
        ("git diff", "git diff --no-index /etc/shadow /dev/null"),
        ("git diff", "git diff --ext-diff"),
        ("git diff HEAD", "git diff $X"),
        ("git diff HEAD", "git diff HEAD$X"),
        ("git diff HEAD", "git diff *"),
        ("git diff", "git diff '--output=x'"),
        ("git diff", "git diff --out\\put=x"),
        ("git log", "git log --output x"),
        ("git show", "git show --textconv"),
        ("git fetch", "git fetch --upload-pack=x"),
        ("git fetch origin", "git fetch origin --upload-pack x"),
        ("git grep a", "git grep -Osh a"),
        ("git rebase main", "git rebase -x sh main"),
        ("git bisect good", "git bisect run sh"),
        ("git submodule status", "git submodule foreach sh"),
        ("docker compose ps", "docker compose exec a sh"),
        ("uv tool list", "uv tool run x"),
        ("go test ./...", "go test -exec sh ./..."),
        ("make test", "make test --eval=x"),
        ("cargo test", "cargo test --config x"),
        ("pip install a", "pip install b"),
        ("gh api a", "gh api -X DELETE b"),
        ("gh pr list", "gh pr merge 1"),
        ("yarn node a", "yarn node -e x"),
        ("npm test", "npm test -- --x"),
        ("diff a b", "diff -l a b"),
    ],
)
def test_what_is_offered_for_always_does_not_cover_what_is_dangerous(asked: str, later: str) -> None:
    rule = suggest_rule("run_command", "commands", asked, "bash")
    assert run(asked, policy=Policy(allow=(rule,)), read_as="bash").verdict == "allow"
    assert run(later, policy=Policy(allow=(rule,)), read_as="bash").verdict == "ask"


def test_an_offered_family_covers_its_harmless_calls() -> None:
    rule = suggest_rule("run_command", "commands", "git diff --stat", "bash")
    assert rule.startswith("run_command(git diff *) without --output ")
    for command in ("git diff", "git diff HEAD~1 -- a.py", "git diff --cached --name-only", 'git diff "a b"'):
        assert run(command, policy=Policy(allow=(rule,)), read_as="bash").verdict == "allow"


def test_a_rule_that_a_person_wrote_keeps_its_plain_meaning() -> None:
    policy = Policy(allow=("run_command(git diff *)", "run_command(make *) without --eval -f"))
    assert run("git diff --output=x", policy=policy).verdict == "allow"
    assert run("make all", policy=policy).verdict == "allow"
    for command in ("make --eval=x", "make --ev x", "make -kf x", "make $X"):
        assert run(command, policy=policy).verdict == "ask"
