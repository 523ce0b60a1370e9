"""Usages of wrappers, and what they find."""

from __future__ import annotations

import pytest

from config.shell.reader import OpaqueError
from config.shell.shell_command import words_of
from config.shell.usage import kind_of, read_usage, runs

USAGE = read_usage("-k: -v -c! --kill: --verbose --script! 1 COMMAND")


@pytest.mark.parametrize(
    "text", ["5 a b", "-k 1 5 a b", "-k1 5 a b", "-vk 1 5 a b", "--kill 1 5 a b", "--kil=1 5 a b", "-v -- 5 a b"]
)
def test_the_command_begins_behind_options_their_values_and_operands(text: str) -> None:
    commands = runs(USAGE, words_of(text)).commands
    assert [" ".join(word.text for word in command) for command in commands] == ["a b"]


def test_an_option_that_is_not_listed_makes_every_word_a_possible_beginning() -> None:
    commands = runs(USAGE, words_of("-x 5 a b")).commands
    assert [command[0].text for command in commands] == ["5", "a", "b"]


def test_a_script_is_the_value_of_its_option_or_nothing_is_known() -> None:
    assert runs(USAGE, words_of("-c 'a b' 5 d")).scripts == ("a b",)
    with pytest.raises(OpaqueError):
        runs(USAGE, words_of('-c "$X" 5 d'))


def test_a_long_option_may_be_abbreviated_where_that_is_clear() -> None:
    assert (kind_of(USAGE, "--ver"), kind_of(USAGE, "--ki=1"), kind_of(USAGE, "--other")) == ("", ":", None)
