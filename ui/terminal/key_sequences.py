"""Keys out of what a terminal sends: characters, whole escape sequences, bracketed pastes. A piece is never typed.

Used by `ui.terminal.key_parser`; pure: no clock, `settle` is told that nothing has come for a moment. However the input
is cut, the same keys come out. Where a sequence ends:

| introducer       | ends with                                          |
| CSI  (Esc [)     | a character from @ to ~; after Esc [ [ the next one |
| SS3  (Esc O)     | a character from @ to ~                             |
| OSC  (Esc ])     | BEL or ST                                          |
| DCS, APC, PM, SOS (Esc P, _, ^, X) | ST                               |
| Esc              | the next character: an Alt key; nothing: Esc itself |

The introducers exist as single characters too (U+0080 to U+009F). CAN, SUB and a control character in a CSI break a
sequence off. One that is still open when nothing more has come is waited for until nothing more has come a second time;
then what came in between counts as typed, so that a reply without its end costs no keys.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from msgspec import Struct
from prompt_toolkit.keys import Keys

from ui.terminal.key_codes import Chord, character_chord, chord_of

PASTE_BEGIN, PASTE_END = "\x1b[200~", "\x1b[201~"
LONGEST = 65_536
"""Characters of a sequence; a longer one is let go, and what follows is typed."""
C1 = {"\x8f": "O", "\x90": "P", "\x98": "X", "\x9b": "[", "\x9d": "]", "\x9e": "^", "\x9f": "_"}
"""The introducers that are one character."""
STRINGS = "P]X^_"
_ALT_CONTROLS = "\r\n\t\x08"
"""Control characters that make an Alt key after an Esc; the others are themselves, so that Ctrl-C is never lost."""

_PLAIN = re.compile(r"[^\x1b\x80-\x9f]+")
_CSI_BODY = re.compile(r"[ -?]*")
_GOES_ON = re.compile(r"[0-9;:<=>?A-Z\[]")
_STRING_BODY = re.compile(r"[^\x07\x18\x1a\x1b\x9c]*")


class Typed(Struct, frozen=True):
    """One key. `text` is what it would put into the line, or the control character; empty for all others."""

    chord: Chord
    text: str = ""


class Pasted(Struct, frozen=True):
    """Text between the marks of a bracketed paste, as it came."""

    text: str


Token: TypeAlias = Typed | Pasted


class Sequences:
    """One terminal's input under way."""

    def __init__(self) -> None:
        self._open = ""
        """The sequence that has begun; a single-character introducer stands there as Esc and its letter."""
        self._paste: list[str] | None = None
        self._since: str | None = None
        """What came since the open sequence was waited for."""

    def feed(self, data: str) -> list[Token]:
        """Some more input: the keys that are whole now."""
        if self._since is not None:
            self._since += data
        tokens: list[Token] = []
        at = 0
        while at < len(data):
            if self._paste is not None:
                at = self._pasting(data, at, tokens)
            elif self._open:
                at = self._on(data, at, tokens)
            else:
                at = self._begin(data, at, tokens)
            if not self._open:
                self._since = None
        return tokens

    def settle(self) -> list[Token]:
        """Nothing has come for a moment: an Esc was an Esc, and a sequence is waited for once."""
        began, since = self._open, self._since
        if not began:
            return []
        if began in ("\x1b", "\x1b\x1b"):
            self._open = ""
            return [Typed((Keys.Escape,), "\x1b")]
        if len(began) == 2 and began[1] != "[" and since is None:  # noqa: PLR2004 - the introducer alone
            self._open = ""
            return [Typed((Keys.Escape, began[1]))]
        if since is None:
            self._since = ""
            return []
        self._open, self._since = "", None
        return self.feed(since)

    @property
    def is_open(self) -> bool:
        """Something has begun and is not whole."""
        return bool(self._open) or self._paste is not None

    # ── Where the input stands ────────────────────────────────────────────────────────────────────────────────────

    def _begin(self, data: str, at: int, tokens: list[Token]) -> int:
        found = _PLAIN.match(data, at)
        if found is not None:
            tokens.extend([Typed(character_chord(each), each) for each in found[0]])
            return found.end()
        character = data[at]
        if character == "\x1b":
            self._open = character
        elif character in C1:
            self._open = "\x1b" + C1[character]
        return at + 1

    def _on(self, data: str, at: int, tokens: list[Token]) -> int:
        """Go on with the open sequence; where it is broken off, the character begins anew."""
        if len(self._open) > LONGEST:
            self._open = ""
            return at
        head = self._open.lstrip("\x1b")[:1]
        if not head:
            return self._after_escape(data, at, tokens)
        return self._string(data, at) if head in STRINGS else self._control(data, at, tokens)

    def _after_escape(self, data: str, at: int, tokens: list[Token]) -> int:
        character = data[at]
        if character in "[O" or character in STRINGS or (character == "\x1b" and self._open == "\x1b"):
            self._open += character
            return at + 1
        doubled, self._open = len(self._open) > 1, ""
        if character == "\x1b":
            self._open = character
        elif character < " " and character not in _ALT_CONTROLS:
            tokens.append(Typed(character_chord(character), character))
        elif not doubled and not "\x80" <= character <= "\x9f":
            tokens.append(Typed((Keys.Escape, *character_chord(character)), character))
        return at + 1

    def _control(self, data: str, at: int, tokens: list[Token]) -> int:
        """In a CSI or SS3 sequence. After a pause, Esc [ was Alt-[ if what follows looks typed."""
        if self._since is not None and self._open == "\x1b[" and not _GOES_ON.match(data, at):
            self._open = ""
            return at
        found = _CSI_BODY.match(data, at)
        at = found.end() if found is not None else at
        self._open += found[0] if found is not None else ""
        if at == len(data):
            return at
        final = data[at]
        if not "@" <= final <= "~":
            self._open = ""
            return at
        if final == "[" and self._open.endswith("\x1b["):
            self._open += final
            return at + 1
        self._finished(self._open + final, tokens)
        return at + 1

    def _finished(self, sequence: str, tokens: list[Token]) -> None:
        self._open = ""
        if sequence == PASTE_BEGIN:
            self._paste = []
            return
        is_alt = sequence.startswith("\x1b\x1b")
        chord = chord_of(sequence[1:] if is_alt else sequence)
        if chord:
            text = str(chord[-1]) if not isinstance(chord[-1], Keys) else _CONTROLS.get(chord[-1], "")
            tokens.append(Typed((Keys.Escape, *chord) if is_alt else chord, text))

    def _string(self, data: str, at: int) -> int:
        """In an OSC, DCS, APC, PM or SOS sequence; none of them is a key."""
        if self._open.endswith("\x1b") and len(self._open) > 2:  # noqa: PLR2004 - more than the introducer
            ended = data[at] == "\\"
            self._open = "" if ended else "\x1b"
            return at + 1 if ended else at
        found = _STRING_BODY.match(data, at)
        end = found.end() if found is not None else at
        self._open += data[at:end]
        if end == len(data):
            return end
        character = data[end]
        if character == "\x1b" or (character == "\x07" and self._open.lstrip("\x1b")[0] != "]"):
            self._open += character
        else:
            self._open = ""
        return end + 1

    def _pasting(self, data: str, at: int, tokens: list[Token]) -> int:
        """In a bracketed paste. Its end mark may be cut anywhere."""
        pieces = self._paste if self._paste is not None else []
        tail = "".join(pieces[-len(PASTE_END) :])[-len(PASTE_END) + 1 :] if pieces else ""
        end = (tail + data[at:]).find(PASTE_END)
        if end < 0:
            pieces.append(data[at:])
            return len(data)
        after = at + end + len(PASTE_END) - len(tail)
        whole = "".join(pieces) + data[at:after]
        self._paste = None
        tokens.append(Pasted(whole.removesuffix(PASTE_END)))
        return after


_CONTROLS: dict[Keys | str, str] = {
    Keys.ControlM: "\r",
    Keys.ControlJ: "\n",
    Keys.ControlI: "\t",
    Keys.Escape: "\x1b",
}
"""What keys that a sequence names would have sent otherwise."""
