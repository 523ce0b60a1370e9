"""Which models can be named right away."""

from __future__ import annotations

from config.models.model_choices import model_choices
from config.settings import ModelSettings, Provider, Settings


def test_aliases_come_first_and_then_what_is_set_up() -> None:
    settings = Settings(
        model=ModelSettings(aliases={"fast": "mine/small"}),
        providers={"mine": Provider(base_url="http://h/v1", model="small", models={"big": "vendor/big"})},
    )
    choices = model_choices(settings, {"ANTHROPIC_API_KEY": "a-123456", "ANTHROPIC_MODEL": "claude-x"})
    assert choices[0] == "fast"
    assert {"anthropic/claude-x", "anthropic/sonnet", "mine/small", "mine/big", "offline"} <= set(choices)
    assert not [name for name in choices if name.startswith("openai/")]


def test_what_is_not_allowed_is_not_offered() -> None:
    settings = Settings(allowed_providers=("groq",))
    choices = model_choices(settings, {"ANTHROPIC_API_KEY": "a-123456", "GROQ_API_KEY": "g-123456"})
    assert "groq/openai/gpt-oss-120b" in choices
    assert not [name for name in choices if name.startswith("anthropic")]
