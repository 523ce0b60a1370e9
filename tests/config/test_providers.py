"""Who is asked, with which model and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.errors import ConfigError
from config.providers import OPENAI_MODEL, ProviderAccess, choose_provider
from config.secrets import Secret
from config.settings import ModelSettings, Provider, Settings

LOCAL = Provider(base_url="http://127.0.0.1:11434/v1", model="small", models={"big": "vendor/big:480b"})
PAID = Provider(
    name="Paid", base_url="https://paid.example/v1", api_key_env="PAID_KEY", model="p", headers={"X-Team": "a"}
)
KEY = {"OPENAI_API_KEY": "sk-1234567890"}


def choose(
    model: str = "",
    environ: dict[str, str] | None = None,
    providers: dict[str, Provider] | None = None,
    allowed: tuple[str, ...] | None = None,
) -> ProviderAccess:
    settings = Settings(model=ModelSettings(name=model), providers=providers or {}, allowed_providers=allowed)
    return choose_provider(settings, environ or {}, Path("/project"))


def test_with_nothing_configured_the_embedded_model_answers() -> None:
    access = choose()
    assert (access.name, access.dialect, access.base_url) == ("offline", "openai_chat", "offline://model")
    assert access.embedded


def test_the_environment_that_people_have_is_enough() -> None:
    access = choose(environ=KEY)
    assert (access.name, access.base_url, access.model) == ("openai", "https://api.openai.com/v1", OPENAI_MODEL)
    assert access.key == Secret("sk-1234567890")
    assert not access.embedded


def test_another_host_in_the_environment_gives_its_own_name_and_needs_no_key() -> None:
    access = choose(environ={"OPENAI_BASE_URL": "http://127.0.0.1:8080/v1", "OPENAI_MODEL": "llama"})
    assert (access.name, access.model, bool(access.key)) == ("127.0.0.1:8080", "llama", False)


@pytest.mark.parametrize(
    ("model", "name", "asked"),
    [
        ("", "local", "small"),
        ("local", "local", "small"),
        ("local/tiny", "local", "tiny"),
        ("local/org/tiny", "local", "org/tiny"),
        ("tiny", "local", "tiny"),
        ("org/tiny", "local", "org/tiny"),
        ("big", "local", "vendor/big:480b"),
        ("local/big", "local", "vendor/big:480b"),
        ("offline", "offline", "offline"),
        ("/models/tiny", "local", "/models/tiny"),
    ],
)
def test_a_model_can_be_named_in_many_ways(model: str, name: str, asked: str) -> None:
    access = choose(model, providers={"local": LOCAL})
    assert (access.name, access.model) == (name, asked)


def test_a_configured_provider_takes_its_key_from_the_variable_it_names() -> None:
    access = choose("paid", {"PAID_KEY": " abcd1234 \n", **KEY}, {"paid": PAID})
    assert access.key.reveal() == "abcd1234"
    assert access.secrets() == ("abcd1234", "a")
    assert access.key_variable == "PAID_KEY"
    assert "abcd1234" not in repr(access)


def test_an_address_is_shown_without_the_password_in_it() -> None:
    access = choose(environ={"OPENAI_BASE_URL": "http://me:word@host:1/v1?x=y"})
    assert access.place == "http://host:1/v1"
    assert access.name == "host:1"


def test_a_provider_that_everybody_knows_needs_no_table() -> None:
    assert choose("ollama/qwen3-coder").base_url == "http://127.0.0.1:11434/v1"


def test_openais_key_is_never_given_to_another_provider() -> None:
    access = choose("local", KEY, {"local": LOCAL})
    assert not access.key


def test_a_script_is_a_model(tmp_path: object) -> None:
    access = choose(f"script:{tmp_path}/x.toml", KEY)
    assert (access.name, access.model, access.base_url) == ("scripted", "scripted", f"script://{tmp_path}/x.toml")
    assert access.embedded


@pytest.mark.parametrize(
    ("model", "environ", "providers", "expected"),
    [
        ("gpt-x", {}, {}, "set OPENAI_API_KEY"),
        ("locl/x", {}, {}, "no provider is configured"),
        ("", {}, {"a": LOCAL, "b": PAID}, "choose one with -m NAME (a, b)"),
        ("paid", {}, {"paid": PAID}, "set the environment variable PAID_KEY"),
        ("paid", {"PAID_KEY": "ab\ncd"}, {"paid": PAID}, "characters that no key has"),
        ("openai", {}, {}, "set the environment variable OPENAI_API_KEY"),
        ("x", {}, {"x": Provider()}, "set providers.x.base_url"),
        ("x", {}, {"x": Provider(base_url="localhost:80")}, "is no address"),
        ("x", {}, {"x": Provider(base_url="http://h")}, "no model is named"),
        ("", {}, {"offline": LOCAL}, "belongs to the embedded model"),
        ("script:", {}, {}, "has no file"),
        ("a/", {}, {"a": LOCAL}, "write a/MODEL, or a alone"),
        ("openai/", KEY, {}, "write openai/MODEL, or openai alone"),
        ("/", KEY, {}, "is no name"),
        ("x\x1b[31m", KEY, {}, "model 'x\\x1b[31m': holds a character"),
        ("a/x\n", {}, {"a": LOCAL}, "holds a character"),
        ("x", {}, {"a": LOCAL, "b": PAID}, "model x: several providers are configured, and it is none of their names"),
        ("x", {}, {"a": LOCAL, "b": PAID}, "write one of a/x, b/x"),
        ("groqq/x", {}, {"a": LOCAL, "b": PAID}, "did you mean groq?"),
    ],
)
def test_whoever_cannot_be_asked_is_refused_with_what_to_do(
    model: str,
    environ: dict[str, str],
    providers: dict[str, Provider],
    expected: str,
) -> None:
    with pytest.raises(ConfigError) as caught:
        choose(model, environ, providers)
    assert expected in str(caught.value)


def test_the_list_of_allowed_providers_fails_closed() -> None:
    assert choose("local", {}, {"local": LOCAL}, ("local",)).name == "local"
    for listed in ((), ("other",)):
        with pytest.raises(ConfigError, match="is not allowed"):
            choose("local", {}, {"local": LOCAL}, listed)
    with pytest.raises(ConfigError, match=r"provider evil\.example is not allowed"):
        choose("", {"OPENAI_BASE_URL": "http://evil.example/v1"}, {}, ("openai",))
    for model, name in (("", "offline"), ("offline", "offline"), ("script:x.toml", "script")):
        with pytest.raises(ConfigError, match=f"provider {name} is not allowed: allowed_providers lists local"):
            choose(model, {}, {}, ("local",))
        assert choose(model, {}, {}, (name,)).embedded


def test_the_path_of_a_script_is_seen_from_the_folder_to_work_in() -> None:
    settings = Settings(model=ModelSettings(name="script:scripts/../x.toml"))
    assert choose_provider(settings, {}, Path("/project")).base_url == "script:///project/x.toml"
    assert choose_provider(settings, {}, Path("/other")).base_url == "script:///other/x.toml"
