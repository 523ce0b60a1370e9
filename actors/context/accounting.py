"""How many tokens the next request has, before a provider has counted them, and what they are spent on.

Bytes are known exactly (`actors.message_size`); what a token is, only the model's provider knows. Each answer tells:
`Counted` is the last request's size and its count, kept by the conversation's fold, and their ratio calibrates the
estimate for what follows. Until then a usual ratio is taken. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from actors.context.facts import calls_of, path_of
from actors.transcript import AssistantMessage, ToolMessage, message_size

if TYPE_CHECKING:
    from actors.blocks import ToolCall
    from actors.context.plan import ContextPlan
    from actors.conversation import Conversation

BYTES_A_TOKEN = 3.5
"""Of source code and English prose in today's vocabularies."""
LEAST_RATIO, MOST_RATIO = 0.5, 3.0
"""A count below is not of the whole request (some servers leave cached tokens out, or report noise) and tells nothing;
one above is taken as the bound."""


class ContextShares(Struct, frozen=True):
    """Tokens of the next request by kind, estimated; and the window they must fit into."""

    system: int
    tools: int
    files: int
    """What was read of files."""
    talk: int
    """Prompts, answers, calls and summaries."""
    results: int
    """Of other tools."""
    reserve: int
    window: int
    assumed: bool
    limit: int

    @property
    def used(self) -> int:
        """The whole request."""
        return self.system + self.tools + self.files + self.talk + self.results


def ratio(conversation: Conversation, plan: ContextPlan) -> float:
    """Tokens by the provider's count for each token by ours."""
    counted = conversation.counted
    if counted is None:
        return 1.0
    ours = (plan.opening.size + counted.size) / BYTES_A_TOKEN
    found = counted.tokens / ours if ours else 1.0
    return min(MOST_RATIO, found) if found >= LEAST_RATIO else 1.0


def tokens_of(size: int, conversation: Conversation, plan: ContextPlan) -> int:
    """Tokens of so many bytes, as this conversation's provider counts."""
    return round(size / BYTES_A_TOKEN * ratio(conversation, plan))


def bytes_of(tokens: float, conversation: Conversation, plan: ContextPlan) -> int:
    """The opposite of `tokens_of`."""
    return int(tokens * BYTES_A_TOKEN / ratio(conversation, plan))


def estimate(conversation: Conversation, plan: ContextPlan) -> int:
    """Tokens of a request with the conversation as it stands."""
    return tokens_of(plan.opening.size + conversation.transcript.size, conversation, plan)


def limit(conversation: Conversation, plan: ContextPlan) -> int:
    """Tokens at which the conversation is compacted: a request that was refused as too long lowers it."""
    refused = int(conversation.refused * plan.settings.threshold)
    return min(plan.limit, refused) if refused else plan.limit


def shares(conversation: Conversation, plan: ContextPlan) -> ContextShares:
    """What the next request is made of."""
    messages = tuple(conversation.transcript.messages)
    calls = calls_of(messages)
    sizes = {"files": 0, "talk": 0, "results": 0}
    for message in messages:
        kind = "talk"
        if isinstance(message, ToolMessage):
            kind = "files" if _is_read(message, calls.get(message.call)) else "results"
        sizes[kind] += message_size(message)
    told = {kind: tokens_of(size, conversation, plan) for kind, size in sizes.items()}
    return ContextShares(
        system=tokens_of(plan.opening.system, conversation, plan),
        tools=tokens_of(plan.opening.tools, conversation, plan),
        reserve=plan.reserve,
        window=plan.window,
        assumed=plan.assumed,
        limit=limit(conversation, plan),
        **told,
    )


def said_size(message: AssistantMessage) -> int:
    """Bytes of an answer, reasoning included: for an answer whose tokens the provider did not count."""
    return message_size(message) + len(message.reasoning)


def _is_read(message: ToolMessage, call: ToolCall | None) -> bool:
    result = message.result
    return call is not None and result.exit_code is None and not result.modified and bool(path_of(call))
