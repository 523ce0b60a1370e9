"""The real program against a server of each provider's rules: three rounds of tools, then `--continue`, no 400."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.scene import Scene
from tests.servers.strict_exchange import STEPS
from tests.servers.strict_providers import KEY, PROVIDERS, StrictProvider
from tests.servers.strict_server import StrictServer

KEY_VARIABLES = {
    "openai": "OPENAI_API_KEY", "azure": "AZURE_OPENAI_API_KEY", "mistral": "MISTRAL_API_KEY",
    "moonshot": "MOONSHOT_API_KEY", "deepseek": "DEEPSEEK_API_KEY", "gemini": "GEMINI_API_KEY",
    "openrouter": "OPENROUTER_API_KEY", "bedrock": "AWS_BEARER_TOKEN_BEDROCK", "anthropic": "ANTHROPIC_API_KEY",
    "ollama": "OLLAMA_KEY",
}  # fmt: skip


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    scene = Scene(tmp_path)
    yield scene
    assert not scene.put_away()


def configure(scene: Scene, provider: StrictProvider, url: str) -> None:
    """As a person would: the address of the server, the key in its variable, a limit of an answer."""
    table = {"base_url": url, "api_key_env": KEY_VARIABLES[provider.name], **provider.table}
    lines = [f"{key} = {json.dumps(value)}" for key, value in table.items()]
    scene.configure(
        "\n".join((f"[providers.{provider.name}]", *lines, "[model]", "max_tokens = 4096", "attempts = 1", ""))
    )
    scene.environment[KEY_VARIABLES[provider.name]] = KEY


@pytest.mark.parametrize("provider", PROVIDERS, ids=[f"{each.name}-{each.model}" for each in PROVIDERS])
def test_three_rounds_of_tools_and_a_continued_session_are_never_refused(
    scene: Scene, provider: StrictProvider
) -> None:
    with StrictServer(provider) as server:
        configure(scene, provider, server.url)
        for flags in ((), ("--continue",)):
            done = scene.run("-p", "read it all", "-y", "-m", f"{provider.name}/{provider.model}", *flags)
            assert (server.refused, done.returncode) == ([], 0), done.stderr
            assert done.stdout.strip() == STEPS[-1].text
        assert len(server.requests) == 2 * len(STEPS)
