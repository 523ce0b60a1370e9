"""How each dialect says the same thing: the bytes that the scenarios of the table are made of.

The plain things are written by the scripted endpoints; what no well-behaved server says is written here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from actors.llm.scripted.chat_request import ChatRequest
from actors.llm.scripted.endpoint import Endpoint, endpoint_at
from actors.llm.scripted.script import CallStep, UsageStep

Events: TypeAlias = list[bytes]
MARK = "MARKED TEXT"
USAGE = UsageStep(20, 5)
FIRST = ("call_a", "read_file", '{"path": "ä"}')
SECOND = ("call_b", "find", '{"a": 1}')


@dataclass(frozen=True)
class Said:
    """A part of an answer: text, reasoning, or a call as id, name and arguments."""

    text: str = ""
    reasoning: str = ""
    call: tuple[str, str, str] | None = None


HELLO = Said("Grüße, 世界")
THOUGHT = Said(reasoning="hm")
CALL = Said(call=FIRST)
OTHER_CALL = Said(call=SECOND)


def event(fields: dict[str, Any], name: str = "") -> bytes:
    """One event; its name stands on a line of its own where there is one."""
    return (f"event: {name}\n" if name else "").encode() + f"data: {json.dumps(fields)}\n\n".encode()


class Voice:
    """What all dialects have in common."""

    dialect = ""
    path = ""
    named = True
    """Whether the events have names."""

    def answer(self, *said: Said, finish: str = "", usage: UsageStep | None = USAGE) -> Events:
        """A whole answer, each event for itself."""
        writer = self._endpoint().stream_writer(ChatRequest(model="m"))
        events = list(writer.opening(usage or UsageStep()))
        calls = False
        for part in said:
            if part.text:
                events += writer.text(part.text)
            if part.reasoning:
                events += writer.reasoning(part.reasoning)
            if part.call is not None:
                identifier, name, arguments = part.call
                events += writer.call(CallStep(name, arguments, identifier, 3))
                calls = True
        return [*events, *writer.ending(finish or ("tool_calls" if calls else "stop"), usage)]

    def escaped(self, *texts: str, kind: str = "text") -> Events:
        """An answer whose text, reasoning or arguments come as these pieces of JSON text, unchecked."""
        if kind == "call":
            return self._call_of(texts)
        waiting = list(texts)
        events: Events = []
        marked = [Said(MARK) if kind == "text" else Said(reasoning=MARK) for _ in texts]
        for data in self.answer(*marked, *(() if kind == "text" else (HELLO,))):
            if MARK.encode() not in data:
                events.append(data)
            elif self._is_delta(data):
                events.append(data.replace(json.dumps(MARK).encode(), f'"{waiting.pop(0)}"'.encode()))
            else:
                events += self._without_repeats(data)
        return events

    def error(self, message: str = "oh no", code: str = "server_error") -> bytes:
        """An error in the middle of a stream."""
        return event({"error": {"message": message, "type": code, "code": code}})

    def pause(self) -> bytes:
        """What says that the server is still there, and nothing else."""
        return b": keep-alive\n\n"

    def idle(self) -> bytes:
        """An event of the answer that adds nothing."""
        raise NotImplementedError

    def body(self, *said: Said) -> bytes:
        """A whole answer that is no stream."""
        raise NotImplementedError

    def interleaved(self) -> Events:
        """Two calls whose fragments take turns."""
        raise NotImplementedError

    def repeated(self) -> Events:
        """One call twice, under one id."""
        raise NotImplementedError

    def refusal(self) -> Events:
        """The model refuses."""
        raise NotImplementedError

    def _call_of(self, texts: Iterable[str]) -> Events:
        raise NotImplementedError

    def _is_delta(self, data: bytes) -> bool:
        """Whether an event adds something, and does not repeat it."""
        return b'.done"' not in data and b'.completed"' not in data

    def _without_repeats(self, data: bytes) -> Events:
        """What stays of an event that repeats the marked text."""
        del data
        return []

    def _endpoint(self) -> Endpoint:
        found = endpoint_at(self.path)
        assert found is not None
        return found


class ChatVoice(Voice):
    """Chat completions."""

    dialect = "openai_chat"
    path = "/v1/chat/completions"
    named = False

    def idle(self) -> bytes:
        return self.delta({"content": ""})

    def delta(self, fields: dict[str, Any], finish: str | None = None) -> bytes:
        """One chunk."""
        return event({"choices": [{"index": 0, "delta": fields, "finish_reason": finish}]})

    def fragment(self, index: int | None, arguments: object, **fields: Any) -> bytes:
        """A fragment of a call."""
        function: dict[str, Any] = {"arguments": arguments} | ({"name": fields.pop("name")} if "name" in fields else {})
        place = {} if index is None else {"index": index}
        return self.delta({"tool_calls": [{**place, **fields, "function": function}]})

    def ended(self, finish: str) -> Events:
        """The end of a stream."""
        return [self.delta({}, finish), b"data: [DONE]\n\n"]

    def body(self, *said: Said) -> bytes:
        calls = [
            {"id": part.call[0], "type": "function", "function": {"name": part.call[1], "arguments": part.call[2]}}
            for part in said
            if part.call
        ]
        message = {"role": "assistant", "content": "".join(part.text for part in said), "tool_calls": calls}
        choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if calls else "stop"}
        usage = {"prompt_tokens": USAGE.input, "completion_tokens": USAGE.output}
        return json.dumps({"choices": [choice], "usage": usage}).encode()

    def interleaved(self) -> Events:
        first, second = ([part[2][:4], part[2][4:]] for part in (FIRST, SECOND))
        return [
            self.fragment(0, "", id=FIRST[0], name=FIRST[1]), self.fragment(1, "", id=SECOND[0], name=SECOND[1]),
            self.fragment(0, first[0]), self.fragment(1, second[0]), self.fragment(0, first[1]),
            self.fragment(1, second[1]), *self.ended("tool_calls"),
        ]  # fmt: skip

    def repeated(self) -> Events:
        whole = self.fragment(0, FIRST[2], id=FIRST[0], name=FIRST[1])
        function = {"name": FIRST[1], "arguments": FIRST[2]}
        return [whole, self.delta({"function_call": function}), *self.ended("tool_calls")]

    def refusal(self) -> Events:
        return [self.delta({"refusal": "I cannot."}), *self.ended("stop")]

    def _call_of(self, texts: Iterable[str]) -> Events:
        parts = [self.fragment(0, MARK).replace(MARK.encode(), text.encode()) for text in texts]
        return [self.fragment(0, "", id=FIRST[0], name=FIRST[1]), *parts, *self.ended("tool_calls")]


class MessagesVoice(Voice):
    """Anthropic's Messages."""

    dialect = "anthropic"
    path = "/v1/messages"

    def error(self, message: str = "oh no", code: str = "api_error") -> bytes:
        return event({"type": "error", "error": {"type": code, "message": message}}, "error")

    def pause(self) -> bytes:
        return event({"type": "ping"}, "ping")

    def idle(self) -> bytes:
        return self.block_delta(0, {"type": "text_delta", "text": ""})

    def begun(self, index: int, block: dict[str, Any]) -> bytes:
        """A block begins."""
        return event({"type": "content_block_start", "index": index, "content_block": block}, "content_block_start")

    def block_delta(self, index: int, delta: dict[str, Any]) -> bytes:
        """A block goes on."""
        return event({"type": "content_block_delta", "index": index, "delta": delta}, "content_block_delta")

    def stopped(self, index: int) -> bytes:
        """A block ends."""
        return event({"type": "content_block_stop", "index": index}, "content_block_stop")

    def json_delta(self, index: int, text: str) -> bytes:
        """Some more of the arguments of a call."""
        return self.block_delta(index, {"type": "input_json_delta", "partial_json": text})

    def use(self, index: int, identifier: str, name: str) -> bytes:
        """A call begins."""
        return self.begun(index, {"type": "tool_use", "id": identifier, "name": name, "input": {}})

    def around(self, *inner: bytes, stop: str = "tool_use") -> Events:
        """Blocks as a whole message."""
        whole = self.answer()
        delta = {"type": "message_delta", "delta": {"stop_reason": stop}, "usage": {"output_tokens": USAGE.output}}
        return [*whole[:2], *inner, event(delta, "message_delta"), whole[-1]]

    def body(self, *said: Said) -> bytes:
        content: list[dict[str, Any]] = []
        for part in said:
            if part.text:
                content.append({"type": "text", "text": part.text})
            if part.call:
                identifier, name, arguments = part.call
                content.append({"type": "tool_use", "id": identifier, "name": name, "input": json.loads(arguments)})
        stop = "tool_use" if any(part.call for part in said) else "end_turn"
        usage = {"input_tokens": USAGE.input, "output_tokens": USAGE.output}
        message = {"type": "message", "role": "assistant", "content": content, "stop_reason": stop, "usage": usage}
        return json.dumps(message).encode()

    def interleaved(self) -> Events:
        return self.around(
            self.use(0, *FIRST[:2]), self.use(1, *SECOND[:2]), self.json_delta(0, FIRST[2][:4]),
            self.json_delta(1, SECOND[2][:4]), self.json_delta(0, FIRST[2][4:]), self.json_delta(1, SECOND[2][4:]),
            self.stopped(0), self.stopped(1),
        )  # fmt: skip

    def repeated(self) -> Events:
        """As a gateway does it: one call as a block for each fragment."""
        blocks: Events = []
        for index, part in enumerate((FIRST[2][:4], FIRST[2][4:9], FIRST[2][9:])):
            blocks += [self.use(index, *FIRST[:2]), self.json_delta(index, part), self.stopped(index)]
        return self.around(*blocks)

    def refusal(self) -> Events:
        return self.answer(Said("I cannot."), finish="content_filter")

    def _call_of(self, texts: Iterable[str]) -> Events:
        parts = [self.json_delta(0, MARK).replace(MARK.encode(), text.encode()) for text in texts]
        return self.around(self.use(0, *FIRST[:2]), *parts, self.stopped(0))


