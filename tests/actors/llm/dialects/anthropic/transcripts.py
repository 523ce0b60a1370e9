"""Conversations for tests: sensible ones, and of every kind that a damaged session may hold."""

from __future__ import annotations

from hypothesis import strategies as st

from actors.blocks import ProviderState, ReasoningBlock, TextBlock, ToolCall
from actors.ids import CallId
from actors.transcript import AssistantMessage, ToolMessage, Transcript, TranscriptMessage, UserMessage
from config.model_facts import EMBEDDED
from config.providers import ProviderAccess
from config.quirks import Quirks
from tools.tool import ToolResult

PROVIDER, MODEL = "anthropic", "claude-opus-4-5"
SIGNED = '{"type":"thinking","thinking":"hm","signature":"sig"}'
HIDDEN = '{"type":"redacted_thinking","data":"xyz"}'


def access(model: str = MODEL, quirks: Quirks | None = None) -> ProviderAccess:
    return ProviderAccess(PROVIDER, "http://127.0.0.1", model, "anthropic", quirks=quirks or Quirks(), facts=EMBEDDED)


def state(data: str = SIGNED, model: str = MODEL) -> ProviderState:
    return ProviderState(PROVIDER, model, data)


def asking(*ids: str, model: str = MODEL, provider_id: str = "") -> AssistantMessage:
    """An answer with a signed thought and a call for each id."""
    calls = (ToolCall(CallId(each), "read_file", '{"path": "a"}', provider_id or f"toolu_{each}") for each in ids)
    return AssistantMessage((ReasoningBlock("hm", state(model=model)), TextBlock("Let me see."), *calls), "tool_calls")


def answer(identifier: str, text: str = "content") -> ToolMessage:
    return ToolMessage.of(CallId(identifier), "read_file", ToolResult("ok", text))


def rounds(count: int, *, parallel: int = 1) -> Transcript:
    """A prompt, and so many rounds of calls with their answers."""
    transcript = Transcript((UserMessage.of("do it"),))
    for number in range(count):
        ids = [f"t1-r{number}-c{place}" for place in range(parallel)]
        transcript = transcript.add(asking(*ids), *map(answer, ids))
    return transcript


texts = st.sampled_from(["", " ", "\n", "a", "ä \U0001f600", "b\udc80", "  padded  "])
call_ids = st.sampled_from(["t1-r1-c1", "t1-r1-c2", "a b", "ä", ""])
provider_ids = st.sampled_from(["", "toolu_1", "toolu_2", "functions.read:0", "x" * 65, "ü"])
states = st.sampled_from(
    [None, state(), state(HIDDEN), state(model="other"), ProviderState("other", MODEL, SIGNED), state("{broken")]
)
calls = st.builds(
    ToolCall,
    id=call_ids.map(CallId),
    name=st.sampled_from(["read_file", "", "functions.read file", "n" * 200]),
    arguments=st.sampled_from(["", "{}", '{"a": 1}', "[1]", '{"a": ', "\ud800", "NaN", ' {"a": "ä"} ']),
    provider_id=provider_ids,
)
blocks = st.one_of(st.builds(TextBlock, texts), st.builds(ReasoningBlock, texts, states), calls)
answers = st.builds(
    AssistantMessage,
    st.lists(blocks, max_size=5).map(tuple),
    st.sampled_from(["stop", "tool_calls", "length", "paused", "interrupted"]),
)
results = st.builds(
    ToolMessage.of,
    call_ids.map(CallId),
    st.just("read_file"),
    st.builds(ToolResult, st.sampled_from(["ok", "error", "denied"]), texts),
)
messages: st.SearchStrategy[TranscriptMessage] = st.one_of(st.builds(UserMessage.of, texts), answers, results)


def ended(found: list[TranscriptMessage]) -> Transcript:
    """As the turn loop asks: an answer is followed by something, unless it paused."""
    last = found[-1] if found else None
    if last is None or (isinstance(last, AssistantMessage) and last.stop_reason != "paused" and not last.calls):
        found = [*found, UserMessage.of("go on")]
    return Transcript(tuple(found))


transcripts = st.lists(messages, max_size=12).map(ended)
