"""What a tool call may do, as a table and as laws that hold for every policy."""

from __future__ import annotations

from time import process_time
from typing import get_args

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from config.permissions.call_subject import CallEffects
from config.permissions.policy import Decision, Judge, Verdict, decide, suggest_rule
from config.settings import PermissionMode, Policy
from config.shell.shell_command import ShellName

RANK: dict[Verdict, int] = {"allow": 0, "ask": 1, "deny": 2}


def run(command: str, *, policy: Policy, read_as: ShellName = "sh") -> Decision:
    return Judge(policy, shell=read_as).decide("run_command", "commands", command)


@pytest.mark.parametrize(
    ("mode", "effects", "expected"),
    [
        ("default", "none", "allow"),
        ("default", "person", "allow"),
        ("default", "files", "ask"),
        ("default", "commands", "ask"),
        ("accept-edits", "files", "allow"),
        ("accept-edits", "commands", "ask"),
        ("plan", "none", "allow"),
        ("plan", "person", "allow"),
        ("plan", "files", "deny"),
        ("plan", "commands", "deny"),
        ("yolo", "files", "allow"),
        ("yolo", "commands", "allow"),
    ],
)
def test_each_mode_says_what_needs_no_question(mode: PermissionMode, effects: CallEffects, expected: Verdict) -> None:
    assert decide(Policy(mode=mode), "a_tool", effects, "subject").verdict == expected


@pytest.mark.parametrize(
    "command",
    [
        "git status",
        "git",
        "git  status -s",
        "git log | git shortlog",
        "git fetch && git status; git diff",
        "git fetch\ngit status",
        'git commit -m "a; b && c | d"',
        "git log 2>&1 >/dev/null",
        "git log 2>/dev/null | git shortlog",
        "git log --grep='$(x)'",
        "git show HEAD#1",
        r"git add a\;b",
        "git push &",
    ],
)
def test_a_prefix_rule_allows_commands_of_its_family_only_chained_with_each_other(command: str) -> None:
    assert run(command, policy=Policy(allow=("run_command(git *)",))).verdict == "allow"


@pytest.mark.parametrize(
    "command",
    [
        "gitk",
        "rm -rf x",
        "git status; rm -rf x",
        "git status && rm x",
        "git status || rm x",
        "git status | sh",
        "git status & rm x",
        "git status\nrm x",
        "git $(rm x)",
        'git "$(rm x)"',
        "git `rm x`",
        'git "`rm x`"',
        "git ${x:-`rm`}",
        "git diff <(rm x)",
        "git log > /etc/passwd",
        "git log >> ~/.profile",
        "git log 2>&1 > file",
        "git apply < x",
        "git status # '\nrm x #'",
        "git\t# '\nrm x #'",
        "git status $'\\'; rm x #'",
        "git 'unbalanced",
        'git "unbalanced',
        "git log \\",
        "(git status)",
        "{ git status; }",
        "if git status; then rm x; fi",
        "FOO=1 git status",
        "git status\r rm x",
        "git status\x00rm",
        "/home/me/git status",
        "",
        ";",
    ],
)
def test_a_prefix_rule_never_allows_more_than_its_family(command: str) -> None:
    assert run(command, policy=Policy(allow=("run_command(git *)",))).verdict == "ask"


def test_a_line_that_is_continued_is_read_as_the_shell_reads_it() -> None:
    policy = Policy(allow=("run_command(ls *)",))
    assert run("ls \\\n -l", policy=policy).verdict == "allow"
    assert run("ls\\\n of -i", policy=policy).verdict == "allow"
    assert run("ls\\\nof -i", policy=policy).verdict == "ask"


@pytest.mark.parametrize(
    "command",
    [
        "rm -rf x",
        "rm",
        "git status; rm x",
        "git status && sudo rm x",
        "sudo -u bob /bin/rm x",
        "/bin/rm x",
        "X=1 rm x",
        "echo $(rm x)",
        "echo `rm x`",
        "echo x | xargs -n 1 rm x",
        "sh -c 'rm x'",
        "bash -c 'cd y && rm x'",
        "'rm' x",
        "r\\m x",
        "timeout -k 1 5 rm x",
        "if true; then rm x; fi",
        "(rm x)",
        "nohup env A=b nice -n 5 rm x",
        "# '\nrm x #'",
    ],
)
@pytest.mark.parametrize("mode", ["default", "yolo", "accept-edits"])
def test_a_deny_rule_sees_its_command_in_many_disguises(command: str, mode: PermissionMode) -> None:
    decision = run(command, policy=Policy(mode=mode, allow=("run_command",), deny=("run_command(rm *)",)))
    assert decision == Decision("deny", "deny rule run_command(rm *)")


