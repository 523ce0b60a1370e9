"""The strict servers as data: one entry a provider, with its rules, its accent and how the program is told of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tests.servers.strict_chat import (
    CHAT_RULES,
    Accent,
    call_fields,
    chat_answer,
    comes_back,
    content_beside_calls,
    ids_are_those_given,
    ids_match,
    message_fields,
    refuses,
    signatures_come_back,
    wants,
)
from tests.servers.strict_exchange import Issued, Rule, StrictRequest, at_path, with_header, with_query
from tests.servers.strict_messages import MESSAGES_RULES, messages_answer
from tests.servers.strict_responses import RESPONSES_RULES, responses_answer

Answer = Callable[[StrictRequest, Issued], Iterator[bytes]]
KEY = "k-0123456789abcdef"
BEARER = with_header("authorization", f"Bearer {KEY}")
CHAT_PATH = at_path("/v1/chat/completions")


@dataclass(frozen=True)
class StrictProvider:
    """A provider. `table` is laid over the program's built-in entry of this name; `root` follows the address."""

    name: str
    model: str
    rules: tuple[Rule, ...]
    answer: Answer
    root: str = "/v1"
    table: Mapping[str, Any] = field(default_factory=dict)


def chat(name: str, model: str, *rules: Rule, accent: Accent = Accent(), **fields: Any) -> StrictProvider:
    """A provider that speaks chat completions."""
    place = () if "root" in fields else (CHAT_PATH, BEARER)
    return StrictProvider(name, model, (*CHAT_RULES, *place, *rules), partial(chat_answer, accent=accent), **fields)


def alphanumeric(number: int, name: str) -> str:
    """Nine characters, as Mistral wants them."""
    return f"{name[:3].title()}x{number:05d}"


PROVIDERS = (
    chat("openai", "gpt-4.1", message_fields(), call_fields(), wants("max_tokens"), content_beside_calls("null", "empty", "absent")),
    chat("openai", "o4-mini", message_fields(), call_fields(), refuses("max_tokens", "temperature"), wants("max_completion_tokens")),
    chat("openai", "openai/gpt-5-mini", message_fields(), refuses("max_tokens"), wants("max_completion_tokens")),
    chat("azure", "my-deployment", message_fields(), refuses("max_tokens"), wants("max_completion_tokens"),
         at_path("/openai/deployments/my-deployment/chat/completions"), with_query("api-version", "2024-10-21"),
         with_header("api-key", KEY), root="/openai/deployments/my-deployment?api-version=2024-10-21"),
    chat("mistral", "mistral-medium-latest", message_fields(), call_fields("index"), refuses("stream_options", "max_completion_tokens"),
         ids_match("[a-zA-Z0-9]{9}"), accent=Accent(alphanumeric)),
    chat("moonshot", "kimi-k3", ids_are_those_given, ids_match(r"functions\.[a-z_]+:\d+"), comes_back("reasoning_content"), refuses("max_completion_tokens"),
         accent=Accent(lambda number, name: f"functions.{name}:{number}", "reasoning_content")),
    chat("deepseek", "deepseek-v4-pro", message_fields("reasoning_content"),
        ids_are_those_given, comes_back("reasoning_content"),
         refuses("max_completion_tokens"), accent=Accent(reasoning="reasoning_content")),
    chat("gemini", "gemini-3-pro", signatures_come_back, message_fields("extra_content"), call_fields("extra_content"),
         accent=Accent(lambda number, name: f"function-call-{number}", signed=True)),
    chat("openrouter", "anthropic/claude-sonnet-5", comes_back("reasoning_details"),
         message_fields("reasoning", "reasoning_details", "reasoning_content"), accent=Accent(reasoning="reasoning_details")),
    chat("bedrock", "claude-on-bedrock", content_beside_calls("null", "absent"), message_fields()),
    chat("ollama", "qwen3", content_beside_calls("empty", "absent"), refuses("max_completion_tokens")),
    StrictProvider("anthropic", "claude-sonnet-5", (
        at_path("/v1/messages"), with_header("x-api-key", KEY), with_header("anthropic-version", "2023-06-01"),
        with_header("content-type", "application/json"), *MESSAGES_RULES), messages_answer, root=""),
    StrictProvider("openai", "gpt-5", (at_path("/v1/responses"), BEARER, wants("max_output_tokens"), *RESPONSES_RULES),
                   responses_answer, table={"dialect": "openai_responses"}),
)  # fmt: skip
