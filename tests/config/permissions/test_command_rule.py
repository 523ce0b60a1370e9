"""What rules for commands find: words among options, commands in disguise, lines that nobody can follow."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.permissions.policy import Decision, Judge
from config.settings import Policy
from config.shell.shell_command import ShellName
from tests.config.shell.shell_corpus import OPAQUE, RUNS


def run(command: str, *, policy: Policy, read_as: ShellName = "sh") -> Decision:
    return Judge(policy, shell=read_as).decide("run_command", "commands", command)


@pytest.mark.parametrize(
    ("rule", "command"),
    [
        ("git push *", "git -C . push"),
        ("git push *", "git -c a=b push origin"),
        ("git push *", "git --git-dir=x --no-pager push"),
        ("git push *", "git --work-tree x -p push"),
        ("git push *", "git $(echo push)"),
        ("git push *", "git $X"),
        ("git push *", 'git "$X" main'),
        ("git push *", "git pu{s,}h"),
        ("git push *", "git p?sh"),
        ("git push *", "echo push | xargs git"),
        ("git push --force *", "git push origin --force"),
        ("git push --force *", "git push $(echo --force)"),
        ("git push -f *", "git push -uf origin"),
        ("rm -rf *", "rm -fr x"),
        ("rm -rf *", "rm -r -f x"),
        ("rm -rf *", "rm x -rf"),
        ("docker compose down *", "docker --context c compose -f f down"),
        ("kubectl delete *", "kubectl -n prod delete pod a"),
        ("npm publish *", "npm --prefix a publish"),
        ("gh pr merge *", "gh -R a/b pr merge 1"),
        ("pip install *", "python -m pip -q install a"),
        ("git push", "git -C . push"),
        ("rm /etc/*", "rm -v /etc/passwd"),
        ("*secret*", "cat secret.txt"),
    ],
)
def test_a_deny_rule_finds_its_words_whatever_stands_between_them(rule: str, command: str) -> None:
    policy = Policy(mode="yolo", deny=(f"run_command({rule})",))
    assert run(command, policy=policy, read_as="bash").verdict == "deny"


@pytest.mark.parametrize(
    ("rule", "command"),
    [
        ("git push *", "git -C push status"),
        ("git push *", "git log push"),
        ("git push *", "git commit -m push"),
        ("git push *", 'git commit -m "$X"'),
        ("git push *", "echo git push $X"),
        ("git push --force *", "git push origin"),
        ("rm -rf *", "rm -r x"),
        ("rm -rf *", "rm x"),
        ("git push", "git push origin"),
        ("rm *", 'for f in *.py; do echo "$f"; done'),
    ],
)
def test_a_deny_rule_for_some_words_leaves_others_alone(rule: str, command: str) -> None:
    policy = Policy(mode="yolo", deny=(f"run_command({rule})",))
    assert run(command, policy=policy, read_as="bash").verdict == "allow"


@pytest.mark.parametrize("command", OPAQUE, ids=ascii)
def test_a_line_that_cannot_be_followed_is_denied_under_any_rule_asked_about_without_and_explained(
    command: str,
) -> None:
    for rule in ("rm *", "git push *", "*secret*"):
        decision = run(command, policy=Policy(mode="yolo", deny=(f"run_command({rule})",)), read_as="bash")
        assert decision.verdict == "deny"
        assert "Write the commands out" in decision.advice
    assert (
        run(command, policy=Policy(allow=("run_command(echo *)", "run_command(rm *)")), read_as="bash").verdict == "ask"
    )


def test_the_shell_that_runs_a_line_is_the_one_that_the_policy_reads_it_as() -> None:
    line = "git status &>/dev/null rm -rf victim"
    allowing, denying = Policy(allow=("run_command(git *)",)), Policy(mode="yolo", deny=("run_command(rm *)",))
    assert [run(line, policy=allowing, read_as=shell).verdict for shell in ("bash", "sh")] == ["allow", "ask"]
    assert [run(line, policy=denying, read_as=shell).verdict for shell in ("bash", "sh")] == ["allow", "deny"]


def quoted_again(command: str) -> str:
    return shlex.quote(command)


around_lines = st.sampled_from(
    (
        *("{}", "{} ", "\n{}", "a; {}", "a && {}", "a & {}", "! {}", "( {})", "{{ {}; }}", "echo $( {})"),
        *("if a; then {}; fi", "while {}; do b; done", "f() {{ {}; }}", "case a in a) {};; esac", "[[ a ]] && {}"),
        *('echo "$( {})"', "echo ${{a:-$( {})}}", "a=$( {})", "((1)); {}", "cat <( {})", "cat <<E\nb\nE\n{}"),
    )
)
"""What may stand around any line."""
around_commands = st.sampled_from(
    (
        *("a | {}", ">log {}", "2>&1 </dev/null {}", "{} >o 2>&1", "time {}", "a=b {}", "sudo {}", "sudo -nu bob {}"),
        *("env -u Q -i {}", "timeout -s KILL .5 {}", "nice -n 5 {}", "nohup {}", "xargs -0 -n 1 {}", "busybox {}"),
        *("exec -a n {}", "command {}", "find . -exec {} \\;", "git bisect run {}", "docker run --rm i {}"),
        "strace -o f {}",
    )
)
"""What may stand around a simple command only: before `!`, `(` or `while` it would make another command of them."""
heredoc = "cat <<E{number}\n$( {line})\nE{number}"
"""Its last line must stay alone, and end no other one."""
scripts = st.sampled_from(
    (
        *(
            "sh -c {}",
            "bash -lc {}",
            "eval {}",
            "trap {} EXIT",
            "su -c {}",
            "watch -n 1 {}",
            "flock l -c {}",
            "env -S {}",
        ),
        *("git submodule foreach {}", "git rebase -x {}", "ssh host {}", "script -c {} f", "git -c alias.a='!'{} a"),
    )
)


@st.composite
def disguises(draw: st.DrawFn) -> str:
    """`rm x` in wrappings; whatever would break another wrapping's grammar is given to a shell of its own there."""
    line = draw(st.sampled_from(("rm x", "'rm' x", "r\\m x", "/bin/rm x", "rm >o x", "$'rm' x", "r\\\nm x")))
    simple = open_ended = True
    for number in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(("line", "command", "script", "heredoc")))
        if not (simple if kind == "command" else open_ended):
            line = f"sh -c {quoted_again(line)}"
        if kind == "line":
            line, simple = draw(around_lines).format(line), False
        elif kind == "command":
            line, simple = draw(around_commands).format(line), True
        elif kind == "script":
            line, simple = draw(scripts).replace("{}", quoted_again(line)), True
        else:
            line, simple = heredoc.format(number=number, line=line), False
        open_ended = kind != "heredoc"
    return line


@given(disguises(), st.sampled_from(("bash", "sh")))
def test_a_denied_command_is_denied_in_every_composition(line: str, shell: ShellName) -> None:
    policy = Policy(mode="yolo", allow=("run_command",), deny=("run_command(rm *)",))
    assert run(line, policy=policy, read_as=shell).verdict == "deny"
    asking = Policy(allow=("run_command",), ask=("run_command(rm *)",))
    assert run(line, policy=asking, read_as=shell).verdict == "ask"


@given(disguises(), st.sampled_from(("bash", "sh")))
def test_a_command_that_no_rule_allows_is_not_allowed_in_any_composition(line: str, shell: ShellName) -> None:
    allowed = ("a", "echo *", "cat *", "b", "((1))", "git status *")
    policy = Policy(allow=tuple(f"run_command({rule})" for rule in allowed))
    assert run(line, policy=policy, read_as=shell).verdict == "ask"


def test_every_command_of_the_corpus_is_denied_by_its_own_rule() -> None:
    for line, commands in RUNS.items():
        for command in commands:
            policy = Policy(mode="yolo", deny=(f"run_command({command.partition(' ')[0]} *)",))
            assert run(line, policy=policy, read_as="bash").verdict == "deny", line
