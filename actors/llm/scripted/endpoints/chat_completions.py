"""Chat completions, as a scripted server reads and writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from actors.llm.scripted.chat_request import read_request as read_request
from actors.llm.scripted.endpoint import fragments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from actors.llm.scripted.chat_request import ChatRequest
    from actors.llm.scripted.script import CallStep, UsageStep

PATH = "/chat/completions"
END_MARKER = b"data: [DONE]\n\n"


def stream_writer(asked: ChatRequest) -> ChatCompletionsWriter:
    """A writer for the answer to this request."""
    return ChatCompletionsWriter(asked.model)


class ChatCompletionsWriter:
    """Writes one stream of chunks."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._calls = 0

    def opening(self, usage: UsageStep) -> tuple[bytes, ...]:
        """Nothing: the first chunk brings something already."""
        del usage
        return ()

    def text(self, text: str) -> tuple[bytes, ...]:
        """Some more of the answer."""
        return (self._chunk({"content": text}),)

    def reasoning(self, text: str) -> tuple[bytes, ...]:
        """Some more of the thoughts."""
        return (self._chunk({"reasoning_content": text}),)

    def call(self, call: CallStep) -> Iterator[bytes]:
        """Name first, then the arguments in fragments."""
        index, self._calls = self._calls, self._calls + 1
        opening: dict[str, object] = {
            "index": index,
            "type": "function",
            "function": {"name": call.name, "arguments": ""},
        }
        if call.id:
            opening["id"] = call.id
        yield self._chunk({"tool_calls": [opening]})
        for fragment in fragments(call):
            yield self._chunk({"tool_calls": [{"index": index, "function": {"arguments": fragment}}]})

    def ending(self, finish: str, usage: UsageStep | None) -> Iterator[bytes]:
        """The finish reason, the usage, the end marker."""
        yield self._chunk({}, finish)
        if usage is not None:
            counts: dict[str, object] = {"prompt_tokens": usage.input, "completion_tokens": usage.output}
            if usage.cached:
                counts["prompt_tokens_details"] = {"cached_tokens": usage.cached}
            yield self._event({"choices": [], "usage": counts})
        yield END_MARKER

    def _chunk(self, delta: dict[str, object], finish: str | None = None) -> bytes:
        return self._event({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})

    def _event(self, fields: dict[str, object]) -> bytes:
        opening = {"id": "chatcmpl-scripted", "object": "chat.completion.chunk", "model": self._model}
        return b"data: " + msgspec.json.encode(opening | fields) + b"\n\n"
