"""The conversation as an immutable value.

The turn loop owns the live one, the journal rebuilds it, dialects write it down. Appending shares every earlier
message, so that a dialect may keep what it has already encoded. It never holds a tool call without its answer: see
`unanswered`.
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from tools.tool import ToolResult


class Usage(Struct, frozen=True):
    """Tokens of one or more requests, as the provider counted them; zero where it did not say."""

    input_tokens: int = 0
    output_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(self.input_tokens + other.input_tokens, self.output_tokens + other.output_tokens)


NOTHING_USED = Usage()


class ToolCall(Struct, frozen=True):
    """A call the model asked for. `arguments` is the JSON text as the model wrote it, valid or not."""

    id: str
    name: str
    arguments: str


class UserMessage(Struct, frozen=True):
    """What a person or a script said."""

    text: str


class AssistantMessage(Struct, frozen=True):
    """What the model said. `interrupted`: it was cancelled or cut, the text is what had arrived, calls are dropped."""

    text: str
    reasoning: str = ""
    calls: tuple[ToolCall, ...] = ()
    stop_reason: str = "stop"
    interrupted: bool = False

    @property
    def cut(self) -> bool:
        """The model would have said more: it reached the most tokens of one answer."""
        return self.stop_reason == "length"


class ToolMessage(Struct, frozen=True):
    """The answer to one call."""

    call: str
    name: str
    result: ToolResult


TranscriptMessage: TypeAlias = UserMessage | AssistantMessage | ToolMessage


class Transcript(Struct, frozen=True):
    """Messages in order; every prefix that ends before a model request is balanced."""

    messages: tuple[TranscriptMessage, ...] = ()

    def add(self, *messages: TranscriptMessage) -> Transcript:
        """A transcript that goes on with these messages."""
        return replace(self, messages=self.messages + messages)

    def answer(self, answer: ToolMessage) -> Transcript:
        """A transcript in which the call is answered; answers stand in the order of their calls.

        An answer to a call that was not asked for, or is answered, changes nothing.
        """
        last = len(self.messages) - 1
        while last >= 0 and isinstance(self.messages[last], ToolMessage):
            last -= 1
        asked = self.messages[last] if last >= 0 else None
        if not isinstance(asked, AssistantMessage):
            return self
        answers = {message.call: message for message in self.messages[last + 1 :] if isinstance(message, ToolMessage)}
        answers.setdefault(answer.call, answer)
        ordered = tuple(answers[call.id] for call in asked.calls if call.id in answers)
        return replace(self, messages=(*self.messages[: last + 1], *ordered))

    def asks(self, call: str) -> bool:
        """Whether the last message that asks for calls asks for this one."""
        asked = next((message for message in reversed(self.messages) if isinstance(message, AssistantMessage)), None)
        return asked is not None and any(each.id == call for each in asked.calls)

    def unanswered(self) -> tuple[ToolCall, ...]:
        """The calls of the last answer that have no result yet, in call order."""
        answered: set[str] = set()
        for message in reversed(self.messages):
            if isinstance(message, ToolMessage):
                answered.add(message.call)
            elif isinstance(message, AssistantMessage):
                return tuple(call for call in message.calls if call.id not in answered)
            else:
                break
        return ()


EMPTY = Transcript()
