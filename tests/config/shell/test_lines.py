"""Where the commands of a line begin and end; tests/config/shell/test_shell_command.py has a corpus of them."""

from __future__ import annotations

import pytest

from config.shell.lines import LONGEST, read_line
from config.shell.reader import OpaqueError


def test_commands_of_the_line_and_of_its_substitutions_are_kept_apart() -> None:
    taken = read_line("a $(b c); d", "bash")
    assert [command.source for command in taken.commands] == ["a $(b c)", "d"]
    assert [command.source for command in taken.inner] == ["b c"]
    assert taken.strange


def test_a_number_of_two_digits_before_a_redirection_is_a_word_to_some_shells() -> None:
    assert [command.source for command in read_line("timeout 52>&1 a", "bash").commands] == ["timeout a"]
    assert [command.source for command in read_line("timeout 52>&1 a", "posix").commands] == ["timeout 52 a"]


def test_a_line_longer_than_any_program_takes_is_refused() -> None:
    assert read_line("a" * LONGEST, "bash").commands
    with pytest.raises(OpaqueError):
        read_line("a" * (LONGEST + 1), "bash")
