"""What chat completions servers send, as shapes, and the answer that grows from it.

Used by `openai_reply`, which knows how a stream begins and ends; here is only what one event adds. Every field may be
missing, null or repeated.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from actors.blocks import ContentBlock, ReasoningBlock, TextBlock
from actors.llm.dialects.openai_chat.calls import CallAssembly, CallDelta, CallDraft, FunctionDelta, finished_call
from actors.llm.failures import stream_failure
from actors.llm.port import Failed, Finished, Piece
from actors.llm.stop_reasons import stop_reason
from actors.llm.text_runs import TextRun, extend
from actors.transcript import AssistantMessage, Usage

Number: TypeAlias = int | float | None


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
    refusal: str | None = None
    tool_calls: list[CallDelta] | None = None
    function_call: FunctionDelta | None = None


class ChatChoice(msgspec.Struct):
    """One of the answers; only the first is asked for."""

    index: int | None = None
    delta: Delta | None = None
    message: Delta | None = None
    finish_reason: str | FinishObject | None = None


class InputDetails(msgspec.Struct):
    """Parts of the input, as OpenAI and most others name them."""

    cached_tokens: Number = None


class OutputDetails(msgspec.Struct):
    """Parts of the output."""

    reasoning_tokens: Number = None


class Counts(msgspec.Struct):
    """Tokens as the server counted them; DeepSeek and gateways to Anthropic have names of their own for the cache."""

    prompt_tokens: Number = None
    completion_tokens: Number = None
    prompt_tokens_details: InputDetails | None = None
    completion_tokens_details: OutputDetails | None = None
    prompt_cache_hit_tokens: Number = None
    cache_read_input_tokens: Number = None
    cache_creation_input_tokens: Number = None

    def usage(self) -> Usage:
        """What was counted; zero where nothing was said."""
        read, thought = self.prompt_tokens_details, self.completion_tokens_details
        cached = (read and read.cached_tokens) or self.prompt_cache_hit_tokens or self.cache_read_input_tokens
        return Usage(
            int(self.prompt_tokens or 0),
            int(self.completion_tokens or 0),
            cached_tokens=int(cached or 0),
            cache_written_tokens=int(self.cache_creation_input_tokens or 0),
            reasoning_tokens=int((thought and thought.reasoning_tokens) or 0),
        )


class Chunk(msgspec.Struct):
    """One event, or the whole body."""

    choices: list[ChatChoice] | None = None
    usage: Counts | None = None
    error: object = None


decode_chunk = msgspec.json.Decoder(Chunk, strict=False).decode
"""Raises msgspec.DecodeError, or RecursionError for JSON that is nested too deeply."""


class AnswerDraft:
    """An answer that is still being written. `finish` is the reason it ended, once one was given."""

    def __init__(self) -> None:
        self.finish = ""
        self._pieces: list[Piece] = []
        self._fresh: list[str] = []  # neighbours of one sort that are not yet a piece
        self._fresh_thought = False
        self._runs: list[TextRun | CallDraft] = []  # what becomes the blocks, in order of arrival
        self._said = False
        self._calls = CallAssembly()
        self._usage = Usage()

    @property
    def empty(self) -> bool:
        """Neither text nor calls so far."""
        return not self._said and not self._calls

    def take(self, chunk: Chunk) -> Failed | None:
        """What one event adds; a failure if it is one."""
        if chunk.error:
            return stream_failure(chunk.error)
        if chunk.usage is not None:
            self._usage = chunk.usage.usage()
        for choice in chunk.choices or ():
            if choice.index:
                continue
            delta = choice.delta or choice.message
            if delta is not None:
                self._take_delta(delta)
            if choice.finish_reason is not None and (failure := self._take_finish(choice.finish_reason)) is not None:
                return failure
        return None

    def pieces(self) -> tuple[Piece, ...]:
        """What was added since the last time."""
        if self._fresh:
            self._close_piece()
        if not self._pieces:
            return ()
        pieces = tuple(self._pieces)
        self._pieces.clear()
        return pieces

    def finished(self, used: set[str]) -> Finished:
        """The answer as it is; its calls get ids that are not in `used`."""
        reason = stop_reason(self.finish)
        whole_only = reason in ("length", "filtered")
        blocks: list[ContentBlock] = []
        for run in self._runs:
            block = run.block() if isinstance(run, TextRun) else finished_call(run, used, whole_only=whole_only)
            if block is not None:
                blocks.append(block)
        message = AssistantMessage(tuple(blocks), reason, self.finish)
        if message.calls and reason == "stop":
            message = AssistantMessage(message.blocks, "tool_calls", self.finish)
        return Finished(message, self._usage)

    def _take_finish(self, finish: str | FinishObject) -> Failed | None:
        reason = finish if isinstance(finish, str) else finish.type
        if reason in ("error", "abort"):
            return Failed("cut", "The model server gave up in the middle of its answer.", retryable=True)
        self.finish = reason or self.finish
        return None

    def _take_delta(self, delta: Delta) -> None:
        thought = delta.reasoning_content or delta.reasoning
        if thought:
            self._think(thought)
        content = delta.content or delta.refusal
        if isinstance(content, str):
            self._say(content)
        else:
            for part in content or ():
                self._take_part(part)
        if delta.tool_calls:
            for call in delta.tool_calls:
                self._call(call)
        if delta.function_call is not None:
            self._call(CallDelta(index=0, function=delta.function_call))

    def _take_part(self, part: ContentPart) -> None:
        thinking = part.thinking
        if isinstance(thinking, list):
            thinking = "".join(thought.text or "" for thought in thinking)
        if thinking:
            self._think(thinking)
        if part.text:
            self._say(part.text)

    def _say(self, text: str) -> None:
        if text:
            if self._fresh_thought:
                self._close_piece()
            self._said = True
            extend(self._runs, TextBlock, text)
            self._fresh.append(text)

    def _think(self, text: str) -> None:
        if not self._fresh_thought:
            self._close_piece()
            self._fresh_thought = True
        extend(self._runs, ReasoningBlock, text)
        self._fresh.append(text)

    def _call(self, delta: CallDelta) -> None:
        draft = self._calls.take(delta)
        if not draft.placed:
            draft.placed = True
            self._runs.append(draft)

    def _close_piece(self) -> None:
        text = "".join(self._fresh)
        if text:
            self._pieces.append(Piece(reasoning=text) if self._fresh_thought else Piece(text))
        self._fresh.clear()
        self._fresh_thought = False
