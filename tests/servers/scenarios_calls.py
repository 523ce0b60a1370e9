"""Scenarios: texts in pieces that are no characters, counts, and calls as servers write them."""

from __future__ import annotations

from tests.servers.scenario import FIRST_CALL, Scenario, answers, fails, stream
from tests.servers.voices import (
    CALL,
    FIRST,
    HELLO,
    OTHER_CALL,
    SECOND,
    USAGE,
    ChatVoice,
    MessagesVoice,
    ResponsesVoice,
    Said,
    Voice,
    event,
)

BOTH = [FIRST_CALL, (SECOND[1], SECOND[2])]
CHAT_ONLY = dict.fromkeys(("anthropic", "openai_responses"), "only chat completions have it")


def invalid_utf8(voice: Voice) -> bytes:
    """A text that is no UTF-8."""
    return b"".join(voice.escaped("aZZZb")).replace(b"ZZZ", b"\xff")


def without_id(voice: Voice) -> list[bytes]:
    """A call that has no id."""
    data = b"".join(voice.answer(Said(call=("QQQ", *FIRST[1:]))))
    return [data.replace(b'"id":"QQQ"', b'"id":null').replace(b'"call_id":"QQQ"', b'"call_id":null')]


def usage_later_zero(voice: Voice) -> list[bytes]:
    """Counts that were said are said again as zero."""
    events = voice.answer(HELLO)
    match voice:
        case ChatVoice():
            zero = event({"choices": [], "usage": {"prompt_tokens": 0, "completion_tokens": 0}})
        case MessagesVoice():
            zero = event(
                {"type": "message_delta", "delta": {}, "usage": {"input_tokens": 0, "output_tokens": 0}},
                "message_delta",
            )
        case _:
            raise AssertionError("it is counted once")
    return [*events[:-1], zero, events[-1]]


def whole_arguments_as_object(voice: Voice) -> list[bytes]:
    """The arguments are the object instead of its text."""
    match voice:
        case ChatVoice():
            return [voice.fragment(0, {"path": "ä"}, id=FIRST[0], name=FIRST[1]), *voice.ended("tool_calls")]
        case ResponsesVoice():
            item = voice.item(FIRST) | {"arguments": {"path": "ä"}}
            return [voice.typed("output_item.done", output_index=0, item=item), voice.ended(item)]
        case MessagesVoice():
            block = {"type": "tool_use", "id": FIRST[0], "name": FIRST[1], "input": {"path": "ä"}}
            return voice.around(voice.begun(0, block), voice.stopped(0))
        case _:
            raise AssertionError(voice)


def after_a_failure(voice: Voice) -> list[bytes]:
    """Arguments were complete, then the answer failed."""
    match voice:
        case ChatVoice():
            return [voice.fragment(0, FIRST[2], id=FIRST[0], name=FIRST[1]), *voice.ended("error")]
        case ResponsesVoice():
            failed = voice.typed(
                "failed", response={"status": "failed", "error": {"code": "server_error", "message": "x"}}
            )
            return [*voice.interleaved()[:-1], failed]
        case _:
            return [*voice.interleaved()[:-2], voice.error()]


def legacy(voice: Voice) -> list[bytes]:
    """The old field beside the new one, in fragments, with id and name in each (llama-cpp-python)."""
    assert isinstance(voice, ChatVoice)
    events: list[bytes] = []
    for part in (FIRST[2][:4], FIRST[2][4:]):
        call = {"index": 0, "id": FIRST[0], "type": "function", "function": {"name": FIRST[1], "arguments": part}}
        old = {"name": FIRST[1], "arguments": part}
        events.append(voice.delta({"role": None, "content": None, "tool_calls": [call], "function_call": old}))
    return [*events, *voice.ended("tool_calls")]


def thinking_tags(voice: Voice) -> list[bytes]:
    """Reasoning between tags in the text."""
    return voice.answer(Said("<think>hm</think>\n\nGrüße"))


