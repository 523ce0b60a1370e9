"""Words as the shell makes them."""

from __future__ import annotations

import pytest

from config.shell.reader import HOLE, SLOT, OpaqueError, Reader
from config.shell.words import read_word


def shape(text: str, *, bash: bool = True) -> str:
    return read_word(Reader(text, lambda reader, _: setattr(reader, "at", len(reader.text)), bash=bash)).shape


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a'b'\"c\"\\d", "abcd"),
        ('"a\\"b\\c"', 'a"b\\c'),
        ("$'a\\x62\\143\\n'", "abc\n"),
        ("a$X", f"a{HOLE}"),
        ('a"$X"', f"a{SLOT}"),
        ('"$@"', HOLE),
        ("*.py", f"{HOLE}.py"),
        ("a*", f"a{SLOT}"),
        ("a b", "a"),
        ("a;b", "a"),
        ("$", "$"),
        ("[", "["),
        ("{}", "{}"),
    ],
)
def test_what_is_certain_of_a_word_is_its_shape(text: str, expected: str) -> None:
    assert shape(text) == expected


def test_braces_mean_something_to_bash_only() -> None:
    assert shape("{a,b}") == f"{HOLE}a,b}}"
    assert shape("{a,b}", bash=False) == "{a,b}"


@pytest.mark.parametrize("text", ["'a", '"a', "`a", "${a", "a\\", "$'a", "$[1]", "${ a; }"])
def test_a_word_without_an_end_is_refused(text: str) -> None:
    with pytest.raises(OpaqueError):
        shape(text)
