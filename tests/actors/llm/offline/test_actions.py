"""What is called for each request, and what is said of the results: nothing that they do not say."""

from __future__ import annotations

import msgspec
import pytest

from actors.llm.offline.actions import ActionResult, OfflineAction, begin
from actors.llm.offline.grammar import read_request
from tools.text.bounded_text import fold
from tools.toolbox import Toolbox


def deed_for(prompt: str) -> OfflineAction:
    request = read_request(prompt)
    assert request is not None
    return OfflineAction(begin(request), request)


def told(prompt: str, *rounds: str) -> str:
    """The report after these results, one a round."""
    action = deed_for(prompt)
    for content in rounds:
        action.take((ActionResult.read(content),) * len(action.calls))
    assert action.end is not None, action.calls
    return action.end.text


def called(action: OfflineAction) -> list[tuple[str, object]]:
    return [(call.name, call.arguments) for call in action.calls]


@pytest.mark.parametrize(
    ("prompt", "calls"),
    [
        ("list the files", [("list_files", {"path": "."})]),
        ("find files like *.py in src", [("list_files", {"path": "src", "glob": "*.py"})]),
        ("show a.py lines 3-9", [("read_file", {"path": "a.py", "first_line": 3, "line_count": 7})]),
        ("show a.py line 3", [("read_file", {"path": "a.py", "first_line": 3, "line_count": 1})]),
        ("show a and “b c”", [("read_file", {"path": "a"}), ("read_file", {"path": "b c"})]),
        ("find “x” in src", [("search_text", {"pattern": "x", "path": "src", "literal": True})]),
        ("outline README.md", [("search_text", {"pattern": "^#{1,6} ", "path": "README.md", "max_results": 500})]),
        ("create a with hi", [("write_file", {"path": "a", "content": "hi\n"})]),
        ('create a with "x\\ny"', [("write_file", {"path": "a", "content": "x\ny\n"})]),
        ("create a with:\n```\nx\n\ny\n```", [("write_file", {"path": "a", "content": "x\n\ny\n"})]),
        ("create a with the content\n  x\ny", [("write_file", {"path": "a", "content": "  x\ny\n"})]),
        ("create an empty file a", [("write_file", {"path": "a", "content": ""})]),
        ("delete “it's”", [("run_command", {"command": "rm -- 'it'\"'\"'s'"})]),
        ("run `ls -la`", [("run_command", {"command": "ls -la"})]),
        ("ask me which: a / b or c", [("ask_user", {"question": "which?", "choices": ["a", "b", "c"]})]),
        (
            "todo: [x] one, [>] two",
            [("todo_list", {"items": [{"text": "one", "state": "done"}, {"text": "two", "state": "active"}]})],
        ),
        ("todo: one", [("todo_list", {"items": [{"text": "one", "state": "pending"}]})]),
    ],
)  # fmt: skip
def test_a_request_is_these_calls(prompt: str, calls: list[tuple[str, object]]) -> None:
    assert called(deed_for(prompt)) == calls
    toolbox = Toolbox.discover()
    for name, arguments in calls:
        toolbox.decode(name, msgspec.json.encode(arguments).decode())


def test_a_listing_is_counted_and_shown() -> None:
    assert told("list the files", "a.py\nb.py") == "There are 2 files here:\n\n- `a.py`\n- `b.py`"
    assert "is 1 file" in told("list the files", "a.py")
    assert told("list the files in src", "No files in src") == "There are no files in `src`."
    many = told("list the files", "\n".join(map(str, range(100))) + "\n[there are more: narrow it]")
    assert "at least 100 files" in many
    assert "and 60 more" in many


def test_a_file_is_shown_without_line_numbers() -> None:
    text = told("show a.py", "     1\tx = 1\n     2\ty = 2\n[no line end at the end of the file]")
    assert "2 lines" in text
    assert "```\nx = 1\ny = 2\n```" in text
    assert "no line end" in text


def test_what_was_found_is_counted_by_file() -> None:
    text = told("find x", "a.py:\n  1: x\n  7: xx\nb.py:\n  2: x")
    assert "3 lines in 2 files" in text
    assert told("find x in src", "No line matches 'x' in src") == "`x` is not in `src`."


def test_a_replacement_reads_first() -> None:
    action = deed_for("replace “a” with “b” in c.txt")
    assert called(action) == [("read_file", {"path": "c.txt"})]
    action.take((ActionResult.read("     1\ta"),))
    assert called(action) == [("edit_file", {"path": "c.txt", "old": "a", "new": "b"})]
    action.take((ActionResult.read("c.txt edited: 1 place, at line 1"),))
    assert action.end is not None
    assert action.end.text == "Done: `c.txt` edited: 1 place, at line 1."


