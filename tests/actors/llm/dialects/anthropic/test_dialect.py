"""Requests: what is written down, and what it costs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from msgspec.structs import replace

from actors.context.plan import ContextPlan
from actors.llm.dialect import dialect_named
from actors.llm.dialects.anthropic.dialect import USUAL_LIMIT, AnthropicMessages, create
from actors.llm.dialects.anthropic.history import CACHE_MARK
from actors.llm.port import Finished, ModelCall
from actors.transcript import AssistantMessage, Transcript, UserMessage
from config.model_facts import ModelFacts
from config.quirks import Quirks
from tests.actors.llm.dialects.anthropic.rules import broken_rules
from tests.actors.llm.dialects.anthropic.streams import called, end
from tests.actors.llm.dialects.anthropic.transcripts import MODEL, access, answer, asking, rounds
from tests.actors.llm.hearing import TOOLS, call

ROOT = Path(__file__).resolve().parents[5]
SPEAK = """
import sys, ui.startup.run_session, actors.llm.http.model
from actors.llm.dialect import dialect_named
from config.providers import ProviderAccess
for name in ("openai_chat", "anthropic"):
    dialect_named(ProviderAccess("p", "http://127.0.0.1", "m", name))
    print(any(module.startswith("actors.llm.dialects.anthropic") for module in sys.modules))
"""


def asked(quirks: Quirks | None = None, model: str = MODEL, **fields: object) -> dict[str, Any]:
    """The request for a short conversation, which must break no rule."""
    given: dict[str, Any] = {"system": "Be kind.", "transcript": rounds(1), "tools": TOOLS, **fields}
    body = create(access(model, quirks)).request(ModelCall(model, **given)).body
    assert broken_rules(body) == []
    return json.loads(body)  # type: ignore[no-any-return]


def test_a_request_asks_for_a_stream_and_names_the_tools() -> None:
    request = create(access()).request(call("hi"))
    body = json.loads(request.body)
    assert request.path == "/v1/messages"
    assert dict(request.headers)["anthropic-version"] == "2023-06-01"
    assert (body["model"], body["stream"]) == ("some-model", True)
    assert body["tools"][0] == {
        "name": "list_files",
        "description": "The tool list_files.",
        "input_schema": {"type": "object"},
    }


def test_the_system_prompt_and_the_tools_before_it_are_cached() -> None:
    mark = {"cache_control": {"type": "ephemeral"}}
    assert asked()["system"] == [{"type": "text", "text": "Be kind.", **mark}]
    assert "cache_control" not in asked()["tools"][-1]
    bare = asked(system=" ")
    assert "system" not in bare
    assert [tool.get("cache_control") for tool in bare["tools"]] == [None] * (len(TOOLS) - 1) + [mark["cache_control"]]
    assert "tools" not in asked(system="", tools=())


def test_the_longest_answer_is_always_named() -> None:
    assert asked(max_tokens=99)["max_tokens"] == 99
    assert asked()["max_tokens"] == USUAL_LIMIT
    known = replace(access(), facts=ModelFacts(1_000_000, output_limit=64_000))
    assert json.loads(create(known).request(call()).body)["max_tokens"] == 64_000
    assert json.loads(create(known).request(replace(call(), max_tokens=5)).body)["max_tokens"] == 5


@pytest.mark.parametrize("facts", [ModelFacts(200_000, output_limit=64_000), ModelFacts(16_000)])
def test_the_longest_answer_fits_into_the_window_behind_a_conversation_that_is_about_to_be_compacted(
    facts: ModelFacts,
) -> None:
    known = replace(access(), facts=facts)
    plan = ContextPlan().of_model("m", facts)
    asked_for = json.loads(create(known).request(call()).body)["max_tokens"]
    assert plan.limit + asked_for <= facts.context_window


def test_the_key_is_in_the_header_that_the_provider_reads() -> None:
    assert create(access(quirks=Quirks(auth_header="x-api-key"))).authorization("k") == (("x-api-key", "k"),)
    assert create(access(quirks=Quirks(auth_header="bearer"))).authorization("k") == (("Authorization", "Bearer k"),)


def test_the_path_and_further_fields_are_the_providers() -> None:
    quirks = Quirks(path="/anthropic", extra_body={"metadata": {"user_id": "u"}, "max_tokens": 7, "messages": []})
    request = create(access(quirks=quirks)).request(call())
    body = json.loads(request.body)
    assert request.path == "/anthropic"
    assert (body["metadata"], body["max_tokens"], len(body["messages"])) == ({"user_id": "u"}, 7, 1)
    assert "stream" not in asked(Quirks(extra_body={"stream": None}))


def test_an_effort_is_asked_for_as_the_model_takes_it_and_no_temperature_beside_it() -> None:
    warm = Quirks(temperature=0.5, reasoning_effort="high")
    assert asked(Quirks(temperature=0.5))["temperature"] == 0.5
    old = asked(warm, max_tokens=30_000)
    assert (old["thinking"], "temperature" in old) == ({"type": "enabled", "budget_tokens": 24_000}, False)
    new = asked(warm, "claude-opus-4-7")
    assert (new["thinking"], new["output_config"]) == ({"type": "adaptive"}, {"effort": "high"})
    given = asked(Quirks(temperature=0.5, extra_body={"thinking": {"type": "adaptive"}, "max_tokens": 9_000}))
    assert "temperature" not in given
    assert asked(Quirks(temperature=0.5, reasoning_effort="none"))["temperature"] == 0.5


def test_after_a_change_of_model_no_state_goes_along_and_thinking_waits_for_the_next_prompt() -> None:
    """Issue 8: a switch of model leaves the state out."""
    quirks, transcript = Quirks(reasoning_effort="low"), rounds(2)
    dialect = create(access(quirks=quirks))
    first = ModelCall(MODEL, "", transcript, TOOLS)
    assert b'"sig"' in dialect.request(first).body
    switched = dialect.request(replace(first, model="claude-sonnet-4-5")).body
    assert b'"sig"' not in switched
    assert b'"thinking"' not in switched
    assert broken_rules(switched, set()) == []
    following = transcript.add(AssistantMessage.of("done"), UserMessage.of("more"))
    later = dialect.request(replace(first, model="claude-sonnet-4-5", transcript=following)).body
    assert json.loads(later)["thinking"]["type"] == "enabled"
    assert b'"sig"' in dialect.request(first).body, "and back again"


def test_what_a_provider_adds_to_the_body_is_reckoned_with() -> None:
    """A number of tokens for thoughts stays below the answer's; in the middle of a round of tools none is begun."""
    small = asked(Quirks(reasoning_effort="high", extra_body={"max_tokens": 4_000}))
    assert small["thinking"]["budget_tokens"] < 4_000
    budget = Quirks(extra_body={"thinking": {"type": "enabled", "budget_tokens": 2_000}})
    assert asked(budget)["thinking"]["budget_tokens"] == 2_000
    assert "thinking" not in asked(budget, "claude-sonnet-4-5")
    adaptive = Quirks(extra_body={"thinking": {"type": "adaptive"}})
    assert asked(adaptive, "claude-opus-4-7")["thinking"] == {"type": "adaptive"}


