"""The real program against a server of each provider's rules: three rounds of tools, then `--continue`, no 400."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.journeys.scene import BOUND, Scene
from tests.servers.strict_exchange import ODD_STEPS, STEPS, Fields, Issued, Step, StrictRequest, first_problem
from tests.servers.strict_providers import KEY, PROVIDERS, StrictProvider
from tests.servers.strict_server import StrictServer

KEY_VARIABLES = {
    "openai": "OPENAI_API_KEY", "azure": "AZURE_OPENAI_API_KEY", "mistral": "MISTRAL_API_KEY",
    "moonshot": "MOONSHOT_API_KEY", "deepseek": "DEEPSEEK_API_KEY", "gemini": "GEMINI_API_KEY",
    "openrouter": "OPENROUTER_API_KEY", "bedrock": "AWS_BEARER_TOKEN_BEDROCK", "anthropic": "ANTHROPIC_API_KEY",
    "ollama": "OLLAMA_KEY",
}  # fmt: skip

IDS = [f"{each.name}-{each.model}" for each in PROVIDERS]
PATHS = ("/v1/chat/completions", "/v1/messages", "/v1/responses")


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    scene = Scene(tmp_path)
    yield scene
    assert not scene.put_away()


def configure(scene: Scene, *places: tuple[StrictProvider, str]) -> None:
    """As a person would: the address of each server, the key in its variable, a limit of an answer."""
    lines = ["[model]", "max_tokens = 4096", "attempts = 1"]
    for provider, url in places:
        table = {"base_url": url, "api_key_env": KEY_VARIABLES[provider.name], **provider.table}
        lines += [f"[providers.{provider.name}]", *(f"{key} = {json.dumps(value)}" for key, value in table.items())]
        scene.environment[KEY_VARIABLES[provider.name]] = KEY
    scene.configure("\n".join((*lines, "")))


def turn(scene: Scene, provider: StrictProvider, server: StrictServer, *flags: str) -> None:
    """One prompt with three rounds of tools, answered in the end and never refused."""
    done = scene.run("-p", "read it all", "-y", "-m", f"{provider.name}/{provider.model}", *flags)
    assert (server.refused, done.returncode) == ([], 0), done.stderr
    assert done.stdout.strip() == STEPS[-1].text


@pytest.mark.parametrize("provider", PROVIDERS, ids=IDS)
def test_three_rounds_of_tools_and_a_continued_session_are_never_refused(
    scene: Scene, provider: StrictProvider
) -> None:
    with StrictServer(provider) as server:
        configure(scene, (provider, server.url))
        turn(scene, provider, server)
        turn(scene, provider, server, "--continue")
        assert len(server.requests) == 2 * len(STEPS)


@pytest.mark.parametrize("provider", PROVIDERS, ids=IDS)
def test_a_turn_that_a_limit_ended_goes_on_with_the_next_prompt(scene: Scene, provider: StrictProvider) -> None:
    """The calls of the last answer were run, and a prompt follows their results."""
    with StrictServer(provider) as server:
        configure(scene, (provider, server.url))
        flags = ("-y", "-m", f"{provider.name}/{provider.model}")
        ended = scene.run("-p", "read it all", "--max-turns", "2", *flags)
        assert (server.refused, ended.returncode) == ([], 3), ended.stderr
        turn(scene, provider, server, "--continue")


@pytest.mark.parametrize("provider", PROVIDERS, ids=IDS)
def test_calls_that_no_provider_would_take_back_never_end_a_session(scene: Scene, provider: StrictProvider) -> None:
    """Names that no tool has, arguments that are no object: the model is told, and the next request is taken."""
    with StrictServer(provider, ODD_STEPS) as server:
        configure(scene, (provider, server.url))
        turn(scene, provider, server)
        turn(scene, provider, server, "--continue")
        assert len(server.requests) == 2 * len(ODD_STEPS)


SLOW_ONCE = "test -e there || { touch there; sleep 77; }"
KILLED_STEPS = (Step("Hm.", "", (("run_command", {"command": SLOW_ONCE}),)), STEPS[-1])


@pytest.mark.parametrize("provider", PROVIDERS, ids=IDS)
def test_a_session_that_was_killed_inside_a_call_goes_on(scene: Scene, provider: StrictProvider) -> None:
    """Its call has no result, and a prompt follows."""
    with StrictServer(provider, KILLED_STEPS) as server:
        configure(scene, (provider, server.url))
        killed = scene.start("-p", "go", "-y", "-m", f"{provider.name}/{provider.model}")
        scene.wait_for_a_process("sleep 77")
        killed.kill()
        killed.wait(BOUND)
        scene.wait_until_nobody_is_left()
        turn(scene, provider, server, "--continue")
        assert len(server.requests) == 1 + len(KILLED_STEPS)


RING = [
    (first, second) for first, second in pairwise([*PROVIDERS, PROVIDERS[0]]) if first.name != second.name
]  # one provider has one table


@pytest.mark.parametrize(("first", "second"), RING, ids=[f"{one.name}-{two.name}" for one, two in RING])
def test_a_session_goes_on_with_another_provider_and_back(
    scene: Scene, first: StrictProvider, second: StrictProvider
) -> None:
    """What one provider wants back never reaches another one, and calls get the ids that it takes."""
    with StrictServer(first) as one, StrictServer(second) as other:
        configure(scene, (first, one.url), (second, other.url))
        turn(scene, first, one)
        turn(scene, second, other, "--continue")
        turn(scene, first, one, "--continue")


@pytest.mark.parametrize(
    ("place", "change", "reason"),
    [
        (0, {"stream": False}, "stream"),
        (0, {"messages": [{"role": "user", "content": "x"}]}, "roles"),
        (1, {"max_tokens": 5}, "Unsupported"),
        (4, {"stream_options": {}}, "Unsupported"),
        (11, {"max_tokens": None}, "max_tokens"),
        (11, {"messages": []}, "must end"),
        (12, {"input": [{"type": "function_call_output", "call_id": "x", "output": ""}]}, "No tool call"),
        (12, {"store": True}, "store"),
    ],
)
def test_a_broken_rule_is_refused_with_its_reason(place: int, change: Fields, reason: str) -> None:
    """The servers themselves can fail a request."""
    tool = {"type": "function", "function": {"name": "x", "parameters": {"type": "object"}}}
    conversation = [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}]
    bodies: list[Fields] = [
        {"model": "m", "stream": True, "messages": conversation, "tools": [tool]},
        {"model": "m", "stream": True, "messages": conversation[1:], "tools": [], "max_tokens": 9},
        {
            "model": "m",
            "stream": True,
            "store": False,
            "include": ["reasoning.encrypted_content"],
            "tools": [],
            "input": [],
        },
    ]
    kind = {11: 1, 12: 2}.get(place, 0)
    rules = [rule for rule in PROVIDERS[place].rules if "header" not in rule.__name__ and "with_" not in rule.__name__]
    request = StrictRequest(PATHS[kind], {}, {}, bodies[kind] | change)
    assert reason in (first_problem(rules, request, Issued()) or "")
