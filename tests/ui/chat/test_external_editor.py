"""The person's own editor, played by small programs."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from ui.chat.external_editor import Editor, EditorError


def program(folder: Path, body: str) -> dict[str, str]:
    path = folder / "editor"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return {"EDITOR": str(path)}


def test_the_text_goes_out_and_comes_back(tmp_path: Path) -> None:
    assert Editor(program(tmp_path, 'printf " and more\\n" >>"$1"')).edited("first") == "first and more"


def test_visual_comes_before_editor_and_may_have_arguments(tmp_path: Path) -> None:
    environment = program(tmp_path, 'shift; printf visual >"$1"')
    assert Editor({"EDITOR": "false", "VISUAL": environment["EDITOR"] + " --wait"}).edited("") == "visual"


def test_a_failing_or_missing_editor_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EditorError, match="exit code 3"):
        Editor(program(tmp_path, "exit 3")).edited("x")
    with pytest.raises(EditorError, match="set VISUAL or EDITOR"):
        Editor({"EDITOR": str(tmp_path / "nothing")}).edited("x")


def test_it_can_be_ended_from_outside(tmp_path: Path) -> None:
    """S0-10: an editor never holds the end of the program."""
    ready = tmp_path / "ready"
    ready.parent.mkdir(exist_ok=True)
    editor = Editor(program(tmp_path, "exec sleep 600"))
    problems: list[EditorError] = []

    def run() -> None:
        try:
            editor.edited("x")
        except EditorError as problem:
            problems.append(problem)

    running = threading.Thread(target=run)
    running.start()
    editor.end()
    running.join(20)
    assert not running.is_alive()
    assert problems


def test_what_a_failing_editor_has_written_comes_with_the_error(tmp_path: Path) -> None:
    """Issue 7, C6."""
    with pytest.raises(EditorError, match="what it left in the file") as failed:
        Editor(program(tmp_path, 'printf "an hour of work" >"$1"; exit 1')).edited("x")
    assert failed.value.left == "an hour of work"
    with pytest.raises(EditorError, match="as it was") as untouched:
        Editor(program(tmp_path, "exit 1")).edited("x")
    assert untouched.value.left is None
    with pytest.raises(EditorError, match="as it was") as removed:
        Editor(program(tmp_path, 'rm "$1"; exit 1')).edited("x")
    assert removed.value.left is None
