"""Which secrets are known, and which variables no child gets."""

from __future__ import annotations

import pytest

from config.known_secrets import is_secret, known_secrets, withheld_variables
from config.models.known_providers import known_providers
from config.settings import Provider, Settings, Tools

PAID = Settings(
    providers={
        "paid": Provider(base_url="https://me:s3cret@h/v1", api_key_env="PAID_KEY", headers={"X-Api-Key": "head-er-1"}),
        "open": Provider(base_url="http://h/v1", headers={"X-Title": "callboard-title"}),
    },
    profiles={"work": {"providers": {"w": {"base_url": "http://a:p%4055@h", "api_key_env": "WORK_KEY"}}}},
)
ENVIRON = {
    "OPENAI_API_KEY": "sk-openai-1",
    "OPENAI_BASE_URL": "https://u:hunter2@gateway/v1",
    "OPENROUTER_API_KEY": "or-key-55",
    "PAID_KEY": "paid-key-77",
    "WORK_KEY": "work-key-88",
    "CALLBOARD_PROVIDERS__X__API_KEY_ENV": "Y",
    "HTTPS_PROXY": "http://p:pr0xy@proxy:1",
    "DATABASE_URL": "postgres://a:mine@db",
    "PATH": "/bin",
}


def test_every_variable_that_a_provider_names_is_withheld_and_no_other() -> None:
    assert withheld_variables(PAID, ENVIRON) & set(ENVIRON) == {
        "OPENAI_API_KEY",
        "OPENAI_BASE_URL",
        "OPENROUTER_API_KEY",
        "PAID_KEY",
        "WORK_KEY",
        "CALLBOARD_PROVIDERS__X__API_KEY_ENV",
    }


def test_every_variable_that_a_built_in_provider_names_is_withheld() -> None:
    assert {"ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "GEMINI_API_KEY", "AWS_BEARER_TOKEN_BEDROCK"} <= (
        withheld_variables(Settings(), {})
    )
    named = {known.api_key_env for known in known_providers().values()} - {""}
    assert named <= withheld_variables(Settings(), {})


def test_variables_of_headers_and_passwords_in_addresses_are_withheld() -> None:
    settings = Settings(providers={"x": Provider(headers_env={"X-A": "CORP_TOKEN"}, base_url_env="CORP_URL")})
    environ = {"CORP_TOKEN": "tok-4711", "CORP_URL": "https://u:pa55word@h/v1?api_key=k-1234"}
    assert {"CORP_TOKEN", "CORP_URL"} <= withheld_variables(settings, environ)
    assert {"tok-4711", "pa55word", "k-1234"} <= set(known_secrets(settings, environ))


def test_an_address_without_a_password_is_not_withheld() -> None:
    assert "OPENAI_BASE_URL" not in withheld_variables(Settings(), {"OPENAI_BASE_URL": "http://127.0.0.1/v1"})


def test_a_setting_brings_single_ones_back() -> None:
    settings = Settings(tools=Tools(environment=("OPENAI_API_KEY",)))
    assert "OPENAI_API_KEY" not in withheld_variables(settings, ENVIRON)
    assert "OPENROUTER_API_KEY" in withheld_variables(settings, ENVIRON)


@pytest.mark.parametrize(
    "secret",
    [
        "sk-openai-1",
        "or-key-55",
        "paid-key-77",
        "work-key-88",
        "hunter2",
        "s3cret",
        "p@55",
        "p%4055",
        "head-er-1",
        "pr0xy",
    ],
)
def test_keys_passwords_and_headers_that_let_in_are_known(secret: str) -> None:
    assert secret in known_secrets(PAID, ENVIRON)


@pytest.mark.parametrize("common", ["callboard-title", "mine", "/bin", ""])
def test_what_is_no_secret_is_not(common: str) -> None:
    assert common not in known_secrets(PAID, ENVIRON)


@pytest.mark.parametrize("word", ["", "abc", "test", "null", "1234567", "lm-studio", "EMPTY"])
def test_a_common_word_as_a_key_spoils_nothing(word: str) -> None:
    """People write anything where a local server wants a key."""
    assert not is_secret(word)
    assert known_secrets(Settings(), {"OPENAI_API_KEY": word}) == ()


def test_a_password_that_is_a_common_word_is_known_with_its_name() -> None:
    assert known_secrets(Settings(), {"OPENAI_BASE_URL": "https://me:word@h"}) == ("me:word@",)
