"""Which key a whole escape sequence stands for, in all encodings that terminals use for the same key.

Used by `ui.terminal.key_sequences`; pure. Beside prompt-toolkit's table there are two encodings with a number for the
modifiers, 1 + (1 Shift, 2 Alt, 4 Ctrl, 8 Super, 16 Hyper, 32 Meta, 64 Caps Lock, 128 Num Lock):

| encoding                                 | sequence                                                       |
| xterm's modifyOtherKeys                  | CSI 27 ; modifiers ; code ~                                    |
| kitty's keyboard protocol                | CSI code : shifted ; modifiers : event ; text u                |
| kitty's protocol for keys that had a sequence | CSI number ; modifiers : event letter, event 3 is a release |

Ctrl and Alt keys become what they are in the old encoding, Shift-Enter and Alt-Enter a new line. Whatever is not known
(replies, focus and mouse reports, keys with Super, releases) is no key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from prompt_toolkit.input.ansi_escape_sequences import ANSI_SEQUENCES
from prompt_toolkit.keys import Keys

Chord: TypeAlias = tuple[Keys | str, ...]
"""Keys as prompt-toolkit has them; an Alt key is Escape and the key. Empty: no key."""

NO_KEY: Chord = ()
SHIFT, ALT, CONTROL, LOCKS = 1, 2, 4, 64 | 128
RELEASED = 3
OTHER_KEY = 27
"""The first number of modifyOtherKeys."""
ENTER, TAB, ESCAPE, BACKSPACE = 13, 9, 27, 127

_CSI = re.compile(r"\x1b\[([0-9:;]*)([@-Z\\-~])")
_KEYPAD: Mapping[str, str] = {
    "M": "\r",
    "I": "\t",
    " ": " ",
    "X": "=",
    **dict(zip("jklmnopqrstuvwxy", "*+,-./0123456789", strict=True)),
}
"""The keys of an application keypad, by the last character of their SS3 sequence."""
_KITTY_TEXT: Mapping[int, int] = {
    **dict(zip(range(57399, 57414), map(ord, "0123456789./*-+"), strict=True)),
    57414: ENTER,
    57415: ord("="),
    57416: ord(","),
}
"""The same keys by kitty's numbers."""
_KITTY_MOVES: Mapping[int, str] = dict(
    zip(range(57417, 57427), ("D", "C", "A", "B", "5~", "6~", "H", "F", "2~", "3~"), strict=True)
)
_WITH_CONTROL: Mapping[str, str] = {
    "@": "\x00", " ": "\x00", "2": "\x00", "[": "\x1b", "\\": "\x1c", "4": "\x1c", "]": "\x1d", "5": "\x1d",
    "^": "\x1e", "6": "\x1e", "_": "\x1f", "/": "\x1f", "7": "\x1f", "-": "\x1f", "?": "\x7f", "8": "\x7f",
}  # fmt: skip
"""What Ctrl makes of the keys that are no letters."""


def chord_of(sequence: str) -> Chord:
    """The keys of a whole CSI or SS3 sequence that begins with Esc."""
    if sequence.startswith("\x1bO"):
        return _table(sequence) or _character(_KEYPAD.get(sequence[2:], ""))
    found = _CSI.fullmatch(sequence)
    if found is None:
        return _table(sequence)
    numbers = [[int(each) if each else 0 for each in part.split(":")] for part in found[1].split(";")]
    if found[2] in "u~" and not found[1]:
        return NO_KEY
    if found[2] == "u":
        return _kitty(numbers)
    if found[2] == "~" and numbers[0] == [OTHER_KEY]:
        return _modified(numbers[2][0], _bits(numbers), "") if len(numbers) == 3 else NO_KEY  # noqa: PLR2004 - see the table
    return _functional(numbers, found[2], sequence)


def character_chord(character: str) -> Chord:
    """The key of a character or a control character."""
    return _table(character) or (character,)


def _table(sequence: str) -> Chord:
    key = ANSI_SEQUENCES.get(sequence)
    if key is None or key is Keys.Ignore:
        return NO_KEY
    return key if isinstance(key, tuple) else (key,)


