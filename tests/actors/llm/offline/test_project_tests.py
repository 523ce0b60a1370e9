"""How a project's tests are run, and which lines say what fails."""

from __future__ import annotations

import pytest

from actors.llm.offline.project_tests import MOST, command_for, failing_lines


@pytest.mark.parametrize(
    ("files", "command"),
    [
        (["a.py", "test_a.py"], "python3 -m pytest -q"),
        (["src/a.py", "tests/deep/test_a.py"], "python3 -m pytest -q"),
        (["package.json", "index.js"], "npm test --silent"),
        (["Cargo.toml", "src/main.rs"], "cargo test"),
        (["go.mod", "main.go"], "go test ./..."),
        (["Makefile", "a.c"], "make test"),
        (["README.md", "latest.txt"], None),
        ([], None),
    ],
)
def test_the_files_tell_the_command(files: list[str], command: str | None) -> None:
    assert command_for(files) == command


@pytest.mark.parametrize(
    "line",
    [
        "FAILED test_a.py::test_add - assert 1 == 2",
        "E       assert 1 == 2",
        "--- FAIL: TestAdd (0.00s)",
        "test add ... FAILED",
        "  ✕ adds (3 ms)",
        "1 failed, 2 passed in 0.1s",
        "/usr/bin/python3: No module named pytest",
        "make: *** [Makefile:2: test] Error 1",
        "sh: 1: npm: not found",
    ],
)
def test_a_line_that_names_a_failure_is_found(line: str) -> None:
    assert failing_lines(["collected 3 items", line, "ok"]) == [line]


def test_lines_that_say_it_works_are_not() -> None:
    assert failing_lines(["3 passed in 0.1s", "test add ... ok", "PASS", "0 problems"]) == []


def test_each_line_is_told_once_and_not_too_many() -> None:
    assert failing_lines(["FAILED a", "FAILED a"]) == ["FAILED a"]
    assert len(failing_lines([f"FAILED {number}" for number in range(1_000)])) == MOST