TEXTS = (
    Scenario("surrogate pair in two events", lambda voice: stream(voice.escaped(r"a\ud83d", r"\ude00b")), answers("a😀b")),
    Scenario("half a surrogate pair", lambda voice: stream(voice.escaped(r"a\ud83d", "b")), answers("a\ufffdb")),
    Scenario("half a surrogate pair at the end", lambda voice: stream(voice.escaped(r"a\ud83d")), answers("a\ufffd")),
    Scenario("surrogate pair in two events of reasoning", lambda voice: stream(voice.escaped(r"a\ud83d", r"\ude00b", kind="reasoning")),
             answers("Grüße, 世界", reasoning="a😀b")),
    Scenario("surrogate pair in two events of arguments",
             lambda voice: stream(voice.escaped(r'{\"path\": \"\ud83d', r'\ude00\"}', kind="call")), answers(calls=[("read_file", '{"path": "😀"}')])),
    Scenario("half a surrogate pair in an error", lambda voice: stream([voice.error("XX").replace(b"XX", rb"a\ud83d")]), fails("overloaded", says=": a")),
    Scenario("bytes that are no text", lambda voice: stream([invalid_utf8(voice)]), answers("a\ufffdb")),
    Scenario("usage missing", lambda voice: stream(voice.answer(HELLO, usage=None)), answers("Grüße, 世界")),
    Scenario("usage zero later", lambda voice: stream(usage_later_zero(voice)), answers("Grüße, 世界", usage=(USAGE.input, USAGE.output)),
             {"openai_responses": "its usage comes with its last event only"}),
    Scenario("thinking tags in the text", lambda voice: stream(thinking_tags(voice)), answers("Grüße", reasoning="hm"), CHAT_ONLY),
)  # fmt: skip

CALLS = (
    Scenario("one call", lambda voice: stream(voice.answer(CALL)), answers(calls=[FIRST_CALL], stop="tool_calls")),
    Scenario("parallel calls", lambda voice: stream(voice.answer(CALL, OTHER_CALL)), answers(calls=BOTH)),
    Scenario("interleaved parallel calls", lambda voice: stream(voice.interleaved()), answers(calls=BOTH)),
    Scenario("duplicate call", lambda voice: stream(voice.repeated()), answers(calls=[FIRST_CALL])),
    Scenario("equal calls with two ids", lambda voice: stream(voice.answer(CALL, Said(call=("call_z", *FIRST[1:])))), answers(calls=[FIRST_CALL, FIRST_CALL])),
    Scenario("two calls with one id", lambda voice: stream(voice.answer(CALL, Said(call=(FIRST[0], *SECOND[1:])))), answers(calls=BOTH),
             {"anthropic": "blocks of one id are one call there: gateways make a block of each fragment"}),
    Scenario("call without an id", lambda voice: stream(without_id(voice)), answers(calls=[FIRST_CALL])),
    Scenario("nameless call", lambda voice: stream(voice.answer(Said(call=("c", "", "{}")))), fails("empty")),
    Scenario("name with a prefix", lambda voice: stream(voice.answer(Said(call=("c", "functions.read_file", "{}")))), answers(calls=[("read_file", "{}")])),
    Scenario("name with a harmony suffix", lambda voice: stream(voice.answer(Said(call=("c", "read_file<|channel|>commentary", "{}")))), answers(calls=[("read_file", "{}")])),
    Scenario("malformed arguments", lambda voice: stream(voice.answer(Said(call=("c", "read_file", '{"path": ')))), answers(calls=[("read_file", '{"path": ')])),
    Scenario("arguments with a half pair as escape", lambda voice: stream(voice.answer(Said(call=("c", "read_file", r'{"path": "\ud83d"}')))),
             answers(calls=[("read_file", r'{"path": "\ufffd"}')])),
    Scenario("arguments as an object", lambda voice: stream(whole_arguments_as_object(voice)), answers(calls=[("read_file", '{"path":"ä"}')])),
    Scenario("arguments whole, then a failure", lambda voice: stream(after_a_failure(voice)), fails("overloaded", "cut", retryable=True)),
    Scenario("old function_call beside tool_calls", lambda voice: stream(legacy(voice)), answers(calls=[FIRST_CALL]), CHAT_ONLY),
)  # fmt: skip
