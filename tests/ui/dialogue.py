"""Dialogues with the pure screen: tell it something, see what stands in the scrollback and what it wants done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from actors.ids import CallId, PromptId, RequestId, TurnId
from actors.records import TurnStarted
from actors.runtime.message import Message
from ui.screen import live_region
from ui.screen.messages import Alone, Effect, Key, Render, ScreenInput, Send, Submit
from ui.screen.model import Identity, ScreenModel
from ui.screen.update import ScreenMessage, update
from ui.text.markdown import Block, Lines
from ui.text.rows import plain

TURN = TurnId("turn-1")
PROMPT = PromptId("prompt-1")
REQUEST = RequestId("request-1")
CALL = CallId("call-1")

EffectT = TypeVar("EffectT")
MessageT = TypeVar("MessageT", bound=Message)


def texts(blocks: Sequence[Block]) -> list[str]:
    """Blocks as lines of text."""
    found: list[str] = []
    for block in blocks:
        found.extend([plain(row) for row in block.rows] if isinstance(block, Lines) else block.lines)
    return found


class Dialogue:
    """A screen, and everything that came of it so far."""

    def __init__(self, columns: int = 60, rows: int = 24) -> None:
        identity = Identity("Acme", "fast-1", "/home/kim/project")
        self.view = ScreenModel(rows=rows, columns=columns, identity=identity)
        self.said: list[str] = []
        self.effects: list[Effect] = []

    def tell(self, *messages: ScreenMessage | ScreenInput) -> list[str]:
        """Tell it these; the new lines of the scrollback."""
        before = len(self.said)
        for message in messages:
            step = update(self.view, message)
            self.view = step.view
            self.said.extend(texts(step.blocks))
            self.effects.extend(step.effects)
        return self.said[before:]

    def begin_turn(self, text: str = "do it") -> None:
        """A turn runs."""
        self.tell(TurnStarted(TURN, PROMPT, text))

    def submit(self, text: str, prompt: str = "new") -> list[str]:
        """Type a line and press Enter."""
        return self.tell(Submit(PromptId(prompt), text))

    def press(self, name: str, now: float = 0.0, draft: str = "") -> list[str]:
        """Press a key, and nothing after it."""
        return self.tell(Key(name, now, draft), Alone())

    def see(self) -> None:
        """A frame was drawn and looked at."""
        self.tell(Render())

    def wanted(self, effect_class: type[EffectT]) -> list[EffectT]:
        """All effects of a class so far."""
        return [effect for effect in self.effects if isinstance(effect, effect_class)]

    def sent(self, message_class: type[MessageT]) -> list[MessageT]:
        """All messages of a class that it wanted to send."""
        sends = (effect.message for effect in self.wanted(Send))
        return [message for message in sends if isinstance(message, message_class)]

    def above(self) -> list[str]:
        """The live rows above the input line."""
        return [plain(row) for row in live_region.above(self.view, self.view.rows)]

    def below(self) -> list[str]:
        """The live rows below it."""
        return [plain(row) for row in live_region.below(self.view)]
