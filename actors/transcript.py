"""The conversation as an immutable value: messages of ordered content blocks.

The turn loop owns the live one, the journal rebuilds it, dialects write it down. Appending shares every earlier
message, so that a dialect may keep what it has already encoded. It never holds a tool call without its answer: see
`unanswered`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Literal, TypeAlias, cast

from msgspec import Struct
from msgspec.structs import force_setattr, replace

from actors.blocks import ContentBlock, ImageBlock, ReasoningBlock, ResultBlock, TextBlock, ToolCall, UnknownBlock
from actors.ids import CallId
from actors.message_size import block_size, blocks_size
from actors.persistent_vector import PersistentVector, vector_of
from tools.tool import ToolResult

StopReason: TypeAlias = Literal["stop", "tool_calls", "length", "filtered", "paused", "interrupted"]
"""Why an answer ended. `length`: at the most tokens of one answer; `filtered`: the provider withheld the rest;
`paused`: the provider wants the same request once more; `interrupted`: cancelled or cut before its own end."""


class Usage(Struct, frozen=True):
    """Tokens of one or more requests, as the provider counted them; zero where it did not say."""

    input_tokens: int = 0
    """The whole input, cached or not."""
    output_tokens: int = 0
    """The whole output, reasoning included."""
    cached_tokens: int = 0
    """The part of the input that was read from the provider's cache."""
    cache_written_tokens: int = 0
    """The part of the input that was written to the provider's cache."""
    reasoning_tokens: int = 0
    """The part of the output that was reasoning."""

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cached_tokens + other.cached_tokens,
            self.cache_written_tokens + other.cache_written_tokens,
            self.reasoning_tokens + other.reasoning_tokens,
        )


NOTHING_USED = Usage()


class UserMessage(Struct, frozen=True):
    """What a person or a script said."""

    blocks: tuple[TextBlock | ImageBlock, ...]

    @classmethod
    def of(cls, text: str) -> UserMessage:
        """A message of one text."""
        return cls((TextBlock(text),))

    @property
    def text(self) -> str:
        """All of its text."""
        return _text(self.blocks)


class AssistantMessage(Struct, frozen=True):
    """What the model said, in the order it came. `raw_stop_reason` is the provider's own word, or why it was cut off.

    An interrupted one holds what had arrived, without its calls.
    """

    blocks: tuple[ContentBlock, ...]
    stop_reason: StopReason = "stop"
    raw_stop_reason: str = ""

    @classmethod
    def of(
        cls, text: str, *, reasoning: str = "", calls: tuple[ToolCall, ...] = (), stop_reason: StopReason = "stop"
    ) -> AssistantMessage:
        """A message of at most one reasoning and one text, then the calls; what is empty is left out."""
        thought = (ReasoningBlock(reasoning),) if reasoning else ()
        said = (TextBlock(text),) if text else ()
        return cls((*thought, *said, *calls), stop_reason)

    @property
    def text(self) -> str:
        """All of its text."""
        return _text(self.blocks)

    @property
    def reasoning(self) -> str:
        """All of its reasoning."""
        return "".join([block.text for block in self.blocks if isinstance(block, ReasoningBlock)])

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        """Its calls, in order."""
        return tuple([block for block in self.blocks if isinstance(block, ToolCall)])

    @property
    def cut(self) -> bool:
        """The model would have said more: it reached the most tokens of one answer."""
        return self.stop_reason == "length"

    @property
    def interrupted(self) -> bool:
        """It was cancelled or cut off."""
        return self.stop_reason == "interrupted"

    @property
    def void(self) -> bool:
        """Nothing that a later request must repeat: reasoning alone, without the provider's state, is not sent."""
        return not any(_matters(block) for block in self.blocks)

    def interrupt(self, reason: str = "") -> AssistantMessage:
        """The message as interrupted: without its calls. `reason` takes the place of the provider's own word."""
        blocks = tuple([block for block in self.blocks if not isinstance(block, ToolCall)])
        return AssistantMessage(blocks, "interrupted", reason or self.raw_stop_reason)

    def numbered(self, prefix: str) -> AssistantMessage:
        """The message with its calls under ids of ours: the prefix and the place among the calls, from 1."""
        ids = _ids(prefix)
        return replace(
            self,
            blocks=tuple(
                [replace(block, id=next(ids)) if isinstance(block, ToolCall) else block for block in self.blocks]
            ),
        )


class ToolMessage(Struct, frozen=True):
    """The answer to one call."""

    answer: ResultBlock
    images: tuple[ImageBlock, ...] = ()

    @classmethod
    def of(cls, call: CallId, name: str, result: ToolResult) -> ToolMessage:
        """A message of one result."""
        return cls(ResultBlock(call, name, result))

    @property
    def blocks(self) -> tuple[ResultBlock | ImageBlock, ...]:
        """The result, then the images that belong to it."""
        return (self.answer, *self.images)

    @property
    def call(self) -> CallId:
        """The id of the call."""
        return self.answer.call

    @property
    def name(self) -> str:
        """The name of the tool."""
        return self.answer.name

    @property
    def result(self) -> ToolResult:
        """What came of the call."""
        return self.answer.result


