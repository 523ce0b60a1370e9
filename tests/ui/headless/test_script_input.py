"""What a script sends."""

from __future__ import annotations

import os
import threading
from queue import SimpleQueue

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ConfigError
from ui.headless import script_input
from ui.headless.script_input import EndInput, Instruction, LineReader, TakePrompt, parse_line, read_prompt

BOUND = 20.0


def piped(data: bytes) -> int:
    reading, writing = os.pipe()

    def feed() -> None:
        try:
            os.write(writing, data)
        finally:
            os.close(writing)

    threading.Thread(target=feed, daemon=True).start()
    return reading


def test_stdin_is_one_prompt_whatever_bytes_it_has() -> None:
    assert read_prompt(piped(b"caf\xc3\xa9 \xff\n")) == "café \ufffd\n"


@pytest.mark.parametrize("data", [b"", b" \n\t"])
def test_an_empty_prompt_is_refused(data: bytes) -> None:
    with pytest.raises(ConfigError, match="the prompt is empty"):
        read_prompt(piped(data))


def test_input_without_an_end_is_refused() -> None:
    with open("/dev/zero", "rb") as endless, pytest.raises(ConfigError, match="longer than"):  # noqa: PTH123
        read_prompt(endless.fileno())


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (b'{"type":"user","message":{"role":"user","content":"hello"}}', "hello"),
        (b'{"type":"user","message":{"content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}}', "a\nb"),
        (b'{"type":"user","message":{"role":"user","content":"x"},"parent_tool_use_id":null,"session_id":"s"}', "x"),
    ],
)
def test_a_line_is_a_prompt(line: bytes, text: str) -> None:
    assert parse_line(line, 1) == TakePrompt(text)


@pytest.mark.parametrize(
    "line",
    [
        b"nonsense",
        b"{}",
        b'{"type":"assistant","message":{"role":"user","content":"x"}}',
        b'{"type":"user","message":{"role":"assistant","content":"x"}}',
        b'{"type":"user","message":{"role":"user","content":[{"type":"image"}]}}',
        b'{"type":"user","message":{"role":"user","content":" "}}',
        b'"\xff"',
    ],
)
def test_a_line_that_is_no_prompt_ends_the_input_and_says_which_line(line: bytes) -> None:
    instruction = parse_line(line, 7)
    assert isinstance(instruction, EndInput)
    assert "line 7" in instruction.problem


@given(st.binary())
def test_no_line_can_crash_the_reader(line: bytes) -> None:
    assert isinstance(parse_line(line, 1), TakePrompt | EndInput)


def test_lines_come_in_order_blank_ones_are_skipped_and_reading_waits_for_the_work() -> None:
    taken: SimpleQueue[Instruction] = SimpleQueue()
    lines = b"\n".join(b'{"type":"user","message":{"content":"%d"}}\n' % number for number in range(50))
    reader = LineReader(taken.put, piped(lines))
    reader.start()
    first = [taken.get(timeout=BOUND) for _ in range(script_input.AHEAD)]
    assert first == [TakePrompt(str(number)) for number in range(script_input.AHEAD)]
    assert taken.empty()
    for number in range(script_input.AHEAD, 50):
        reader.done()
        assert taken.get(timeout=BOUND) == TakePrompt(str(number))
    assert taken.get(timeout=BOUND) == EndInput()


def test_nothing_is_read_behind_a_broken_line() -> None:
    taken: SimpleQueue[Instruction] = SimpleQueue()
    LineReader(taken.put, piped(b'broken\n{"type":"user","message":{"content":"x"}}\n')).start()
    assert isinstance(taken.get(timeout=BOUND), EndInput)
