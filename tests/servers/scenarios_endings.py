"""Scenarios: streams that end too early, never, or in another way than well."""

from __future__ import annotations

from tests.servers.scenario import Act, Reply, Scenario, answers, fails, stream
from tests.servers.scenarios_framing import good
from tests.servers.voices import CALL, HELLO, THOUGHT, Said, Voice

CUT = fails("cut", retryable=True)
MARKERS = {
    "anthropic": "its end is an event of the protocol, which is cut off above",
    "openai_responses": "its end is an event of the protocol, which is cut off above",
}


def after(voice: Voice, part: str, *acts: Act) -> Reply:
    """The good answer up to and with the first event that holds this, then something else."""
    events = good(voice)
    place = next(place for place, data in enumerate(events) if part.encode() in data)
    return stream([*events[: place + 1], *acts])


def before_the_end(voice: Voice, *acts: Act) -> Reply:
    """The good answer with every call whole, without what says that it is."""
    events = [data for data in good(voice) if not any(mark in data for mark in ENDS)]
    return stream([*events, *acts])


ENDS = (b'"finish_reason":"tool_calls"', b"[DONE]", b'"message_delta"', b'"message_stop"', b'"response.completed"')
ENDING = (Scenario("end inside a text", lambda voice: after(voice, "hm", "end"), CUT),
    Scenario("end inside arguments", lambda voice: after(voice, "read_file", "end"), CUT),
    Scenario("end with every call whole", lambda voice: before_the_end(voice), CUT),
    Scenario("connection closed with every call whole", lambda voice: before_the_end(voice, "end"), CUT),
    Scenario("reset inside a text", lambda voice: after(voice, "hm", "reset"), CUT),
    Scenario("reset with every call whole", lambda voice: before_the_end(voice, "reset"), CUT),
    Scenario("end marker without a reason", lambda voice: before_the_end(voice, b"data: [DONE]\n\n"),
             answers(stop="tool_calls", calls=[("read_file", '{"path": "ä"}')]), MARKERS),
    Scenario("end marker after nothing", lambda voice: stream([b"data: [DONE]\n\n"]), CUT, MARKERS),
    Scenario("no end marker", lambda voice: stream(data for data in good(voice) if b"[DONE]" not in data),
             answers("Grüße, 世界", stop="tool_calls", calls=[("read_file", '{"path": "ä"}')]), MARKERS),
    Scenario("closed after the end", lambda voice: stream([*good(voice), "end"]), answers("Grüße, 世界", stop="tool_calls",
             calls=[("read_file", '{"path": "ä"}')])),
    Scenario("silent after the end", lambda voice: stream([*good(voice), "silence"]), answers("Grüße, 世界", stop="tool_calls",
             calls=[("read_file", '{"path": "ä"}')])),
    Scenario("empty body", lambda voice: Reply(), CUT),
    Scenario("no response at all", lambda voice: Reply(("end",), head=False), fails("unreachable", "cut", retryable=True)),
    Scenario("reset before the response", lambda voice: Reply(("reset",), head=False), fails("unreachable", "cut", retryable=True)),
    Scenario("silent before the response", lambda voice: Reply(("silence",), head=False), fails("stalled", retryable=True)),
    Scenario("silent from the start", lambda voice: stream(["silence"]), fails("stalled", retryable=True)),
    Scenario("silent inside a text", lambda voice: after(voice, "hm", "silence"), fails("stalled", retryable=True)),
    Scenario("silent inside arguments", lambda voice: after(voice, "read_file", "silence"), fails("stalled", retryable=True)),
    Scenario("comments for ever", lambda voice: after(voice, "hm", b": alive\n\n", "flood"), fails("stalled", retryable=True)),
    Scenario("pings for ever", lambda voice: after(voice, "hm", voice.pause(), "flood"), fails("stalled", retryable=True)),
    Scenario("empty deltas for ever", lambda voice: after(voice, "Gr", voice.idle(), "flood"),
             fails("stalled", retryable=True)),
    Scenario("no answer: nothing at all", lambda voice: stream(voice.answer()), fails("empty")),
    Scenario("no answer: reasoning only", lambda voice: stream(voice.answer(THOUGHT)), fails("empty")),
    Scenario("no answer: blank text", lambda voice: stream(voice.answer(Said(" \n"))), fails("empty")),
    Scenario("no answer: a reason for calls without calls", lambda voice: stream(voice.answer(finish="tool_calls")), fails("empty"),
             {"openai_responses": "its reasons say nothing of calls"}),
    Scenario("cut at the most tokens", lambda voice: stream(voice.answer(HELLO, finish="length")),
             answers("Grüße, 世界", stop="length")),
    Scenario("cut inside a call", lambda voice: stream(voice.answer(HELLO, Said(call=("c", "read_file", '{"path": "a')), finish="length")),
             answers("Grüße, 世界", stop="length")),
    Scenario("filtered", lambda voice: stream(voice.answer(HELLO, finish="content_filter")), fails("filtered", retryable=False)),
    Scenario("filtered inside a call", lambda voice: stream(voice.answer(Said(call=("c", "read_file", '{"path": "a')), finish="content_filter")),
             fails("filtered", retryable=False)),
    Scenario("refusal", lambda voice: stream(voice.refusal()), fails("filtered", retryable=False, says="I cannot.")),
    Scenario("paused", lambda voice: stream(voice.answer(HELLO, finish="pause_turn")), answers("Grüße, 世界", stop="paused"),
             {"openai_responses": "it has no such reason"}),
    Scenario("calls under the reason of an end", lambda voice: stream(voice.answer(CALL, finish="stop")),
             answers(stop="tool_calls", calls=[("read_file", '{"path": "ä"}')])),
)  # fmt: skip
