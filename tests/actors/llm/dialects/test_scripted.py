"""A scripted server speaks as OpenAI's do, so that scripts exercise the decoder that real servers meet."""

from __future__ import annotations

from actors.llm.dialects import scripted
from actors.llm.dialects.openai_chat.dialect import OpenAIChat
from config.providers import SCRIPTED


def test_a_scripted_server_speaks_openai_chat_in_an_instance_of_its_own() -> None:
    assert isinstance(scripted.create(SCRIPTED), OpenAIChat)
    assert scripted.create(SCRIPTED) is not scripted.create(SCRIPTED)
