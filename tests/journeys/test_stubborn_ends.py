"""Ends that something tries to hold up: a disk that never answers, signals that are not heard, kill -9."""

from __future__ import annotations

import os
import signal
import time

from tests.journeys.scene import BOUND, Scene
from tests.journeys.terminal_traces import idle

EXIT_LIMIT = 6.0


def test_a_branch_that_never_answers_does_not_hold_the_chat(scene: Scene) -> None:
    (scene.folder / ".git").mkdir()
    os.mkfifo(scene.folder / ".git" / "HEAD")
    chat = scene.chat()
    chat.wait_for(idle)
    chat.send("/exit\r")
    assert chat.wait_for_exit(EXIT_LIMIT) == 0


def test_a_history_that_never_answers_does_not_hold_the_chat(scene: Scene) -> None:
    (scene.state / "callboard").mkdir(parents=True)
    os.mkfifo(scene.state / "callboard" / "history.jsonl")
    chat = scene.chat()
    chat.wait_for(idle)
    chat.send("help\r")
    chat.wait_for("list the files")
    chat.send("/exit\r")
    assert chat.wait_for_exit(EXIT_LIMIT) == 0


def test_terms_in_a_row_end_the_program_though_no_reader_takes_its_answer(scene: Scene) -> None:
    """Nobody reads the pipe: in order the end would wait for its reader."""
    (scene.folder / "long.txt").write_text("words and words\n" * 3_000)
    process = scene.start("-p", "show long.txt", "--output-format", "stream-json", "--verbose")
    assert process.stdout is not None
    assert process.stdout.read(1)
    begun = time.monotonic()
    while process.poll() is None and time.monotonic() - begun < BOUND:
        process.send_signal(signal.SIGTERM)
    assert process.wait(BOUND) == 143


def test_a_session_that_is_not_kept_leaves_no_folder_also_after_kill_9(scene: Scene) -> None:
    temporary = scene.folder / "tmp"
    temporary.mkdir()
    process = scene.start(
        *("-p", "run `seq 1 100000; touch there; sleep 600`", "--yolo", "--no-session-persistence"),
        TMPDIR=str(temporary),
    )
    scene.wait_for(lambda: (scene.folder / "there").exists() and any(temporary.iterdir()), "a folder of outputs")
    process.kill()
    process.wait()
    scene.wait_for(lambda: not any(temporary.iterdir()), "its end")
    assert not list(scene.state.rglob("sessions/*"))


def test_an_empty_home_is_said(scene: Scene) -> None:
    environment = scene.environment
    del environment["XDG_STATE_HOME"]
    done = scene.run("-p", "hi", HOME="")
    assert done.returncode == 2
    assert done.stderr.startswith("callboard: HOME is empty: set it to your home folder")
    assert sorted(path.name for path in scene.folder.iterdir()) == ["a.txt"]