def test_a_replacement_everywhere_says_so_to_the_tool() -> None:
    action = deed_for("replace all a with b in c.txt")
    action.take((ActionResult.read("     1\ta"),))
    assert called(action) == [("edit_file", {"path": "c.txt", "old": "a", "new": "b", "replace_all": True})]


def test_a_file_that_is_there_already_is_read_before_it_is_written_over() -> None:
    action = deed_for("create a.txt with new")
    action.take((ActionResult.read("[error] a.txt is there, and you have not read it: use read_file first"),))
    assert called(action) == [("read_file", {"path": "a.txt"})]
    action.take((ActionResult.read("     1\told"),))
    assert called(action)[0][0] == "write_file"
    action.take((ActionResult.read("a.txt overwritten: 1 lines, 4 bytes"),))
    assert action.end is not None
    assert action.end.well


def test_a_command_is_reported_with_how_it_ended() -> None:
    text = told("run false", "[error] oops\n[exit code 1, 0.0 s]")
    assert "exit code 1, 0.0 s" in text
    assert "oops" in text


LIMIT = "ended at its time limit after 30.0 s; what it printed until then is kept. If it needs longer, call again"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[error] [exit code 7, 0.0 s]\n[it printed nothing]", "`x` ended: exit code 7, 0.0 s; it printed nothing."),
        (
            "[error] [ended by signal SIGKILL after 0.1 s]",
            "`x` ended by signal SIGKILL after 0.1 s; it printed nothing.",
        ),
        (f"[timeout] [{LIMIT}]", "`x` ended at its time limit after 30.0 s; it printed nothing."),
        ("[exit code 0, 0.0 s]\n[it printed nothing]", "`x` ended: exit code 0, 0.0 s; it printed nothing."),
        ("[a]\n[exit code 0, 0.0 s]\n[the whole output is in f]", "`x` ended: exit code 0, 0.0 s.\n\n```\n[a]\n```"),
        ("[error] It could not be started: no", "I could not run `x`: It could not be started: no"),
    ],
)
def test_a_silent_command_is_reported_with_how_it_ended(content: str, said: str) -> None:
    assert told("run x", content) == said


def test_a_long_output_is_shown_from_its_end() -> None:
    text = told("run seq 100", "\n".join(map(str, range(1, 101))) + "\n[exit code 0, 0.0 s]")
    assert "… 70 lines before\n71\n" in text
    assert "\n100\n" in text


def test_lines_are_not_counted_where_the_result_has_only_a_part_of_them() -> None:
    output, _ = fold("\n".join(map(str, range(200_000))), "", 0)
    assert "… many lines before\n" in told("run seq 200000", output + "\n[exit code 0, 0.0 s]")


def test_failing_tests_are_told_line_by_line() -> None:
    output = "[error] ..F\nFAILED test_a.py::test_add - assert 1 == 2\n1 failed, 2 passed\n[exit code 1, 0.3 s]"
    text = told("run the tests and show what fails", "a.py\ntest_a.py", output)
    assert "do not pass" in text
    assert "FAILED test_a.py::test_add" in text
    assert "..F" not in text


def test_passing_tests_are_told_with_their_last_line() -> None:
    text = told("run the tests", "test_a.py", "...\n3 passed in 0.1s\n[exit code 0, 0.3 s]")
    assert text == "The tests pass: `python3 -m pytest -q` says `3 passed in 0.1s`."


def test_without_tests_nothing_is_run() -> None:
    assert "no tests" in told("run the tests", "README.md")


EACH = (
    "list the files", "show a", "find x", "outline a", "create a with b", "replace a with b in c", "delete a", "run ls",
    "run the tests", "todo: a", "ask me why",
)  # fmt: skip


@pytest.mark.parametrize("prompt", EACH)
@pytest.mark.parametrize(
    ("outcome", "word"),
    [("denied", "not allowed"), ("cancelled", "stopped before"), ("timeout", "time"), ("error", "could not")],
)
def test_whatever_goes_wrong_is_said_and_nothing_else(prompt: str, outcome: str, word: str) -> None:
    action = deed_for(prompt)
    action.take((ActionResult.read(f"[{outcome}] because of reasons"),) * len(action.calls))
    assert action.end is not None
    assert word in action.end.text
    assert not action.end.well
    assert "Done" not in action.end.text


def test_a_name_with_backticks_is_named_between_more_of_them() -> None:
    assert told("list the files", "a`b.py\n__init__.py\n`c") == (
        "There are 3 files here:\n\n- ``a`b.py``\n- `__init__.py`\n- `` `c ``"
    )
