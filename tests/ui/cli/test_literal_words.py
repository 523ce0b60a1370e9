"""Words that are text, however they begin."""

from __future__ import annotations

import argparse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.cli.literal_words import Sorted, sort_words


def options() -> dict[str, argparse.Action]:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("-p", "--print", nargs="?")
    parser.add_argument("-m", "--model")
    parser.add_argument("--append-system-prompt")
    parser.add_argument("--output-format")
    for flag in ("-y", "-c", "--yolo", "--verbose"):
        parser.add_argument(flag, action="store_true")
    return parser._option_string_actions  # noqa: SLF001 - what the parser itself is asked for


OPTIONS = options()
COMMANDS = {"run": {name: OPTIONS[name] for name in OPTIONS if name not in ("-p", "--print")}, "drill": OPTIONS}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["-p", "--yolo"], ("--print=--yolo",)),
        (["-p", "---\nX"], ("--print=---\nX",)),
        (["--print", "-m"], ("--print=-m",)),
        (["-p", "--model", "--verbose"], ("--print=--model", "--verbose")),
        (["-yp", "--verbose"], ("-y", "--print=--verbose")),
        (["-cyp", "-x"], ("-c", "-y", "--print=-x")),
        (["-m", "x", "-p", "a=b", "--verbose"], ("-m", "x", "--print=a=b", "--verbose")),
        (["-p", ""], ("--print=",)),
        (["--verbose", "-p"], ("--verbose", "-p")),
        (["-p", "--output-format", "json"], ("-p", "--output-format", "json")),
        (["--append-system-prompt", "--yolo", "-p", "x"], ("--append-system-prompt=--yolo", "--print=x")),
        (["run", "x", "--append-system-prompt", "--yolo"], ("run", "x", "--append-system-prompt=--yolo")),
        (["-m", "-p", "x"], ("-m", "-p", "x")),
        (["drill", "-p", "--yolo"], ("drill", "-p", "--yolo")),
    ],
)
def test_the_word_behind_p_is_its_text(line: list[str], words: tuple[str, ...]) -> None:
    assert sort_words(line, OPTIONS, COMMANDS).words == words


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (["-p", "--", "--yolo", "x"], Sorted(("-p",), ("--yolo", "x"))),
        (["run", "a", "--", "--yolo"], Sorted(("run", "a"), ("--yolo",))),
        (["run", "--"], Sorted(("run",), ())),
        (["drill", "--", "x"], Sorted(("drill", "--", "x"))),
        (["-p", "--yolo", "--verbose"], Sorted(("--print=--yolo", "--verbose"), None, "--yolo")),
    ],
)
def test_behind_two_dashes_everything_is_text(line: list[str], found: Sorted) -> None:
    assert sort_words(line, OPTIONS, COMMANDS) == found


TEXTS = st.text(max_size=12).filter(lambda text: text != "--")


@given(TEXTS, st.lists(st.sampled_from(["--verbose", "-y"]), max_size=2))
def test_no_text_is_ever_an_option(text: str, others: list[str]) -> None:
    assert sort_words(["-p", text, *others], OPTIONS, COMMANDS).words == (f"--print={text}", *others)