@pytest.mark.parametrize("command", ["git rm x", "echo rm x", "grep 'rm x' y", 'echo "a; rm x"', "rmdir x"])
def test_a_deny_rule_leaves_harmless_words_alone(command: str) -> None:
    policy = Policy(allow=("run_command",), deny=("run_command(rm *)",))
    assert run(command, policy=policy).verdict == "allow"


def test_parts_may_be_allowed_by_different_rules_and_all_of_them_are_named() -> None:
    policy = Policy(allow=("run_command(cd *)", "run_command(make test)"))
    assert run("cd x && make test", policy=policy).rule == "allow rule run_command(cd *), run_command(make test)"
    assert run("cd x && make install", policy=policy).verdict == "ask"


def test_ask_wins_over_allow_and_offers_no_rule_since_none_would_help() -> None:
    policy = Policy(allow=("run_command(git *)",), ask=("run_command(git push *)",))
    assert run("git push origin", policy=policy) == Decision("ask", "ask rule run_command(git push *)", "")
    assert run("git pull", policy=policy).verdict == "allow"


def test_rules_of_the_session_allow_but_never_override_deny_or_ask() -> None:
    rules = ("run_command(git *)",)
    assert decide(Policy(), "run_command", "commands", "git push", rules).verdict == "allow"
    assert decide(Policy(ask=("run_command",)), "run_command", "commands", "git push", rules).verdict == "ask"
    assert decide(Policy(deny=("run_command",)), "run_command", "commands", "git push", rules).verdict == "deny"


@pytest.mark.parametrize(
    ("rule", "path", "expected"),
    [
        ("write_file(src/*)", "src/a/b.py", "allow"),
        ("write_file(src/*)", "./src/x.py", "allow"),
        ("write_file(src/*)", "src/../secret", "ask"),
        ("write_file(src/*)", "srcs/x", "ask"),
        ("write_file(*.md)", "docs/x.md", "allow"),
        ("write_file", "anything", "allow"),
        ("write_*", "anything", "allow"),
        ("edit_file(src/*)", "src/a", "ask"),
    ],
)
def test_an_allow_rule_for_paths_looks_through_dots(rule: str, path: str, expected: Verdict) -> None:
    assert decide(Policy(allow=(rule,)), "write_file", "files", path).verdict == expected


@pytest.mark.parametrize("path", [".env", "./.env", "a/../.env", "/home/me/project/.env", "deep/.env"])
def test_a_deny_rule_for_a_path_holds_wherever_the_path_is_written_from(path: str) -> None:
    assert decide(Policy(deny=("read_file(.env)",)), "read_file", "none", path).verdict == "deny"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("git status -s", "run_command(git status *)"),
        ("ls -la src", "run_command(ls *)"),
        ("cargo run --release", "run_command(cargo run --release)"),
        ("git -c a=b status", "run_command(git -c a=b status)"),
        ("rm -rf build", "run_command(rm -rf build)"),
        ("git add *.py && git commit", "run_command(git add [*].py && git commit)"),
        ("python -c 'x'", "run_command(python -c 'x')"),
    ],
)
def test_the_suggested_rule_is_a_family_where_that_is_harmless_and_else_the_very_call(
    command: str, expected: str
) -> None:
    assert suggest_rule("run_command", "commands", command) == expected


words = st.sampled_from(
    (
        "git",
        "rm",
        "-rf",
        "x",
        "&&",
        ";",
        "|",
        "\n",
        "$(",
        ")",
        "`",
        "'",
        '"',
        "*",
        "[",
        "]",
        "#",
        "\\",
        ">",
        "sudo",
        "(",
        "a b",
    ),
)
commands = st.one_of(st.lists(words).map(" ".join), st.lists(words).map("".join), st.text())
patterns = st.one_of(commands.filter(bool), st.sampled_from(("*", "git *", "rm *", "git status", "* x")))
tools = st.sampled_from(("run_command", "write_file", "read_file"))
rules = st.one_of(tools, st.builds("{}({})".format, tools, patterns), st.just("*"))
policies = st.builds(
    Policy,
    mode=st.sampled_from(get_args(PermissionMode)),
    allow=st.lists(rules, max_size=4).map(tuple),
    ask=st.lists(rules, max_size=2).map(tuple),
    deny=st.lists(rules, max_size=2).map(tuple),
)
effects = st.sampled_from(get_args(CallEffects))


@given(policies, tools, effects, commands, rules)
def test_adding_a_deny_rule_never_widens(
    policy: Policy, tool: str, effect: CallEffects, subject: str, rule: str
) -> None:
    before = decide(policy, tool, effect, subject)
    after = decide(msgspec.structs.replace(policy, deny=(*policy.deny, rule)), tool, effect, subject)
    assert RANK[after.verdict] >= RANK[before.verdict]


