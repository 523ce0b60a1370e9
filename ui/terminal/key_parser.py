"""Keys as the chat takes them: whole sequences, pastes as one text, and answers only from keys that came alone.

Takes the place of prompt-toolkit's parser in the terminal's input; `ui.chat.controller` puts it there. prompt-toolkit
calls `feed` for every read and `flush` when nothing has come for 50 ms: what came in between is a burst. No finger is
that fast, so in a burst

| came                                       | becomes                                                 |
| text, Enter, text                          | one paste: a terminal without bracketed paste sends so  |
| text, Enter                                | typed; the Enter counts after the burst                 |
| while a key may answer a question: one key | that key, after the burst                               |
| the same: several characters               | one paste, an Enter at its end is left out              |
| while Enter may approve: Enter behind text | nothing; the person is asked to press it again          |
| the same, or Alt and a digit, in one read with an arrow or another key | nothing                     |

It decides nothing else: what a key means is `ui.chat.keys`'s and `ui.screen.dialog`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Literal, TypeAlias

from msgspec import Struct
from prompt_toolkit.input.vt100_parser import Vt100Parser
from prompt_toolkit.key_binding.key_processor import KeyPress
from prompt_toolkit.keys import Keys

from ui.terminal.key_codes import Chord
from ui.terminal.key_sequences import Pasted, Sequences, Token, Typed

Guard: TypeAlias = Literal["none", "enter", "keys"]
"""`keys`: the next key may answer a question; `enter`: Enter may approve what stands in the line."""

TEXT_CONTROLS = ("\r", "\n", "\t")
ENTER, ESCAPE = "\r", "\x1b"


class Manners(Struct, frozen=True):
    """What the parser must know of the chat. `bound`: the chat does something at this Alt key."""

    guard: Callable[[], Guard]
    bound: Callable[[Chord], bool]
    hurried: Callable[[], object]
    """An Enter came too fast to be an answer."""
    inserting: Callable[[], bool]
    """vi keys insert text: an Esc is an Esc there, whatever follows it."""


class KeyParser(Vt100Parser):
    """prompt-toolkit's parser for this chat: whole sequences, pastes as one text, bursts that answer nothing."""

    def __init__(self, take: Callable[[KeyPress], None], manners: Manners) -> None:
        self._take = take
        self._manners = manners
        self._sequences = Sequences()
        self._count = self._before = self._others = 0
        """Characters of this burst, those before this read, and other keys of this read."""
        self._waiting: Typed | None = None
        """A key that counts if it stays alone, or the Enter at the end of a burst."""
        self._alone = False
        """What waits has come alone so far."""
        self._paste = ""
        """Text of the burst so far, where it is a paste."""

    def reset(self, request: bool = False) -> None:  # noqa: FBT001, FBT002 - prompt-toolkit's signature
        """Forget what has begun."""
        del request
        self._sequences = Sequences()
        self._count, self._waiting, self._paste, self._alone = 0, None, "", False

    def feed(self, data: str) -> None:
        """One read."""
        self._before, self._others = self._count, 0
        self._taken(self._sequences.feed(data))

    def flush(self) -> None:
        """Nothing has come for a moment: the burst is over."""
        self._taken(self._sequences.settle())
        self._finish()
        self._count = 0

    # ── Within a burst ────────────────────────────────────────────────────────────────────────────────────────────

    def _taken(self, tokens: list[Token]) -> None:
        for are_text, run in groupby(tokens, _is_text):
            if are_text:
                self._text("".join(token.text for token in run))
            else:
                for token in run:
                    self._other(token)

    def _text(self, text: str) -> None:
        self._alone = len(text) == 1 and not (self._count or self._others)
        self._count += len(text)
        waiting, self._waiting = self._waiting, None
        if waiting is not None and len(waiting.chord) == 1:
            self._paste = waiting.text
        guard = self._manners.guard()
        if self._paste or ENTER in text.rstrip(ENTER) or (guard == "keys" and not self._alone):
            self._paste += text
        elif guard == "keys":
            self._waiting = _typed(text)
        elif text[-1] == ENTER and (not self._alone or guard == "enter"):
            self._type(text.rstrip(ENTER))
            self._waiting = _typed(ENTER)
        else:
            self._type(text)

    def _other(self, token: Token) -> None:
        first = self._count == self._before and not self._others
        self._others += 1
        self._alone = False
        self._finish()
        if isinstance(token, Pasted):
            self._put(token.text)
        elif _answers_beside(token):
            self._waiting, self._alone = (token if first else None), first
        else:
            self._press(token)

    def _finish(self) -> None:
        """Let go what the burst has held back; nothing follows it any more, or something that is no text."""
        waiting, self._waiting = self._waiting, None
        paste, self._paste = self._paste, ""
        if paste:
            text = _unified(paste).rstrip("\n")
            if text:
                self._put(text)
            elif self._manners.guard() == "none":
                self._press(_typed(ENTER))
            else:
                self._manners.hurried()
        elif waiting is not None:
            self._let_go(waiting)

    def _let_go(self, waiting: Typed) -> None:
        if self._alone or (self._manners.guard() == "none" and not _answers_beside(waiting)):
            self._press(waiting)
        elif waiting.text == ENTER:
            self._manners.hurried()
        elif not _answers_beside(waiting):
            self._put(waiting.text)

    # ── Out ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _type(self, text: str) -> None:
        for character in text:
            self._press(_typed(character))

    def _press(self, key: Typed) -> None:
        """The text goes with the last key: what inserts itself inserts that, and an Alt key nothing twice."""
        *before, last = key.chord
        data = ""
        if before and not self._manners.bound(key.chord):
            if not key.text or not self._manners.inserting():
                return
            data = ESCAPE
        for each in before:
            self._take(KeyPress(each, data))
        self._take(KeyPress(last, key.text))

    def _put(self, text: str) -> None:
        self._take(KeyPress(Keys.BracketedPaste, _unified(text)))


_CONTROL_KEYS: dict[str, Keys] = {"\r": Keys.ControlM, "\n": Keys.ControlJ, "\t": Keys.ControlI}


def _typed(character: str) -> Typed:
    return Typed((_CONTROL_KEYS.get(character, character),), character)


def _is_text(token: Token) -> bool:
    """The key would stand in a paste as it stands here."""
    if isinstance(token, Pasted) or len(token.chord) != 1 or not token.text:
        return False
    return token.text in TEXT_CONTROLS or (token.text >= " " and token.text != "\x7f")


def _answers_beside(token: Typed) -> bool:
    """Alt and a digit: answers a question beside a draft."""
    return len(token.chord) > 1 and str(token.chord[-1]).isdigit()


def _unified(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
