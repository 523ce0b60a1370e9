"""Chat completions as the scripted server speaks them; the streams are tried in `test_response`."""

from __future__ import annotations

from actors.llm.scripted.chat_request import ChatRequest
from actors.llm.scripted.endpoint import endpoint_at
from actors.llm.scripted.endpoints.chat_completions import PATH, ChatCompletionsWriter, read_request, stream_writer
from actors.llm.scripted.script import UsageStep


def test_its_path_leads_to_it() -> None:
    found = endpoint_at(f"/v1{PATH}")
    assert found is not None
    assert found.read_request is read_request


def test_the_model_that_was_asked_for_answers() -> None:
    (chunk,) = stream_writer(ChatRequest(model="m-7")).text("a")
    assert b'"model":"m-7"' in chunk


def test_cached_tokens_are_a_part_of_the_input() -> None:
    ending = b"".join(ChatCompletionsWriter("m").ending("stop", UsageStep(10, 5, 4)))
    assert b'"prompt_tokens":10' in ending
    assert b'"cached_tokens":4' in ending
    assert b"prompt_tokens_details" not in b"".join(ChatCompletionsWriter("m").ending("stop", UsageStep(10, 5)))