@given(policies, tools, effects, commands)
def test_denying_the_tool_or_the_very_call_always_wins(
    policy: Policy, tool: str, effect: CallEffects, subject: str
) -> None:
    for rule in (tool, f"{tool}({subject})") if subject else (tool,):
        denied = msgspec.structs.replace(policy, deny=(rule,))
        assert decide(denied, tool, effect, subject, (tool,)).verdict == "deny"


@given(tools, effects, commands)
@example("run_command", "commands", "git 'x' '' ")
@example("run_command", "commands", "ls ''")
def test_the_suggested_rule_allows_the_call_it_was_suggested_for(tool: str, effect: CallEffects, subject: str) -> None:
    suggestion = decide(Policy(), tool, effect, subject).suggestion
    if suggestion:
        assert decide(Policy(allow=(suggestion,)), tool, effect, subject).verdict == "allow"


@given(commands, st.sampled_from((";", "&&", "||", "|", "&", "\n")))
def test_whatever_is_chained_behind_an_allowed_command_is_not_allowed_with_it(command: str, joint: str) -> None:
    policy = Policy(allow=("run_command(git status *)",))
    assert run(f"git status {joint} rm x; {command}", policy=policy).verdict == "ask"


@pytest.mark.parametrize("rule", [".env", "./.env", "**/.env", "/w/.env", "~/w/.env", "*.env", ".en?"])
@pytest.mark.parametrize("tool", ["read_file", "search_text", "edit_file", "count_words"])
def test_a_deny_rule_for_reading_holds_for_every_tool_that_shows_content(rule: str, tool: str) -> None:
    rule = rule.replace("~/w", "~")
    judge = Judge(Policy(mode="yolo", deny=(f"read_file({rule})",)), root="/w", home="/w")
    for path in (".env", "./.env", "a/../.env", "/w/.env"):
        assert judge.decide(tool, "files" if tool == "edit_file" else "none", path).verdict == "deny"
    assert judge.decide(tool, "none", "notes", (".env",)).verdict == "deny"
    assert judge.decide(tool, "none", "environment").verdict == "allow"
    assert judge.decide("list_files", "none", ".env").verdict == "allow"


def test_a_deny_rule_for_a_folder_means_what_is_in_it() -> None:
    for rule in ("secrets", "secrets/", "secrets/*", "secrets/**"):
        policy = Policy(deny=(f"read_file({rule})",))
        assert decide(policy, "read_file", "none", "secrets/a/b").verdict == "deny"
        assert decide(policy, "read_file", "none", "secretsauce").verdict == "allow"


def test_no_allow_rule_covers_a_command_that_names_a_file_which_may_not_be_read() -> None:
    policy = Policy(allow=("run_command(cat *)",), deny=("read_file(.env)",))
    assert run("cat a", policy=policy).verdict == "allow"
    for command in ("cat .env", "cat ./.env", "cat 'a/.env'", "cat --file=.env"):
        assert run(command, policy=policy).verdict == "ask"


@pytest.mark.parametrize("unit", ["x", "$(", "'", "(", ") without ", "[", "*", "../", "a "])
@pytest.mark.parametrize("effect", ["commands", "files", "none"])
def test_a_decision_about_a_long_subject_takes_no_time_and_is_cautious(unit: str, effect: CallEffects) -> None:
    subject = unit * (600_000 // len(unit))
    policy = Policy(allow=("a_tool(*x*y*)",), deny=("a_tool(*a*b*c*d)", "a_tool(rm -rf *)"))
    begun = process_time()
    assert decide(policy, "a_tool", effect, subject).verdict == "deny"
    assert decide(Policy(allow=policy.allow), "a_tool", "commands", subject).verdict == "ask"
    assert process_time() - begun < 1.0


def test_a_rule_for_a_family_of_tools_holds_for_each_of_them() -> None:
    policy = Policy(allow=("mcp__github__*(issue *)",), deny=("mcp__github__delete_*",), ask=("mcp__mail__*",))
    calls: tuple[tuple[str, CallEffects, str], ...] = (
        ("mcp__github__read", "files", "issue 7"),
        ("mcp__github__read", "files", "pull 7"),
        ("mcp__github__delete_all", "none", "issue 7"),
        ("mcp__mail__send", "none", ""),
        ("mcp__other__read", "none", ""),
    )
    told = [decide(policy, tool, effects, subject).verdict for tool, effects, subject in calls]
    assert told == ["allow", "ask", "deny", "ask", "allow"]