class ResponsesVoice(Voice):
    """OpenAI's Responses."""

    dialect = "openai_responses"
    path = "/v1/responses"

    def error(self, message: str = "oh no", code: str = "server_error") -> bytes:
        return event({"type": "error", "code": code, "message": message, "param": None}, "error")

    def idle(self) -> bytes:
        return self.typed("output_text.delta", output_index=0, item_id="msg_0_0", content_index=0, delta="")

    def typed(self, kind: str, **fields: Any) -> bytes:
        """One event."""
        return event({"type": f"response.{kind}", **fields}, f"response.{kind}")

    def item(self, call: tuple[str, str, str]) -> dict[str, Any]:
        """A call as an item."""
        identifier, name, arguments = call
        return {"id": f"fc_{identifier}", "type": "function_call", "status": "completed", "call_id": identifier,
                "name": name, "arguments": arguments}  # fmt: skip

    def added(self, index: int, call: tuple[str, str, str]) -> bytes:
        """A call begins."""
        return self.typed("output_item.added", output_index=index, item=self.item(call) | {"arguments": ""})

    def argument_delta(self, index: int, call: tuple[str, str, str], text: str) -> bytes:
        """Some more of the arguments of a call."""
        return self.typed("function_call_arguments.delta", output_index=index, item_id=f"fc_{call[0]}", delta=text)

    def ended(self, *output: dict[str, Any], **fields: Any) -> bytes:
        """The end of a stream."""
        usage = {"input_tokens": USAGE.input, "output_tokens": USAGE.output}
        response = {"status": "completed", "output": list(output), "usage": usage, **fields}
        return self.typed("completed", response=response)

    def body(self, *said: Said) -> bytes:
        output: list[dict[str, Any]] = []
        for part in said:
            if part.text:
                content = [{"type": "output_text", "text": part.text}]
                output.append({"type": "message", "role": "assistant", "content": content})
            if part.call:
                output.append(self.item(part.call))
        usage = {"input_tokens": USAGE.input, "output_tokens": USAGE.output}
        return json.dumps({"object": "response", "status": "completed", "output": output, "usage": usage}).encode()

    def interleaved(self) -> Events:
        calls = (FIRST, SECOND)
        return [
            *(self.added(index, call) for index, call in enumerate(calls)),
            *(self.argument_delta(index, call, call[2][:4]) for index, call in enumerate(calls)),
            *(self.argument_delta(index, call, call[2][4:]) for index, call in enumerate(calls)),
            self.ended(),
        ]

    def repeated(self) -> Events:
        item = self.item(FIRST)
        again = [self.typed("output_item.done", output_index=0, item=item) for _ in range(2)]
        return [self.added(0, FIRST), self.argument_delta(0, FIRST, FIRST[2]), *again, self.ended(item)]

    def refusal(self) -> Events:
        named = {"output_index": 0, "item_id": "msg_0_0", "content_index": 0}
        return [self.typed("refusal.delta", **named, delta="I cannot."), self.ended()]

    def _without_repeats(self, data: bytes) -> Events:
        return [self.ended()] if b'.completed"' in data else []

    def _call_of(self, texts: Iterable[str]) -> Events:
        parts = [self.argument_delta(0, FIRST, MARK).replace(MARK.encode(), text.encode()) for text in texts]
        return [self.added(0, FIRST), *parts, self.ended()]


VOICES: tuple[Voice, ...] = (ChatVoice(), MessagesVoice(), ResponsesVoice())