def _character(character: str) -> Chord:
    return character_chord(character) if character else NO_KEY


def _bits(numbers: Sequence[Sequence[int]]) -> int:
    """The modifiers without the locks."""
    modifiers = numbers[1][0] if len(numbers) > 1 else 1
    return max(modifiers - 1, 0) & ~LOCKS


def _is_release(numbers: Sequence[Sequence[int]]) -> bool:
    return len(numbers) > 1 and len(numbers[1]) > 1 and numbers[1][1] == RELEASED


def _kitty(numbers: Sequence[Sequence[int]]) -> Chord:
    if _is_release(numbers):
        return NO_KEY
    code, bits = numbers[0][0], _bits(numbers)
    if code in _KITTY_MOVES:
        letter = _KITTY_MOVES[code]
        return _functional([[int(letter[0])] if letter[-1] == "~" else [1], [bits + 1]], letter[-1], "")
    shifted = numbers[0][1] if len(numbers[0]) > 1 else 0
    typed = numbers[2][0] if len(numbers) > 2 and len(numbers[2]) == 1 else shifted  # noqa: PLR2004 - the third is text
    return _modified(_KITTY_TEXT.get(code, code), bits, chr(typed) if _is_text(typed) else "")


def _is_text(code: int) -> bool:
    """The code point may stand in a line: no control, no half of a pair, no private one, and it exists."""
    return (0x20 <= code < 0x7F or 0xA0 <= code < 0xD800 or 0xF900 <= code <= 0x10FFFF) and not code >= 0xF0000  # noqa: PLR2004


def _modified(code: int, bits: int, shifted: str) -> Chord:
    """The key with this code and these modifiers; `shifted` is the text that Shift makes of it, where it is known."""
    if bits & ~(SHIFT | ALT | CONTROL):
        return NO_KEY
    if code in (ENTER, TAB, ESCAPE, BACKSPACE) or not _is_text(code):
        return _editing(code, bits)
    return _alt(_with_control(chr(code), bits) if bits & CONTROL else _plain(chr(code), bits, shifted), bits)


def _editing(code: int, bits: int) -> Chord:
    """The four keys with a control character of their own; no other control character is a key here."""
    if code == ENTER:
        return (Keys.ControlJ,) if bits & (SHIFT | ALT) else (Keys.ControlM,)
    if code == TAB and not bits & ALT:
        return (Keys.BackTab,) if bits & SHIFT else (Keys.ControlI,)
    if code == BACKSPACE:
        return _alt(_table("\x7f"), bits)
    return (Keys.Escape,) if code == ESCAPE and not bits else NO_KEY


def _plain(character: str, bits: int, shifted: str) -> Chord:
    upper = character.upper() if bits & SHIFT else character
    return (shifted or (upper if len(upper) == 1 else character),)


def _with_control(character: str, bits: int) -> Chord:
    """As in the old encoding. With Shift a letter is no key of ours: many a terminal copies with Ctrl-Shift-C."""
    letter = character.lower()
    if "a" <= letter <= "z":
        return NO_KEY if bits & SHIFT else _table(chr(ord(letter) - ord("a") + 1))
    return _table(_WITH_CONTROL[character]) if character in _WITH_CONTROL else NO_KEY


def _alt(chord: Chord, bits: int) -> Chord:
    return (Keys.Escape, *chord) if bits & ALT and chord else chord


def _functional(numbers: Sequence[Sequence[int]], final: str, sequence: str) -> Chord:
    """A key that has had a sequence always: looked up without locks and events."""
    if _is_release(numbers):
        return NO_KEY
    first, bits = numbers[0][0], _bits(numbers)
    if len(numbers) < 2:  # noqa: PLR2004 - no modifiers
        return _table(sequence or f"\x1b[{first if final == '~' else ''}{final}")
    if final == "R":  # the place of the cursor
        return NO_KEY
    if not bits:
        return _table(f"\x1b[{first}~" if final == "~" else f"\x1b[{final}")
    return _table(f"\x1b[{first};{bits + 1}{final}")
