"""What the offline model understands, and what it does side by side."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.llm.offline.grammar import EXAMPLES, bare, read_plan, read_request, unquoted


def understood(prompt: str) -> list[list[tuple[str, dict[str, str]]]]:
    plan = read_plan(prompt)
    assert plan.unknown == ()
    return [[(request.kind, dict(request.parts)) for request in stage] for stage in plan.stages]


def kinds(prompt: str) -> list[list[str]]:
    return [[kind for kind, _ in stage] for stage in understood(prompt)]


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_of_the_help_is_one_request(example: str) -> None:
    assert [len(stage) for stage in understood(example)] == [1]


@pytest.mark.parametrize(
    ("prompt", "kind", "parts"),
    [
        ("list the files", "list", {}),
        ("What files are here?", "list", {}),
        ("ls src", "list", {"place": "src"}),
        ("please list all files in the folder src/app.", "list", {"place": "src/app."}),
        ("find all files named *.py in src", "list", {"glob": "*.py", "place": "src"}),
        ("show me README.md", "show", {"files": "README.md"}),
        ("show README.md lines 3-9", "show", {"files": "README.md", "range": "3-9"}),
        ("read lines 3 to 9 of a.py", "show", {"files": "a.py", "range": "3 to 9"}),
        ("read a.py, b.py and c.py", "show", {"files": "a.py, b.py and c.py"}),
        ("search for “a b” in src", "find", {"text": "“a b”", "place": "src"}),
        ("look for retry", "find", {"text": "retry"}),
        ("outline of src/a.py", "outline", None),
        ("show me the outline of a.py", "outline", {"file": "a.py"}),
        ("create notes.txt with hello and goodbye", "create", {"file": "notes.txt", "content": " hello and goodbye"}),
        ("create an empty file called x", "create", {"file": "x"}),
        ("change a by b in c.txt", "replace", {"old": "a", "new": "b", "file": "c.txt"}),
        ("replace all “a” with “” in c.txt", "replace", {"old": "“a”", "new": "“”", "everywhere": "c.txt"}),
        ("replace a with b in c.txt everywhere", "replace", {"old": "a", "new": "b", "everywhere": "c.txt"}),
        ("remove the file old.txt", "delete", {"file": "old.txt"}),
        ("run make -j2 all", "run", {"command": "make -j2 all"}),
        ("run ls .", "run", {"command": "ls ."}),
        ("!git status", "run", {"command": "git status"}),
        ("run the tests and show what fails", "test", None),
        ("Run all my tests.", "test", {}),
        ("todo: read the code, write a test; fix it", "todo", {"items": "read the code, write a test; fix it"}),
        ("ask me which colour: red / green", "ask", {"question": "which colour", "choices": "red / green"}),
        ("ask me what to do?", "ask", {"question": "what to do"}),
    ],
)
def test_a_phrase_is_understood(prompt: str, kind: str, parts: dict[str, str] | None) -> None:
    if parts is None:
        request = read_request(prompt)
        assert request is not None
        assert request.kind == kind
    else:
        assert understood(prompt) == [[(kind, parts)]]


@pytest.mark.parametrize("prompt", ["hello", "", "show me what you can do", "fix the bug", "make coffee"])
def test_what_is_no_phrase_is_not_guessed(prompt: str) -> None:
    assert read_plan(prompt).stages == ()


def test_independent_requests_share_a_stage() -> None:
    """S0-7, S2-12: what is independent runs side by side."""
    assert kinds("list the files and show a.txt, find x in src") == [["list", "show", "find"]]
    assert kinds("run sleep 1 and run sleep 1\nrun sleep 1; run sleep 1") == [["run"] * 4]
    assert kinds("create a with x and create b with y") == [["create", "create"]]


def test_then_begins_a_stage() -> None:
    assert kinds("list the files, then show a.txt. Then run ls") == [["list"], ["show"], ["run"]]


def test_what_depends_on_a_change_waits_for_it() -> None:
    assert kinds("create a with x and run cat a") == [["create"], ["run"]]
    assert kinds("create a with x and create a with y") == [["create"], ["create"]]
    assert kinds("replace x with y in a and show a") == [["replace"], ["show"]]
    assert kinds("run make and show a.txt") == [["run"], ["show"]]
    assert kinds("ask me why and list the files") == [["ask"], ["list"]]


def test_what_is_quoted_is_never_split() -> None:
    assert understood('find "this and run that"') == [[("find", {"text": '"this and run that"'})]]
    assert understood("run `echo a; ls` and list the files")[0][0] == ("run", {"command": "`echo a; ls`"})


def test_content_on_the_next_lines_goes_to_the_end() -> None:
    stages = understood("create n.md with the content:\n# Hi\n\nlist me\nrun away")
    assert stages == [[("create", {"file": "n.md", "content": "\n# Hi\n\nlist me\nrun away"})]]


def test_after_a_fence_more_may_follow() -> None:
    stages = understood("create x.py with\n```python\nprint('run ls')\n```\nthen run python3 x.py")
    assert [[kind for kind, _ in stage] for stage in stages] == [["create"], ["run"]]
    assert unquoted(stages[0][0][1]["content"]) == "print('run ls')"


def test_a_list_of_requests_may_have_bullets_and_an_introduction() -> None:
    assert kinds("Please do this: list the files\n- show a.txt\n2. run ls") == [["list", "show", "run"]]


def test_the_part_that_makes_no_sense_is_named_and_the_rest_is_done() -> None:
    plan = read_plan("list the files and make coffee and show a.txt")
    assert [[request.kind for request in stage] for stage in plan.stages] == [["list", "show"]]
    assert plan.unknown == ("make coffee",)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("a.py.", "a.py"), ("`a b`?", "`a b`"), ("“a b”", "a b"), ("..", ".."), ("x!", "x")],
)
def test_the_punctuation_of_the_sentence_is_no_part_of_a_name(written: str, meant: str) -> None:
    assert bare(written) == meant


@given(st.text(max_size=200))
def test_any_text_is_a_plan_of_some_kind(prompt: str) -> None:
    read_plan(prompt)


@pytest.mark.parametrize(
    "prompt",
    [
        "list" + " " * 5_000 + "x",
        'replace "' + " " * 3_000 + '" with b in',
        "show " + "a,".join([""] * 41) + " foo bar baz",
        "\t \n" * 1_500 + "show",
        "find " + "in " * 1_000,
    ],
    ids=["blanks", "quoted blanks", "commas", "lines", "words"],
)
def test_no_text_takes_long_to_be_understood(prompt: str) -> None:
    """An expression that backtracks over these takes hours: the test's own time limit would end it."""
    read_plan(prompt)