def _text(blocks: tuple[ContentBlock, ...]) -> str:
    return "".join([block.text for block in blocks if isinstance(block, TextBlock)])


def _matters(block: ContentBlock) -> bool:
    match block:
        case TextBlock(text="", state=None) | UnknownBlock():
            return False
        case ReasoningBlock(state=state):
            return state is not None
        case _:
            return True


def _ids(prefix: str) -> Iterator[CallId]:
    return (CallId(f"{prefix}{number}") for number in count(1))


TranscriptMessage: TypeAlias = UserMessage | AssistantMessage | ToolMessage


class Transcript(Struct, frozen=True):
    """Messages in order; every prefix that ends before a model request is balanced.

    `messages` may be given as a tuple. `size` is what they take of a request, in bytes (`actors.message_size`); it is
    kept as they are added.
    """

    messages: PersistentVector[TranscriptMessage] | tuple[TranscriptMessage, ...] = ()
    size: int = 0

    def __post_init__(self) -> None:
        if not isinstance(self.messages, PersistentVector):
            force_setattr(self, "messages", vector_of(self.messages))
            force_setattr(self, "size", sum([message_size(message) for message in self.messages]))

    def add(self, *messages: TranscriptMessage) -> Transcript:
        """A transcript that goes on with these messages."""
        return Transcript(self._vector.append(*messages), self.size + sum([message_size(each) for each in messages]))

    def answer(self, answer: ToolMessage) -> Transcript:
        """A transcript in which the call is answered; answers stand in the order of their calls.

        An answer to a call that was not asked for, or is answered, changes nothing.
        """
        answers: dict[CallId, ToolMessage] = {}
        asked = None
        for message in reversed(self.messages):
            if not isinstance(message, ToolMessage):
                asked = message
                break
            answers[message.call] = message
        if not isinstance(asked, AssistantMessage) or answer.call in answers:
            return self
        calls = [call.id for call in asked.calls]
        if answer.call not in calls:
            return self
        before = self._vector.first(len(self.messages) - len(answers))
        answers[answer.call] = answer
        ordered = [answers[call] for call in calls if call in answers]
        return Transcript(before.append(*ordered), self.size + message_size(answer))

    def with_texts(self, texts: Mapping[CallId, str]) -> Transcript:
        """A transcript in which the results of these calls have other texts.

        All of its messages are other objects: a dialect that keeps what it has encoded sees by its last one that it
        must begin anew.
        """
        return Transcript(tuple([_retold(message, texts) for message in self.messages]))

    def behind(self, count: int, summary: UserMessage) -> Transcript:
        """A transcript in which a summary takes the place of the first messages; no answer is left without its call.

        All of its messages are other objects, as with `with_texts`.
        """
        rest = self.messages[count:]
        kept = next((place for place, message in enumerate(rest) if not isinstance(message, ToolMessage)), len(rest))
        return Transcript((summary, *(replace(message) for message in rest[kept:])))

    def asks(self, call: CallId) -> bool:
        """Whether the last message that asks for calls asks for this one."""
        asked = next((message for message in reversed(self.messages) if isinstance(message, AssistantMessage)), None)
        return asked is not None and any(each.id == call for each in asked.calls)

    def unanswered(self) -> tuple[ToolCall, ...]:
        """The calls of the last answer that have no result yet, in call order."""
        answered: set[CallId] = set()
        for message in reversed(self.messages):
            if isinstance(message, ToolMessage):
                answered.add(message.call)
            elif isinstance(message, AssistantMessage):
                return tuple(
                    [block for block in message.blocks if isinstance(block, ToolCall) and block.id not in answered]
                )
            else:
                break
        return ()

    @property
    def _vector(self) -> PersistentVector[TranscriptMessage]:
        return cast("PersistentVector[TranscriptMessage]", self.messages)


def _retold(message: TranscriptMessage, texts: Mapping[CallId, str]) -> TranscriptMessage:
    if not isinstance(message, ToolMessage) or message.call not in texts:
        return replace(message)
    answer = message.answer
    result = replace(answer.result, text=texts[message.call], more=True)
    return replace(message, answer=replace(answer, result=result))


def message_size(message: TranscriptMessage) -> int:
    """Bytes that a message takes of a request."""
    if isinstance(message, ToolMessage):
        return block_size(message.answer) + blocks_size(message.images)
    return blocks_size(message.blocks)


EMPTY = Transcript()
