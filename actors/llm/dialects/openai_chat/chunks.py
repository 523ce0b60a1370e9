"""What chat completions servers send, as shapes, and the answer that grows from it.

Used by `openai_reply`, which knows how a stream begins and ends; here is only what one event adds. Every field may be
missing, null or repeated.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from actors.blocks import ContentBlock, ReasoningBlock
from actors.llm.dialects.openai_chat.answer_text import AnswerText
from actors.llm.dialects.openai_chat.calls import CallAssembly, CallDelta, FunctionDelta, finished_call
from actors.llm.dialects.openai_chat.opaque_state import MessageState, StateOwner
from actors.llm.failures import stream_failure
from actors.llm.port import Failed, Finished, Piece
from actors.llm.sound_text import decode_leniently
from actors.llm.stop_reasons import stop_reason
from actors.llm.text_runs import TextRun
from actors.transcript import AssistantMessage, Usage

TokenCount: TypeAlias = int | float | None
Anything: TypeAlias = object
MOST_TOKENS = 1_000_000_000_000


class Thought(msgspec.Struct):
    """A part of a part of content."""

    text: str | None = None


class ContentPart(msgspec.Struct):
    """A part of content, where a server sends a list instead of a text."""

    text: str | None = None
    thinking: str | list[Thought] | None = None


class FinishObject(msgspec.Struct):
    """A finish reason with details."""

    type: str | None = None


class Delta(msgspec.Struct):
    """What a choice adds; the same shape serves the whole message of an answer that is no stream."""

    content: str | list[ContentPart] | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    reasoning_details: object = None
    refusal: str | None = None
    tool_calls: list[CallDelta] | None = None
    function_call: FunctionDelta | None = None
    extra_content: object = None


class InputDetails(msgspec.Struct):
    """Parts of the input, as OpenAI and most others name them."""

    cached_tokens: TokenCount = None


class OutputDetails(msgspec.Struct):
    """Parts of the output."""

    reasoning_tokens: TokenCount = None


class Counts(msgspec.Struct):
    """Tokens as the server counted them; DeepSeek and gateways to Anthropic have names of their own for the cache."""

    prompt_tokens: TokenCount = None
    completion_tokens: TokenCount = None
    prompt_tokens_details: InputDetails | None = None
    completion_tokens_details: OutputDetails | None = None
    prompt_cache_hit_tokens: TokenCount = None
    cache_read_input_tokens: TokenCount = None
    cache_creation_input_tokens: TokenCount = None

    def usage(self) -> Usage:
        """What was counted; zero where nothing was said."""
        read, thought = self.prompt_tokens_details, self.completion_tokens_details
        cached = (read and read.cached_tokens) or self.prompt_cache_hit_tokens or self.cache_read_input_tokens
        return Usage(
            _tokens(self.prompt_tokens),
            _tokens(self.completion_tokens),
            cached_tokens=_tokens(cached),
            cache_written_tokens=_tokens(self.cache_creation_input_tokens),
            reasoning_tokens=_tokens(thought.reasoning_tokens if thought is not None else None),
        )


class ChatChoice(msgspec.Struct):
    """One of the answers; only the first is asked for."""

    index: int | None = None
    delta: Delta | None = None
    message: Delta | None = None
    finish_reason: str | FinishObject | None = None
    usage: Counts | None = None


class VendorFields(msgspec.Struct):
    """What a vendor adds to a chunk."""

    usage: Counts | None = None
    error: object = None


def _tokens(count: TokenCount) -> int:
    """A count that can be one; 0 for any other number."""
    return int(count) if count is not None and 0 <= count < MOST_TOKENS else 0


class Chunk(msgspec.Struct):
    """One event, or the whole body."""

    choices: list[ChatChoice] | None = None
    usage: Counts | None = None
    error: Anything = None
    x_groq: VendorFields | None = None
    object: str | None = None
    message: Anything = None
    detail: Anything = None
    error_code: Anything = None


_decode = msgspec.json.Decoder(Chunk, strict=False).decode


def decode_chunk(data: bytes | bytearray) -> Chunk:
    """One event; half surrogate pairs in it are kept, bytes that are no UTF-8 replaced.

    Raises:
        msgspec.DecodeError: it is no JSON, or of another shape.
        RecursionError: it is nested too deeply.
    """
    try:
        return _decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        if b"\\u" not in data and data.isascii():
            raise
    return decode_leniently(data, Chunk)


GIVEN_UP = frozenset({"error", "abort", "insufficient_system_resource", "network_error", "server_error"})
"""Finish reasons of a server that failed."""
UNREADABLE = (
    "[note] Your last answer was refused by the model server: its tool call could not be read. Call a tool of the list "
    "with arguments that are one JSON object, or answer in plain text."
)


class AnswerDraft:
    """An answer that is still being written. `finish` is the reason it ended, once one was given.

    `owner` marks what goes back to the provider; None: nothing is kept for it.
    """

    def __init__(self, owner: StateOwner | None = None) -> None:
        self.finish = ""
        self._owner = owner
        self._text = AnswerText()
        self._calls = CallAssembly()
        self._state = MessageState()
        self._refused = False
        self._usage = Usage()

    @property
    def empty(self) -> bool:
        """Neither text nor calls so far."""
        return not self._text.said and not self._calls

    @property
    def progress(self) -> int:
        """Grows with everything that becomes part of the answer."""
        return self._text.progress

    def take(self, chunk: Chunk) -> Failed | None:
        """What one event adds; a failure if it is one."""
        error, vendor = chunk.error, chunk.x_groq
        if vendor is not None:
            error = error or vendor.error
            self._count(vendor.usage)
        if chunk.usage is not None:
            self._count(chunk.usage)
        failure: Failed | None = None
        for choice in chunk.choices or ():
            if choice.index:
                continue
            if choice.usage is not None:
                self._count(choice.usage)
            delta = choice.delta or choice.message
            if delta is not None:
                self._take_delta(delta)
            if choice.finish_reason is not None:
                failure = failure or self._take_finish(choice.finish_reason)
        return stream_failure(error) if error else failure

    def pieces(self, *, final: bool = False) -> tuple[Piece, ...]:
        """What was added since the last time. `final`: no more content comes."""
        if final or self.finish:
            self._text.release()
        return self._text.pieces()

    def finished(self, used: set[str]) -> Finished:
        """The answer as it is; its calls get ids that are not in `used`."""
        self._text.release()
        reason, raw = stop_reason(self.finish), self.finish
        message = AssistantMessage(self._blocks(used, whole_only=reason in ("length", "filtered")), reason, raw)
        if reason == "stop" and self._refused and not message.calls:
            message = AssistantMessage(message.blocks, "filtered", "refusal")
        elif reason == "stop" and self._calls:  # also where a call without a name was dropped: the model asked for one
            message = AssistantMessage(message.blocks, "tool_calls", raw)
        return Finished(message, self._usage)

    def _blocks(self, used: set[str], *, whole_only: bool) -> tuple[ContentBlock, ...]:
        blocks: list[ContentBlock] = []
        for run in self._text.runs:
            if isinstance(run, TextRun):
                blocks.append(run.block())
            elif not (run.legacy and self._calls.modern):
                call = finished_call(run, used, self._owner, whole_only=whole_only)
                if call is not None:
                    blocks.append(call)
        return self._with_state(blocks)

    def _with_state(self, blocks: list[ContentBlock]) -> tuple[ContentBlock, ...]:
        """The blocks, the first reasoning (an empty one, if need be) with what goes back with the message."""
        fields = self._state.fields() if self._owner is not None else {}
        if self._owner is None or not fields:
            return tuple(blocks)
        state = self._owner.state(fields)
        for place, block in enumerate(blocks):
            if isinstance(block, ReasoningBlock):
                blocks[place] = replace(block, state=state)
                return tuple(blocks)
        return (ReasoningBlock("", state), *blocks)

    def _count(self, counts: Counts | None) -> None:
        """Later counts, if any."""
        if counts is not None:
            self._usage = counted(self._usage, counts.usage())

    def _take_finish(self, finish: str | FinishObject) -> Failed | None:
        reason = finish if isinstance(finish, str) else finish.type
        label = (reason or "").lower()
        if label in GIVEN_UP:
            return Failed("cut", "The model server gave up in the middle of its answer.", retryable=True)
        if "malformed_function_call" in label or label == "unexpected_tool_call":
            return Failed("malformed", "The model's tool call could not be read.", retryable=True, told=UNREADABLE)
        self.finish = reason or self.finish
        return None

    def _take_delta(self, delta: Delta) -> None:
        thought = delta.reasoning_content or delta.reasoning
        if delta.reasoning_details is not None:
            shown = self._state.add_details(delta.reasoning_details)
            thought = thought or shown  # the details repeat the text that stands beside them
        if delta.reasoning_content:
            self._state.add_content(delta.reasoning_content)
        if thought:
            self._text.think(thought)
        content = delta.content
        if isinstance(content, str):
            self._text.read(content)
        elif content:
            for part in content:
                self._take_part(part)
        if delta.refusal:
            self._refused = True
            self._text.say(delta.refusal)
        if delta.tool_calls or delta.function_call is not None:
            self._take_calls(delta)
        if delta.extra_content is not None:
            self._state.add_extra(delta.extra_content)

    def _take_calls(self, delta: Delta) -> None:
        for call in delta.tool_calls or ():
            self._text.place(self._calls.take(call))
        if delta.function_call is not None and not self._calls.modern:
            self._text.place(self._calls.take_legacy(delta.function_call))

    def _take_part(self, part: ContentPart) -> None:
        thinking = part.thinking
        if isinstance(thinking, list):
            thinking = "".join(thought.text or "" for thought in thinking)
        if thinking:
            self._text.think(thinking)
        if part.text:
            self._text.read(part.text)


def is_error(chunk: Chunk) -> bool:
    """Whether an event without an `error` is one all the same, as some servers write it."""
    if chunk.choices or chunk.usage is not None:
        return False
    return chunk.object == "error" or chunk.error_code is not None or type(chunk.detail) in (str, list)


def counted(old: Usage, new: Usage) -> Usage:
    """The later counts; a zero is no news."""
    return Usage(
        new.input_tokens or old.input_tokens,
        new.output_tokens or old.output_tokens,
        cached_tokens=new.cached_tokens or old.cached_tokens,
        cache_written_tokens=new.cache_written_tokens or old.cache_written_tokens,
        reasoning_tokens=new.reasoning_tokens or old.reasoning_tokens,
    )