def test_each_message_is_encoded_once_and_the_request_is_the_same() -> None:
    dialect, transcript = create(access()), Transcript((UserMessage.of("a"),))
    for number in range(20):
        transcript = transcript.add(asking(f"c{number}"), answer(f"c{number}", f"r{number}"))
        grown = dialect.request(call(transcript=transcript)).body
        assert grown == create(access()).request(call(transcript=transcript)).body


def test_consecutive_requests_share_their_bytes() -> None:
    """Issue 8: the stable prefix, from the first byte of the body to the end of the request before."""
    dialect, transcript, before = create(access()), rounds(1), b""
    for number in range(20):
        bare = dialect.request(ModelCall(MODEL, "Be kind.", transcript, TOOLS)).body.replace(CACHE_MARK, b"")
        assert bare.startswith(before)
        before = bare.removesuffix(b"]}]}")
        transcript = transcript.add(asking(f"c{number}"), answer(f"c{number}"))


def test_another_transcript_is_written_from_its_beginning() -> None:
    dialect = create(access())
    dialect.request(call(transcript=rounds(3)))
    for transcript in (Transcript((UserMessage.of("x"),)), rounds(2), Transcript((UserMessage.of("y"),))):
        assert (
            dialect.request(call(transcript=transcript)).body
            == create(access()).request(call(transcript=transcript)).body
        )


def test_a_change_of_tools_is_written() -> None:
    dialect = create(access())
    dialect.request(call())
    assert "tools" not in json.loads(dialect.request(replace(call(), tools=())).body)


def test_no_call_gets_an_id_that_the_session_has_used() -> None:
    dialect = create(access())
    dialect.request(call(transcript=rounds(1)))
    decoder = dialect.decoder()
    decoder.feed(called(0, "t1-r0-c0", "f", "{}") + end("tool_use"))
    final = decoder.close()
    assert isinstance(final, Finished)
    assert final.message.calls[0].id != "t1-r0-c0"


def test_it_is_found_by_its_name() -> None:
    assert isinstance(dialect_named(access()), AnthropicMessages)


def test_it_is_imported_only_where_it_is_spoken() -> None:
    """Issue 8: the boot does not pay for dialects that are not used."""
    done = subprocess.run(
        [sys.executable, "-c", SPEAK], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.split() == ["False", "True"]


def test_a_long_conversation_costs_what_was_added() -> None:
    def cost(turns: int) -> float:
        dialect, transcript = create(access()), rounds(turns)
        dialect.request(call(transcript=transcript))
        best = float("inf")
        for number in range(30):
            transcript = transcript.add(asking(f"x{number}"), answer(f"x{number}"))
            began = perf_counter()
            dialect.request(call(transcript=transcript))
            best = min(best, perf_counter() - began)
        return best

    assert cost(2_000) < 50 * cost(20)
