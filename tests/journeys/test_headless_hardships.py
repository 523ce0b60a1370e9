"""Headless under bad conditions: full disks, folders that cannot be written, broken texts, floods, slow readers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from actors.journal.journal import read_back
from actors.records import CallFinished, CallStarted, SessionOpened, TurnFinished
from tests.journeys.scene import BOUND, PROGRAM, Scene, await_end

MEMORY_LIMIT = 2.0
"""Times the memory of a run that prints nothing."""


def run_with_small_disk(scene: Scene, blocks: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """As on a full disk: no file can grow beyond so many blocks. Python itself would leave half of its caches then."""
    return subprocess.run(
        ["/bin/sh", "-c", f'ulimit -f {blocks}; exec "$@"', "sh", *PROGRAM, *arguments],
        cwd=scene.folder,
        env=scene.environment | {"PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=BOUND,
        check=False,
    )


@pytest.mark.parametrize("blocks", [0, 1, 2, 3])
def test_what_cannot_be_written_down_is_not_done_and_is_said(scene: Scene, blocks: int) -> None:
    """Whatever could not be written: no call acted without its record, and the person knows."""
    done = run_with_small_disk(scene, blocks, "-y", "-p", "run echo x >> marker")
    assert "Traceback" not in done.stderr
    records = read_back(scene.journal().read_bytes()).records
    ran = (scene.folder / "marker").exists()
    if ran:
        assert [record for record in records if isinstance(record, CallStarted)]
    else:
        assert done.returncode == 1
        assert "free the disk" in done.stderr.lower()
    if not [record for record in records if isinstance(record, TurnFinished)]:
        assert "free the disk" in done.stderr.lower()
    again = scene.run("-p", "show a.txt", "-c") if any(isinstance(each, SessionOpened) for each in records) else None
    assert again is None or (again.returncode, "hello there" in again.stdout) == (0, True), again.stderr


@pytest.mark.parametrize("where", ["/proc/1/nowhere", "a file"])
def test_a_state_folder_that_cannot_be_written_is_refused_with_advice(scene: Scene, where: str) -> None:
    if where == "a file":
        where = str(scene.write("occupied", "x"))
    done = scene.run("-p", "show a.txt", XDG_STATE_HOME=where)
    assert done.returncode == 2
    assert "--no-session-persistence" in done.stderr
    done = scene.run("-p", "show a.txt", "--no-session-persistence", XDG_STATE_HOME=where)
    assert (done.returncode, "hello there" in done.stdout) == (0, True), done.stderr


def test_names_and_contents_that_are_no_utf8(scene: Scene) -> None:
    (scene.folder / "broken.txt").write_bytes(b"fine\n\xff\xfe not fine \xc3\x28\n")
    Path(os.fsdecode(os.fsencode(scene.folder) + b"/na\xffme.txt")).write_text("x\n")
    done = scene.run("-p", "show broken.txt and list the files and find fine", "--output-format", "json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)["result"]
    assert "not fine" in result
    assert "na\\xffme.txt" in result
    assert scene.run("-p", "list the files", "-c").returncode == 0


def test_bytes_that_are_no_utf8_from_a_command_and_on_stdin(scene: Scene) -> None:
    done = scene.run("-p", r"run printf 'caf\351 \377'", "-y")
    assert (done.returncode, "caf\ufffd" in done.stdout) == (0, True), done.stderr
    asked = subprocess.run(
        [*PROGRAM, "-p", "-"],
        cwd=scene.folder,
        env=scene.environment,
        input=b"show a.txt \xff",
        capture_output=True,
        timeout=BOUND,
        check=False,
    )
    assert b"Traceback" not in asked.stderr


def peak(scene: Scene, *arguments: str) -> int:
    """Kilobytes of the program at its largest; it must end well."""
    process = subprocess.Popen(
        [*PROGRAM, *arguments],
        cwd=scene.folder,
        env=scene.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return used.ru_maxrss


def test_a_hundred_megabytes_of_output_cost_no_memory_and_are_kept(scene: Scene) -> None:
    """S1-9, pain 12: head and tail for the model, the whole in a file of the session."""
    small = peak(scene, "-y", "-p", "run echo little")
    large = peak(scene, "-y", "-p", "run yes | head -c 100000000", "--events", "events.jsonl")
    assert large < MEMORY_LIMIT * small
    (call,) = scene.records(CallFinished)
    assert isinstance(call, CallFinished)
    assert call.result.more
    assert call.result.spill is not None
    assert Path(call.result.spill).stat().st_size == 100_000_000
    assert len(call.result.text) < 200_000


def test_a_reader_that_takes_one_line_and_leaves(scene: Scene) -> None:
    """The work ends with it: nobody reads the answer."""
    command = '"$@" 2>errors | head -1'
    arguments = ("-y", "-p", "show a.txt then run sleep 60", "--output-format", "stream-json")
    done = subprocess.run(
        ["/bin/sh", "-c", command, "sh", *PROGRAM, *arguments],
        cwd=scene.folder,
        env=scene.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=BOUND,
        check=False,
    )
    assert [json.loads(line)["subtype"] for line in done.stdout.splitlines()] == ["init"]
    assert "Traceback" not in (scene.folder / "errors").read_text()
    scene.wait_until_nobody_is_left()


LONG_ANSWER = ("-p", "show long.txt then show long.txt lines 2000-4000 then show long.txt lines 4000-6000")
"""Three times what a pipe holds."""
LONGER_THAN_ANY_PHASE = 3.5
"""Seconds; a program that does not wait for its reader is gone by then."""


def answered_to_nobody(scene: Scene) -> subprocess.Popen[str]:
    """A program that has done everything, and whose reader has not begun to read."""
    scene.write("long.txt", "some line of text\n" * 20_000)
    process = scene.start(*LONG_ANSWER, "--output-format", "stream-json")
    journals = "callboard/sessions/*/journal.jsonl"
    scene.wait_for(lambda: any(b"TurnFinished" in path.read_bytes() for path in scene.state.glob(journals)), "end")
    return process


def test_a_slow_reader_gets_everything(scene: Scene) -> None:
    process = answered_to_nobody(scene)
    await_end([process.pid], LONGER_THAN_ANY_PHASE)
    assert process.poll() is None, "it waits for its reader, as cat does"
    said, told = process.communicate(timeout=BOUND)
    assert json.loads(said.splitlines()[-1])["subtype"] == "success"
    assert (process.returncode, "not written" in told) == (0, False)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)])
def test_a_signal_does_not_wait_for_the_reader_and_says_what_was_lost(
    scene: Scene, number: signal.Signals, code: int
) -> None:
    process = answered_to_nobody(scene)
    process.send_signal(number)
    assert process.wait(BOUND) == code
    _, told = process.communicate(timeout=BOUND)
    assert "stdout: not written whole" in told


def test_a_reader_that_leaves_before_the_end_is_no_success(scene: Scene) -> None:
    process = answered_to_nobody(scene)
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(BOUND) == 1


def test_notices_that_nobody_reads_do_not_hold_up_the_answer(scene: Scene) -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with suppress(BlockingIOError):
        while True:
            os.write(writing, b"." * 4096)
    os.set_blocking(writing, True)
    done = subprocess.run(
        [*PROGRAM, "-p", "show a.txt"],
        cwd=scene.folder,
        env=scene.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=writing,
        text=True,
        timeout=BOUND,
        check=False,
    )
    os.close(reading)
    os.close(writing)
    assert (done.returncode, "hello there" in done.stdout) == (0, True)


def test_events_go_to_a_file_or_a_pipe_in_the_order_of_the_journal(scene: Scene) -> None:
    done = scene.run("-p", "show a.txt", "--events", "/dev/stderr")
    kept = [type(record).__name__ for record in scene.records()]
    told = [json.loads(line)["type"] for line in done.stderr.splitlines() if line.startswith("{")]
    assert [name for name in told if name in kept] == kept
