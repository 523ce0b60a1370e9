"""The limits that forbid another request to the model. Pure; asked by `actors.turn.state` before each one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actors.context.cost import dollars

if TYPE_CHECKING:
    from actors.context.plan import ContextPlan
    from actors.conversation import Conversation
    from actors.records import LimitKind
    from config.settings import Limits


def limit_reached(
    limits: Limits, context: ContextPlan, conversation: Conversation, steps: int
) -> tuple[str, LimitKind] | None:
    """Why no further request may be made, and which limit it is. `steps` counts the requests of the turn so far."""
    if limits.max_turns is not None and steps >= limits.max_turns:
        return f"The limit of {limits.max_turns} requests a turn is reached (--max-turns).", "turns"
    total = conversation.usage
    if limits.max_tokens is not None and total.input_tokens + total.output_tokens >= limits.max_tokens:
        return f"The limit of {limits.max_tokens} tokens a session is reached (--max-tokens).", "tokens"
    budget = limits.max_budget_usd
    if budget is not None and context.prices is None:
        reason = f"The budget of {dollars(budget)} cannot be kept: the prices of {context.model} are not known."
        return f"{reason} Go over to another model, or leave out --max-budget-usd.", "budget"
    if budget is not None and conversation.cost >= budget:
        spent = f"{dollars(conversation.cost)} of {dollars(budget)}"
        return f"The budget of the session is spent: {spent}. To go on, raise --max-budget-usd.", "budget"
    return None
