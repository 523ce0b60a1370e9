"""The flags of `callboard drill`: what they may be, and what cannot be asked together."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from ui.arguments import DrillArguments
from ui.cli.drill_flags import add_drill_flags, clash, count, drill_arguments, seed


def given(*words: str) -> dict[str, object]:
    parser = argparse.ArgumentParser()
    add_drill_flags(parser)
    return vars(parser.parse_args(words))


def test_what_is_not_given_is_what_is_usual() -> None:
    assert drill_arguments(given()) == DrillArguments()


def test_what_is_given_is_what_was_asked() -> None:
    words = ("a", "b", "--level", "threads", "--seeds", "5", "--seed", "0", "--scenario", "queue", "--output-dir", "d")
    every = drill_arguments(given("--exhaustive"))
    assert every == DrillArguments(exhaustive=True)
    asked = DrillArguments(("a", "b"), level="threads", seeds=5, seed=0, scenario="queue", output=Path("d"))
    assert drill_arguments(given(*words)) == asked
    assert clash(given(*words)) == ""
    spoken = given("--level", "process", "--dialect", "anthropic")
    assert drill_arguments(spoken) == DrillArguments(level="process", dialect="anthropic")
    assert clash(spoken) == ""


@pytest.mark.parametrize("text", ["0", "-5", "abc", "1.5", ""])
def test_a_number_of_seeds_is_a_whole_number_from_1_on(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="must be a whole number from 1 on, not "):
        count(text)


def test_a_seed_is_a_whole_number_from_0_on() -> None:
    assert seed("0") == 0
    with pytest.raises(argparse.ArgumentTypeError, match="must be a whole number from 0 on, not '-1'"):
        seed("-1")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--replay", "x", "plan", "--seeds", "5"), "what its file says; leave out: PLAN, --seeds"),
        (("--replay", "x", "--list"), "what its file says; leave out: --list"),
        (("--list", "--level", "threads"), "all that there is; leave out: --level"),
        (("--list", "plan", "--seed", "0"), "all that there is; leave out: PLAN, --seed"),
        (("--exhaustive", "--level", "process"), "in virtual time; leave out --level"),
        (("--exhaustive", "--level", "simulation", "--seeds", "9"), ""),
        (("--list", "--exhaustive"), "all that there is; leave out: --exhaustive"),
        (("--list", "--dialect", "anthropic"), "all that there is; leave out: --dialect"),
        (("--dialect", "anthropic"), "virtual time has none; add --level threads"),
        (("--dialect", "anthropic", "--level", "simulation"), "virtual time has none; add --level threads"),
        (("--list",), ""),
        (("--replay", "x"), ""),
    ],
)
def test_what_cannot_be_asked_together_is_refused(words: tuple[str, ...], said: str) -> None:
    problem = clash(given(*words))
    assert problem.endswith(said)
    assert bool(problem) == bool(said)
