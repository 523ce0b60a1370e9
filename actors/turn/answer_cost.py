"""What one answer costs. Pure; used by the turn loop's rules for answers and for summaries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actors.context.accounting import said_size, tokens_of
from actors.context.cost import cost_of
from actors.records import ReplyCompleted
from actors.transcript import NOTHING_USED, AssistantMessage, Usage

if TYPE_CHECKING:
    from actors.messages import ReceiveFailure, ReceiveReply
    from actors.turn.state import TurnState


def answer_cost(state: TurnState, asked: int, message: ReceiveReply) -> float | None:
    """USD; None if the prices are not known. `asked` is the size of the request's transcript in bytes.

    Where the provider counted nothing the tokens are estimated, so that a budget holds there, too.
    """
    usage, context = message.usage, state.context
    if not usage.input_tokens and not usage.output_tokens and context.prices is not None:
        size = context.opening.size + asked
        answered = tokens_of(said_size(message.message), state.conversation, context)
        usage = Usage(tokens_of(size, state.conversation, context), answered)
    return cost_of(usage, context.prices)


def interrupted_reply(state: TurnState, failure: ReceiveFailure, shown: str) -> ReplyCompleted:
    """What is kept of a request that failed: the text that was shown of it, and what it cost."""
    message = AssistantMessage.of(shown).interrupt(failure.kind)
    usage = failure.usage
    cost = cost_of(usage, state.context.prices) if usage != NOTHING_USED else None
    return ReplyCompleted(failure.turn, failure.request, message, usage, cost)
