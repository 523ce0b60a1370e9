"""Messages of the transcript as chat completions servers take them, each encoded once.

Used by the dialect. What a provider refuses is not written: a call without its answer, an answer without its call, a
name that is none, arguments that are no JSON object, content that is empty. State of another provider or model is left
out. Bytes are only appended.
"""

from __future__ import annotations

from actors.blocks import ReasoningBlock, ToolCall
from actors.ids import CallId
from actors.llm.dialects.openai_chat.opaque_state import Fields, fields_of
from actors.llm.dialects.openai_chat.wire_ids import WireIds, WireTarget, wire_name
from actors.llm.wire_words import NO_OUTPUT, UNANSWERED, arguments_text, encoded, interrupted_text, result_text
from actors.transcript import AssistantMessage, ToolMessage, TranscriptMessage, UserMessage
from config.quirks import EmptyContent


class EncodedMessages:
    """A conversation as bytes: messages, each behind a comma."""

    def __init__(self, target: WireTarget, empty_content: EmptyContent) -> None:
        self.data = bytearray()
        self.call_ids: set[str] = set()
        """Ids of calls that the conversation has used; never given again."""
        self._target = target
        self._empty_content = empty_content
        self._ids = WireIds(target)
        self._open: dict[CallId, ToolCall] = {}
        self._working = False
        """The turn has had calls: its reasoning goes back."""

    def append(self, message: TranscriptMessage) -> None:
        """One more message."""
        if isinstance(message, ToolMessage):
            self._append_result(message)
            return
        self.data += self.unanswered()  # a server refuses a call without its answer
        self._open.clear()
        if isinstance(message, UserMessage):
            self._working = False
            self._add({"role": "user", "content": message.text})
            return
        self._open = {call.id: call for call in message.calls}
        self.call_ids.update(self._open)
        self._working = self._working or bool(self._open)
        self._add(self._assistant(message))

    def unanswered(self) -> bytes:
        """Answers to the calls that have none."""
        return b"".join(b"," + encoded(self._answer(identifier, UNANSWERED)) for identifier in self._open)

    def _append_result(self, message: ToolMessage) -> None:
        if self._open.pop(message.call, None) is None:  # and an answer without its call
            self._add({"role": "user", "content": f"[{wire_name(message.name)}] {result_text(message)}"})
        else:
            self._add(self._answer(message.call, result_text(message)))

    def _assistant(self, message: AssistantMessage) -> Fields:
        text = message.text
        if message.interrupted:
            text = interrupted_text(text)
        fields: Fields = {"role": "assistant", "content": text or NO_OUTPUT}
        if self._open:
            fields["content"] = text or None
            if not text and self._empty_content == "empty":
                fields["content"] = ""
            elif not text and self._empty_content == "absent":
                del fields["content"]
            fields["tool_calls"] = [self._call(call) for call in self._open.values()]
        return fields | self._state(message)

    def _call(self, call: ToolCall) -> Fields:
        function = {"name": wire_name(call.name), "arguments": arguments_text(call.arguments)}
        opaque = fields_of(call.state, self._target.provider, self._target.model)
        return opaque | {"id": self._ids.give(call), "type": "function", "function": function}

    def _state(self, message: AssistantMessage) -> Fields:
        """What goes back with the message. A provider that wants its reasoning wants it in turns with calls."""
        state: Fields = {}
        for block in () if message.interrupted else message.blocks:
            if isinstance(block, ReasoningBlock):
                state |= fields_of(block.state, self._target.provider, self._target.model)
        if not self._working:
            state.pop("reasoning_content", None)
        return {name: value for name, value in state.items() if name not in ("role", "content", "tool_calls")}

    def _answer(self, call: CallId, text: str) -> Fields:
        return {"role": "tool", "tool_call_id": self._ids.of(call), "content": text}

    def _add(self, message: Fields) -> None:
        self.data += b"," + encoded(message)
