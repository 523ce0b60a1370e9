"""The same key in every encoding."""

from __future__ import annotations

import pytest
from prompt_toolkit.keys import Keys

from ui.terminal.key_codes import NO_KEY, Chord, character_chord, chord_of


@pytest.mark.parametrize("encoded", ["\x1b[27;2;13~", "\x1b[13;2u", "\x1b[13;3u", "\x1b[27;3;13~", "\x1b[13;66u"])
def test_shift_enter_and_alt_enter_are_a_new_line_in_both_encodings(encoded: str) -> None:
    assert chord_of(encoded) == (Keys.ControlJ,)


@pytest.mark.parametrize(
    ("encoded", "chord"),
    [
        ("\x1b[97;5u", (Keys.ControlA,)),
        ("\x1b[27;5;97~", (Keys.ControlA,)),
        ("\x1b[27;5;47~", (Keys.ControlUnderscore,)),
        ("\x1b[102;3u", (Keys.Escape, "f")),
        ("\x1b[27;3;102~", (Keys.Escape, "f")),
        ("\x1b[97;2u", ("A",)),
        ("\x1b[97:65;2u", ("A",)),
        ("\x1b[228;1;228u", ("ä",)),
        ("\x1b[27u", (Keys.Escape,)),
        ("\x1b[13u", (Keys.ControlM,)),
        ("\x1b[9;2u", (Keys.BackTab,)),
        ("\x1b[127u", (Keys.ControlH,)),
        ("\x1b[57400u", ("1",)),
        ("\x1b[57414u", (Keys.ControlM,)),
        ("\x1b[57419u", (Keys.Up,)),
        ("\x1b[1;1:1A", (Keys.Up,)),
        ("\x1b[1;65A", (Keys.Up,)),
        ("\x1b[3;1:2~", (Keys.Delete,)),
        ("\x1b[1;5C", (Keys.ControlRight,)),
        ("\x1bOM", (Keys.ControlM,)),
        ("\x1bOA", (Keys.Up,)),
        ("\x1b[[A", (Keys.F1,)),
    ],
)
def test_a_key_is_what_it_is_in_the_old_encoding(encoded: str, chord: Chord) -> None:
    assert chord_of(encoded) == chord


@pytest.mark.parametrize(
    "encoded",
    [
        "\x1b[97;1:3u",
        "\x1b[1;1:3A",
        "\x1b[99;6u",
        "\x1b[97;9u",
        "\x1b[27;5;27~",
        "\x1b[57358u",
        "\x1b[u",
        "\x1b[~",
        "\x1b[I",
        "\x1b[O",
        "\x1b[12;40R",
        "\x1b[?62;4c",
        "\x1b[>1;2c",
        "\x1b[<0;3;4M",
        "\x1b[201~",
        "\x1b[0n",
        "\x1b[99999999999u",
        "\x1b[27;3~",
    ],
)
def test_releases_replies_and_keys_with_no_meaning_are_no_keys(encoded: str) -> None:
    assert chord_of(encoded) == NO_KEY


def test_a_character_is_its_own_key() -> None:
    assert character_chord("x") == ("x",)
    assert character_chord("\x03") == (Keys.ControlC,)
