"""The real program, headless, with the embedded model: what a script sees of it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = (sys.executable, str(Path(__file__).parents[3] / "callboard.py"))
BOUND = 60.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text("hello there\n")
    return tmp_path


def call(folder: Path, *arguments: str, text: str | None = None, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *arguments],
        cwd=folder,
        input=text,
        stdin=subprocess.DEVNULL if text is None else None,
        capture_output=True,
        text=True,
        timeout=BOUND,
        env=os.environ | environ,
        check=False,
    )


def objects(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("how", [("-p", "show a.txt"), ("run", "show", "a.txt"), ("--print=show a.txt",)])
def test_the_answer_and_nothing_else_is_on_stdout(folder: Path, how: tuple[str, ...]) -> None:
    """S0-9: the same actors serve a script."""
    done = call(folder, *how)
    assert done.returncode == 0
    assert "hello there" in done.stdout
    assert "callboard:" not in done.stdout
    assert "no LLM" in done.stderr


@pytest.mark.parametrize("how", [(), ("-p",), ("-p", "-"), ("run", "-"), ("run",)])
def test_stdin_is_read_where_no_prompt_was_given(folder: Path, how: tuple[str, ...]) -> None:
    done = call(folder, *how, text="show a.txt")
    assert (done.returncode, "hello there" in done.stdout) == (0, True)


def test_an_open_silent_pipe_beside_a_prompt_costs_nothing(folder: Path) -> None:
    reading, writing = os.pipe()
    try:
        done = subprocess.run(
            [*PROGRAM, "-p", "show a.txt"],
            cwd=folder,
            stdin=reading,
            capture_output=True,
            text=True,
            timeout=BOUND,
            check=False,
        )
    finally:
        os.close(reading)
        os.close(writing)
    assert (done.returncode, "hello there" in done.stdout) == (0, True)


def test_json_is_one_object_with_the_result(folder: Path) -> None:
    done = call(folder, "-p", "show a.txt", "--output-format", "json", "--session-id", "mine")
    (result,) = objects(done.stdout)
    assert (result["type"], result["subtype"], result["is_error"]) == ("result", "success", False)
    assert "hello there" in result["result"]
    assert result["session_id"] == "mine"


def test_stream_json_begins_with_init_and_ends_with_the_result(folder: Path) -> None:
    lines = objects(call(folder, "-p", "show a.txt", "--output-format", "stream-json").stdout)
    assert [line["type"] for line in lines] == ["system", "assistant", "user", "assistant", "result"]
    assert lines[0]["cwd"] == str(folder)
    assert "hello there" in lines[2]["message"]["content"][0]["content"]


def test_partial_messages_join_to_the_whole_answer(folder: Path) -> None:
    done = call(folder, "-p", "show a.txt", "--output-format", "stream-json", "--include-partial-messages")
    lines = objects(done.stdout)
    deltas = [line["event"].get("delta", {}).get("text", "") for line in lines if line["type"] == "stream_event"]
    texts = [
        block["text"]
        for line in lines
        if line["type"] == "assistant"
        for block in line["message"]["content"]
        if block["type"] == "text"
    ]
    assert "".join(deltas) == "".join(texts)


def test_prompts_as_json_lines_are_done_in_order_in_one_session(folder: Path) -> None:
    line = '{"type":"user","message":{"role":"user","content":"%s"}}\n'
    text = line % "show a.txt" + "\n" + line % "list the files"
    done = call(folder, "-p", "--input-format", "stream-json", "--output-format", "stream-json", text=text)
    results = [found for found in objects(done.stdout) if found["type"] == "result"]
    assert [("hello" in found["result"], "a.txt" in found["result"]) for found in results] == [
        (True, True),
        (False, True),
    ]
    assert done.returncode == 0


def test_a_broken_line_ends_with_code_2_after_the_prompts_before_it(folder: Path) -> None:
    text = '{"type":"user","message":{"content":"show a.txt"}}\nbroken\n'
    done = call(folder, "-p", "--input-format", "stream-json", text=text)
    assert done.returncode == 2
    assert "hello there" in done.stdout
    assert "stdin, line 2" in done.stderr


def test_what_needs_an_approval_is_denied_with_code_4_and_the_rule_that_would_help(folder: Path) -> None:
    done = call(folder, "-p", "create b.txt with hi", "--output-format", "json")
    assert done.returncode == 4
    assert "--allowed-tools" in done.stderr
    (result,) = objects(done.stdout)
    assert [denial["tool_name"] for denial in result["permission_denials"]] == ["write_file"]
    assert not (folder / "b.txt").exists()


@pytest.mark.parametrize(
    "flags",
    [("-y",), ("--allowed-tools", "write_file(b.txt)"), ("--permission-mode", "accept-edits")],
)
def test_what_is_allowed_is_done(folder: Path, flags: tuple[str, ...]) -> None:
    assert call(folder, "-p", "create b.txt with hi", *flags).returncode == 0
    assert (folder / "b.txt").read_text().strip() == "hi"


def test_a_denied_tool_stays_denied_under_yolo(folder: Path) -> None:
    arguments = ("-y", "-p", "create b.txt with hi", "--disallowed-tools", "write_file", "--output-format", "json")
    done = call(folder, *arguments)
    assert not (folder / "b.txt").exists()
    (result,) = objects(done.stdout)
    assert (done.returncode, result["is_error"]) == (0, False), "the person's own rule is an answer, and no failure"
    assert [denial["tool_name"] for denial in result["permission_denials"]] == ["write_file"]


def test_a_limit_ends_with_code_3(folder: Path) -> None:
    done = call(folder, "-p", "show a.txt", "--max-turns", "1", "--output-format", "json")
    assert done.returncode == 3
    assert objects(done.stdout)[0]["subtype"] == "error_max_turns"


def test_a_provider_that_is_not_there_ends_with_code_75(folder: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
        done = call(folder, "-p", "hi", OPENAI_BASE_URL=address, CALLBOARD_MODEL__ATTEMPTS="1")
    assert done.returncode == 75
    assert "unavailable" in done.stderr


def test_every_event_is_appended_to_the_file_of_events(folder: Path) -> None:
    for _ in range(2):
        call(folder, "-p", "show a.txt", "--events", "events.jsonl")
    names = [line["type"] for line in objects((folder / "events.jsonl").read_text())]
    assert names.count("PromptAccepted") == 2
    assert names.count("TurnFinished") == 2
    assert "ReplyStreamed" in names


def test_a_reader_that_leaves_is_no_mistake(folder: Path) -> None:
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [*PROGRAM, "-p", "show a.txt", "--output-format", "stream-json"],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(writing)
    with open(reading, "rb") as lines:  # noqa: PTH123
        lines.readline()
    _, said = process.communicate(timeout=BOUND)
    assert "Traceback" not in said
    assert "Broken" not in said


def test_an_answer_that_cannot_be_written_is_a_failure(folder: Path) -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = subprocess.run(
            [*PROGRAM, "-p", "show a.txt"],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=BOUND,
            check=False,
        )
    assert done.returncode == 1
    assert "stdout: cannot be written: No space left on device" in done.stderr


def running_sleep(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A program whose tool has begun to run a command."""
    process = subprocess.Popen(
        [*PROGRAM, "-y", "-p", "run sleep 600", "--output-format", "stream-json"],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if json.loads(line)["type"] == "assistant":
            break
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate(timeout=BOUND)


@pytest.mark.parametrize(
    ("numbers", "code"),
    [((signal.SIGINT,), 130), ((signal.SIGTERM,), 143), ((signal.SIGHUP,), 129), ((signal.SIGINT, signal.SIGINT), 130)],
)
def test_a_signal_ends_the_turn_and_the_program_with_its_code(
    folder: Path,
    numbers: tuple[signal.Signals, ...],
    code: int,
) -> None:
    """S0-5, S0-13: cancelled in order, with a result for the script."""
    for process in running_sleep(folder):
        for number in numbers:
            process.send_signal(number)
        rest, said = process.communicate(timeout=BOUND)
        assert process.returncode == code
        assert "Traceback" not in said
        assert [line["is_error"] for line in objects(rest) if line["type"] == "result"] == [True]


def test_nothing_is_kept_where_nothing_shall_be(folder: Path) -> None:
    done = call(folder, "-p", "show a.txt", "--no-session-persistence")
    assert done.returncode == 0
    assert not list((Path(os.environ["XDG_STATE_HOME"])).rglob("*.jsonl"))


def test_a_session_is_continued_and_listed(folder: Path) -> None:
    call(folder, "-p", "show a.txt", "--session-id", "first")
    call(folder, "-p", "list the files", "--continue")
    call(folder, "-p", "list the files", "--resume", "fir")
    (line,) = call(folder, "sessions").stdout.splitlines()
    assert line.startswith("first ")
    assert line.endswith("show a.txt")


def test_a_closed_stdout_is_said_before_anything_is_begun(folder: Path) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", '"$@" >&-', "sh", *PROGRAM, "-p", "show a.txt", "--session-id", "closed"],
        cwd=folder,
        stderr=subprocess.PIPE,
        text=True,
        timeout=BOUND,
        check=False,
    )
    assert (done.returncode, done.stderr.startswith("callboard: stdout: cannot be written")) == (1, True)
    assert not Path(os.environ["XDG_STATE_HOME"], "callboard", "sessions", "closed").exists()


def test_closed_standard_streams_do_no_harm(folder: Path) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", '"$@" >/dev/null 2>&- <&-', "sh", *PROGRAM, "-p", "show a.txt", "--session-id", "s"],
        cwd=folder,
        timeout=BOUND,
        check=False,
    )
    assert done.returncode == 0
    journal = Path(os.environ["XDG_STATE_HOME"], "callboard", "sessions", "s", "journal.jsonl")
    assert {line["type"] for line in objects(journal.read_text())} >= {"PromptAccepted", "TurnFinished"}


def test_only_what_headless_needs_is_imported(folder: Path) -> None:
    """The log's own thread imports structlog, which takes rich and Pygments along where a developer has them."""
    program = (
        "import sys; sys.argv = ['callboard', '-p', 'show a.txt'];"
        "import callboard; callboard.main();"
        "found = {'prompt_toolkit', 'pexpect', 'tomllib', *([] if 'structlog' in sys.modules else ['pygments'])};"
        "print(sorted(found & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(Path(PROGRAM[1]).parent)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=BOUND,
        check=False,
    )
    assert done.stderr.splitlines()[-1] == "[]"
