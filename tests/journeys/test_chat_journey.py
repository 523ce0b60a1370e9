"""The real program in a real terminal: what a person does in the first five minutes, and every way out."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from tests.journeys.program import READY, chat, project
from tests.journeys.terminal_driver import TerminalDriver

OPTIONS = "1 once"
CANCEL_LIMIT = 5.0
"""Ten times the promise of half a second: the machine may be busy."""


def run_sleep(terminal: TerminalDriver) -> int:
    """A `sleep 60` that was allowed and runs; its process id."""
    terminal.wait_for(READY)
    terminal.send("run sleep 60\r")
    terminal.wait_for(OPTIONS)
    terminal.send("1")
    terminal.wait_for(lambda shown: "run_command sleep 60" in shown and "Working" in shown)
    return wait_for_child("sleep\x0060", terminal)


def processes(words: str) -> list[int]:
    """Ids of processes of this user whose command line is this."""
    found: list[int] = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes().decode(errors="replace").strip("\x00")
            except OSError:
                continue
            if line == words:
                found.append(int(entry.name))
    return found


def wait_for_child(words: str, terminal: TerminalDriver) -> int:
    """The child of this terminal's program with this command line."""
    session = terminal.process.pid
    found: list[int] = []

    def there(_: str) -> bool:
        found[:] = [child for child in processes(words) if ancestor(child, session)]
        return bool(found)

    terminal.wait_for(there)
    return found[0]


def ancestor(child: int, wanted: int) -> bool:
    """The process descends from the wanted one."""
    while child > 1:
        if child == wanted:
            return True
        try:
            stat = Path(f"/proc/{child}/stat").read_text()
        except OSError:
            return False
        child = int(stat.rpartition(")")[2].split()[1])
    return False


def alive(process: int) -> bool:
    return Path(f"/proc/{process}").exists()


def assert_restored(terminal: TerminalDriver) -> None:
    """Pain 4: as it was before, cursor visible, wrapping on, nothing drawn after the end."""
    assert terminal.attributes() == terminal.attributes_before
    assert terminal.cursor_is_visible()
    output = bytes(terminal.output)
    assert output.rfind(b"\x1b[?2004l") > output.rfind(b"\x1b[?2004h")
    assert output.rfind(b"\x1b[?7h") > output.rfind(b"\x1b[?7l")
    assert "Working" not in terminal.shown()


def test_a_person_edits_a_file_and_leaves(tmp_path: Path) -> None:
    """S3-12…15."""
    with chat(project(tmp_path)) as terminal:
        terminal.wait_for(READY)
        terminal.send('replace "world" with "there" in hello.txt\r')
        shown = terminal.wait_for(OPTIONS)
        assert "-hello world" in shown
        assert (tmp_path / "hello.txt").read_text() == "hello world\n"
        terminal.send("1")
        terminal.wait_for(lambda shown: "Done" in shown and READY in shown)
        assert (tmp_path / "hello.txt").read_text() == "hello there\n"
        terminal.send("/exit\r")
        assert terminal.wait_for_exit() == 0
        assert "callboard --continue" in terminal.shown()
        assert_restored(terminal)


@pytest.mark.parametrize("key", ["\x03", "\x1b"], ids=["ctrl-c", "escape"])
def test_an_interrupt_ends_the_command_and_the_next_prompt_works(tmp_path: Path, key: str) -> None:
    """S0-5, S1-8, pain 8."""
    with chat(project(tmp_path)) as terminal:
        child = run_sleep(terminal)
        begun = time.monotonic()
        terminal.send(key)
        terminal.wait_for(lambda shown: "cancelled" in shown and READY in shown)
        assert time.monotonic() - begun < CANCEL_LIMIT
        assert not alive(child)
        terminal.send("show hello.txt\r")
        terminal.wait_for("hello world")
        terminal.send("\x04")
        assert terminal.wait_for_exit() == 0
        assert_restored(terminal)


@pytest.mark.parametrize(
    ("number", "exit_code"),
    [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)],
    ids=["SIGTERM", "SIGHUP", "SIGINT"],
)
def test_a_signal_in_the_middle_of_work_ends_in_order(tmp_path: Path, number: signal.Signals, exit_code: int) -> None:
    """S3-13, S0-13: the terminal is restored, nothing survives, the last word is on the screen."""
    with chat(project(tmp_path)) as terminal:
        child = run_sleep(terminal)
        terminal.signal(number)
        assert terminal.wait_for_exit() == exit_code
        assert not alive(child)
        assert f"{number.name} (exit code {exit_code})" in terminal.shown()
        assert_restored(terminal)


def test_a_window_that_is_closed_takes_everything_with_it(tmp_path: Path) -> None:
    """Pain 9."""
    with chat(project(tmp_path)) as terminal:
        child = run_sleep(terminal)
        terminal.hang_up()
        assert terminal.wait_for_exit() == 129
        assert not alive(child)


def test_ctrl_c_twice_leaves_from_the_middle_of_work(tmp_path: Path) -> None:
    with chat(project(tmp_path)) as terminal:
        child = run_sleep(terminal)
        terminal.send("\x03\x03")
        assert terminal.wait_for_exit() == 0
        assert not alive(child)
        assert_restored(terminal)


