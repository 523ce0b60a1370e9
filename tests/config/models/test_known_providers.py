"""The built-in table of providers, and tables laid over it."""

from __future__ import annotations

import msgspec
import pytest

from config.models.address import read_address
from config.models.known_providers import TABLE, known_providers, laid_over, with_quirks_of_host
from config.settings import Provider

HOSTED = ("openai", "anthropic", "gemini", "deepseek", "mistral", "openrouter", "groq", "moonshot", "azure", "bedrock")
LOCAL = ("ollama", "vllm", "llamacpp", "lmstudio", "litellm")


@pytest.mark.parametrize("name", [*HOSTED, *LOCAL])
def test_the_providers_that_people_have_are_built_in(name: str) -> None:
    assert name in known_providers()


def test_the_table_is_written_with_the_keys_of_a_users_own() -> None:
    raw = msgspec.json.decode(TABLE.read_bytes(), type=dict[str, dict[str, object]])
    for key, entry in raw.items():
        assert msgspec.convert({"providers": {key: entry}}["providers"][key], Provider) == known_providers()[key]


def test_every_address_is_a_base_that_is_read_as_it_stands() -> None:
    for known in known_providers().values():
        if known.base_url:
            assert read_address(known.base_url, known.dialect).base_url == known.base_url


def test_a_service_is_asked_over_tls_and_has_a_variable_for_its_key() -> None:
    for name, known in known_providers().items():
        assert known.base_url.startswith(("https://", "http://127.0.0.1:")) or known.base_url_env, name
        assert known.api_key_env or known.base_url.startswith("http://127.0.0.1:"), name


def test_an_own_table_changes_what_it_says_and_keeps_the_rest() -> None:
    below = Provider(name="B", model="m", headers={"A": "1", "B": "2"}, stream_options=False, temperature=1.0)
    above = Provider(model="n", headers={"B": "3"}, stream_options=True, temperature=0.0)
    joined = laid_over(below, above)
    assert (joined.name, joined.model, joined.headers) == ("B", "n", {"A": "1", "B": "3"})
    assert (joined.stream_options, joined.temperature) == (True, 0.0)
    assert laid_over(below, Provider()) == below


def test_the_quirks_of_a_host_hold_under_any_name() -> None:
    mine = with_quirks_of_host(Provider(base_url="https://api.mistral.ai/v1", model="m"), "openai_chat")
    assert (mine.call_ids, mine.stream_options) == ("alnum9", False)
    azure = with_quirks_of_host(Provider(base_url="https://r.openai.azure.com/openai/v1"), "openai_chat")
    assert azure.auth_header == "api-key"


@pytest.mark.parametrize(
    "address", ["https://api.mistral.ai.evil.example/v1", "https://h/api.mistral.ai", "http://h:1"]
)
def test_another_host_has_no_quirks(address: str) -> None:
    assert with_quirks_of_host(Provider(base_url=address), "openai_chat") == Provider(base_url=address)


def test_a_host_that_is_spoken_to_in_another_dialect_has_no_quirks() -> None:
    own = Provider(base_url="https://api.anthropic.com/v1")
    assert with_quirks_of_host(own, "openai_chat") == own
