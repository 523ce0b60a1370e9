"""Built-in providers, what the environment picks up, aliases, fallbacks, and the addresses that people paste."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.errors import ConfigError
from config.models.provider_access import ProviderAccess
from config.providers import available_providers, choose_fallbacks, choose_model, choose_provider
from config.secrets import Secret
from config.settings import ModelSettings, Provider, Settings

HERE = Path("/work")
NOTHING = Settings()


def choose(name: str, environ: dict[str, str] | None = None, **providers: Provider) -> ProviderAccess:
    return choose_model(name, Settings(providers=providers), environ or {}, HERE)


@pytest.mark.parametrize(
    ("variable", "table", "host"),
    [
        ("ANTHROPIC_API_KEY", "anthropic", "https://api.anthropic.com"),
        ("GEMINI_API_KEY", "gemini", "https://generativelanguage.googleapis.com/v1beta/openai"),
        ("DEEPSEEK_API_KEY", "deepseek", "https://api.deepseek.com"),
        ("MISTRAL_API_KEY", "mistral", "https://api.mistral.ai/v1"),
        ("GROQ_API_KEY", "groq", "https://api.groq.com/openai/v1"),
        ("MOONSHOT_API_KEY", "moonshot", "https://api.moonshot.ai/v1"),
    ],
)
def test_one_key_in_the_environment_is_enough(variable: str, table: str, host: str) -> None:
    access = choose_provider(NOTHING, {variable: "key-12345"}, HERE)
    assert (access.table, access.base_url, access.key) == (table, host, Secret("key-12345"))
    assert access.model
    assert not access.facts.window_assumed


def test_several_keys_have_an_order_that_openai_heads() -> None:
    keys = {"GROQ_API_KEY": "g-123456", "ANTHROPIC_API_KEY": "a-123456"}
    assert choose_provider(NOTHING, keys, HERE).table == "anthropic"
    assert choose_provider(NOTHING, {**keys, "OPENAI_BASE_URL": "http://h/v1"}, HERE).table == "openai"
    assert available_providers(NOTHING, {**keys, "OPENAI_API_KEY": "o-123456"}) == ("openai", "anthropic", "groq")
    assert available_providers(NOTHING, {"GROQ_API_KEY": " "}) == ()


def test_a_configured_provider_comes_before_keys_other_than_openais() -> None:
    settings = Settings(providers={"mine": Provider(base_url="http://h/v1", model="m")})
    assert choose_provider(settings, {"ANTHROPIC_API_KEY": "a-123456"}, HERE).table == "mine"


def test_anthropics_variables_are_picked_up_as_openais_are() -> None:
    environ = {"ANTHROPIC_API_KEY": "a-123456", "ANTHROPIC_MODEL": "claude-x"}
    access = choose_provider(NOTHING, environ, HERE)
    assert (access.name, access.dialect, access.model) == ("Anthropic", "anthropic", "claude-x")
    assert access.quirks.auth_header == "x-api-key"
    moved = choose_provider(NOTHING, {**environ, "ANTHROPIC_BASE_URL": "http://127.0.0.1:4000/v1/messages"}, HERE)
    assert (moved.name, moved.base_url, moved.dialect) == ("127.0.0.1:4000", "http://127.0.0.1:4000", "anthropic")


def test_a_gateways_token_is_sent_as_a_bearer_and_comes_before_the_key() -> None:
    environ = {"ANTHROPIC_API_KEY": "a-123456", "ANTHROPIC_AUTH_TOKEN": "t-123456", "ANTHROPIC_BASE_URL": "https://gw"}
    access = choose("anthropic", environ)
    assert (access.key, access.quirks.auth_header) == (Secret("t-123456"), "bearer")
    assert access.key_variable == "ANTHROPIC_AUTH_TOKEN"


@pytest.mark.parametrize(
    ("name", "table", "model"),
    [
        ("anthropic/claude-opus-5-5", "anthropic", "claude-opus-5-5"),
        ("anthropic/sonnet", "anthropic", "claude-sonnet-5"),
        ("sonnet", "anthropic", "claude-sonnet-5"),
        ("gemini/gemini-2.5-flash", "gemini", "gemini-2.5-flash"),
        ("groq/openai/gpt-oss-20b", "groq", "openai/gpt-oss-20b"),
        ("groq", "groq", "openai/gpt-oss-120b"),
        ("vllm/Qwen/Qwen3-Coder", "vllm", "Qwen/Qwen3-Coder"),
        ("openrouter/deepseek/deepseek-v4-pro", "openrouter", "deepseek/deepseek-v4-pro"),
    ],
)
def test_a_provider_and_its_model_are_named_in_one_word(name: str, table: str, model: str) -> None:
    keys = {f"{word}_API_KEY": "k-123456" for word in ("ANTHROPIC", "GEMINI", "GROQ", "OPENROUTER")}
    access = choose(name, keys)
    assert (access.table, access.model, access.selector) == (table, model, f"{table}/{model}")


def test_a_services_key_must_be_set_and_a_local_servers_may() -> None:
    with pytest.raises(ConfigError, match="set the environment variable GEMINI_API_KEY"):
        choose("gemini/gemini-2.5-pro")
    assert not choose("vllm/m").key
    assert choose("vllm/m", {"VLLM_API_KEY": "k-123456"}).key


def test_an_own_table_is_laid_over_the_built_in_one() -> None:
    far = Provider(base_url="http://gpu:11434", temperature=0.1)
    access = choose("ollama/m", ollama=far)
    assert (access.name, access.base_url, access.quirks.temperature) == ("Ollama", "http://gpu:11434/v1", 0.1)
    assert (access.quirks.token_field, access.quirks.empty_content) == ("max_tokens", "empty")


def test_openai_speaks_its_other_dialect_on_choice() -> None:
    key = {"OPENAI_API_KEY": "o-123456"}
    assert choose("openai/gpt-5", key, openai=Provider(dialect="openai_responses")).dialect == "openai_responses"
    pasted = {**key, "OPENAI_BASE_URL": "https://api.openai.com/v1/responses"}
    access = choose("", pasted)
    assert (access.name, access.base_url, access.dialect) == ("openai", "https://api.openai.com/v1", "openai_responses")


def test_a_query_in_the_address_is_a_quirk_and_not_a_part_of_the_path() -> None:
    environ = {"OPENAI_BASE_URL": "https://r.openai.azure.com/openai/deployments/d?api-version=2025-04-01"}
    access = choose("d", {**environ, "OPENAI_API_KEY": "o-123456"}, openai=Provider(query={"b": "2"}))
    assert access.base_url == "https://r.openai.azure.com/openai/deployments/d"
    assert access.quirks.query == {"api-version": "2025-04-01", "b": "2"}
    assert (access.quirks.auth_header, access.quirks.token_field) == ("api-key", "max_completion_tokens")


def test_azure_is_its_endpoint_and_a_deployment() -> None:
    environ = {"AZURE_OPENAI_ENDPOINT": "https://r.openai.azure.com/", "AZURE_OPENAI_API_KEY": "z-123456"}
    access = choose("azure/my-deployment", environ)
    assert (access.name, access.base_url) == ("Azure OpenAI", "https://r.openai.azure.com/openai/v1")
    assert access.quirks.token_field == "max_completion_tokens"  # noqa: S105 - no password
    with pytest.raises(ConfigError, match=r"set AZURE_OPENAI_ENDPOINT or providers\.azure\.base_url"):
        choose("azure/d", {"AZURE_OPENAI_API_KEY": "z-123456"})


def test_an_endpoint_of_another_dialect_than_the_configured_one_is_refused() -> None:
    with pytest.raises(ConfigError, match="endpoint of anthropic, but dialect is openai_chat"):
        choose("x/m", x=Provider(base_url="https://h/v1/messages", dialect="openai_chat"))
    assert choose("x/m", x=Provider(base_url="https://h/v1/messages")).dialect == "anthropic"


def test_headers_come_from_variables_and_their_absence_is_said() -> None:
    own = Provider(base_url="http://h/v1", headers={"X-A": "1"}, headers_env={"X-Token": "CORP_TOKEN"})
    assert choose("x/m", {"CORP_TOKEN": "t-123456"}, x=own).headers == (("X-A", "1"), ("X-Token", "t-123456"))
    with pytest.raises(ConfigError, match="header X-Token is missing; set the environment variable CORP_TOKEN"):
        choose("x/m", x=own)


def test_a_command_for_the_key_waits_until_it_is_needed() -> None:
    own = Provider(base_url="http://h/v1", api_key_env="MY_KEY", api_key_command=("pass", "show", "k"))
    access = choose("x/m", x=own)
    assert (access.key_command, bool(access.key)) == (("pass", "show", "k"), False)
    assert choose("x/m", {"MY_KEY": "k-123456"}, x=own).key_command == ()


def test_aliases_lead_to_models_and_never_in_a_circle() -> None:
    settings = Settings(model=ModelSettings(aliases={"fast": "quick", "quick": "ollama/tiny", "a": "b", "b": "a"}))
    assert choose_model("fast", settings, {}, HERE).selector == "ollama/tiny"
    with pytest.raises(ConfigError, match=r"model\.aliases: . leads back to itself"):
        choose_model("a", settings, {}, HERE)
    named = Settings(model=ModelSettings(aliases={"ollama/x": "ollama/x"}))
    assert choose_model("ollama/x", named, {}, HERE).model == "x"


def test_fallbacks_are_found_in_order_and_a_wrong_one_is_named() -> None:
    settings = Settings(model=ModelSettings(fallbacks=("ollama/a", "lmstudio/b")))
    assert [access.selector for access in choose_fallbacks(settings, {}, HERE)] == ["ollama/a", "lmstudio/b"]
    with pytest.raises(ConfigError, match=r"model\.fallbacks: provider groq: its key is missing"):
        choose_fallbacks(Settings(model=ModelSettings(fallbacks=("groq/x",))), {}, HERE)


def test_where_the_environment_chooses_the_host_that_host_must_be_allowed() -> None:
    for variable, name in (("ANTHROPIC_BASE_URL", "anthropic"), ("VLLM_BASE_URL", "vllm"), ("OPENAI_BASE_URL", "")):
        settings = Settings(allowed_providers=("anthropic", "vllm", "openai"), model=ModelSettings(name=name))
        with pytest.raises(ConfigError, match=r"provider evil\.example is not allowed"):
            choose_provider(settings, {variable: "http://evil.example/v1"}, HERE)
    azure = Settings(allowed_providers=("azure",), model=ModelSettings(name="azure/d"))
    keyed = {"AZURE_OPENAI_API_KEY": "z-123456"}
    own = {**keyed, "AZURE_OPENAI_ENDPOINT": "https://r.openai.azure.com"}
    assert choose_provider(azure, own, HERE).table == "azure"
    with pytest.raises(ConfigError, match="is not allowed"):
        choose_provider(azure, {**keyed, "AZURE_OPENAI_ENDPOINT": "https://evil.example"}, HERE)


def test_an_address_in_an_error_has_no_password() -> None:
    with pytest.raises(ConfigError) as caught:
        choose("x/m", x=Provider(base_url="ftp://me:s3cret@h/v1"))
    assert "s3cret" not in str(caught.value)


def test_the_offline_and_the_scripted_model_are_free_and_know_their_window() -> None:
    for access in (choose("offline"), choose("script:x.toml")):
        assert access.facts.prices is not None
        assert not access.facts.window_assumed