def test_a_command_of_ones_own_streams_and_reaches_the_model(tmp_path: Path) -> None:
    with chat(project(tmp_path)) as terminal:
        terminal.wait_for(READY)
        terminal.send("!tty -s && echo on a terminal; cat hello.txt\r")
        terminal.wait_for(lambda shown: "on a terminal" in shown and "hello world" in shown and READY in shown)
        terminal.send("\x04")
        assert terminal.wait_for_exit() == 0


def test_the_talk_goes_on_where_it_ended(tmp_path: Path) -> None:
    with chat(project(tmp_path)) as terminal:
        terminal.wait_for(READY)
        terminal.send("show hello.txt\r")
        terminal.wait_for(lambda shown: "hello world" in shown and READY in shown)
        terminal.send("\x04")
        assert terminal.wait_for_exit() == 0
    with chat(tmp_path, "--continue") as terminal:
        terminal.wait_for(lambda shown: READY in shown and "Callboard" in shown)
        everything = terminal.everything()
        assert everything.count("\u203a show hello.txt") == 1
        assert "hello world" in everything
        terminal.send("\x04")
        assert terminal.wait_for_exit() == 0


def test_resizing_leaves_one_input_line_and_one_status_line(tmp_path: Path) -> None:
    """Pain 2, S0-19: resize."""
    with chat(project(tmp_path), environment={"XTERM_VERSION": "XTerm(390)"}) as terminal:
        terminal.wait_for(READY)
        terminal.send("a draft")
        terminal.wait_for("\u203a a draft")
        for columns in (100, 70, 90, 60):
            terminal.resize(24, columns)
        terminal.send(" goes on")
        shown = terminal.wait_for(lambda shown: "a draft goes on" in shown and READY in shown)
        assert shown.count("\u203a") == 1
        assert shown.count("offline · offline") == 1


def test_the_editor_has_the_terminal_and_gives_it_back(tmp_path: Path) -> None:
    """S0-10."""
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nstty -a <"$(tty)" | grep -q " icanon" && printf ", cooked" >>"$1"\n')
    editor.chmod(0o755)
    with chat(project(tmp_path), environment={"EDITOR": str(editor)}) as terminal:
        terminal.wait_for(READY)
        terminal.send("draft\x07")
        terminal.wait_for("\u203a draft, cooked")
        terminal.send("\x03")
        terminal.wait_for(lambda shown: "cooked" not in shown)
        terminal.send("\x04")
        assert terminal.wait_for_exit() == 0
        assert_restored(terminal)


@pytest.mark.parametrize("how", ["--plain", "TERM=dumb"])
def test_plain_mode_only_ever_adds_lines(tmp_path: Path, how: str) -> None:
    """S0-9: for screen readers and terminals that can do nothing else."""
    arguments = [how] if how.startswith("-") else []
    environment = {} if arguments else {"TERM": "dumb"}
    with chat(project(tmp_path), *arguments, environment=environment) as terminal:
        terminal.wait_for("\n>")
        terminal.send('replace "world" with "there" in hello.txt\r')
        terminal.wait_for("4 no")
        terminal.send("1\r")
        terminal.wait_for("Done")
        terminal.send("run sleep 60\r")
        terminal.wait_for(lambda shown: "sleep 60" in shown.rpartition("May run_command")[2] and "4 no" in shown)
        terminal.send("1\r")
        terminal.wait_for("… run_command sleep 60")
        terminal.send("\x03")
        terminal.wait_for("cancelled")
        terminal.send("\x04")
        assert terminal.wait_for_exit() == 0
        assert b"\x1b" not in terminal.output
        assert (tmp_path / "hello.txt").read_text() == "hello there\n"


def test_no_colour_is_written_where_none_is_wanted(tmp_path: Path) -> None:
    with chat(project(tmp_path), environment={"NO_COLOR": "1"}) as terminal:
        terminal.wait_for(READY)
        terminal.send("show hello.txt\r")
        terminal.wait_for("hello world")
        terminal.send("\x04")
        assert terminal.wait_for_exit() == 0
        assert not any(b"\x1b[0;%dm" % code in terminal.output for code in (*range(30, 38), *range(90, 98)))


def test_an_idle_chat_uses_no_processor(tmp_path: Path) -> None:
    """S0-6: idle wake-ups are counted, over two seconds, as voluntary context switches of the main thread."""
    with chat(project(tmp_path)) as terminal:
        terminal.wait_for(READY)
        main = Path(f"/proc/{terminal.process.pid}/status")

        def wakeups() -> int:
            lines = main.read_text().splitlines()
            return next(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches"))

        terminal.process.poll()
        wait_quietly(terminal, 2.0)
        before = wakeups()
        wait_quietly(terminal, 2.0)
        assert wakeups() - before <= 4


def wait_quietly(terminal: TerminalDriver, seconds: float) -> None:
    """Look at the screen for so long, in which nothing is expected to appear."""
    with pytest.raises(AssertionError, match="was not shown"):
        terminal.wait_for("\x00never", seconds)
