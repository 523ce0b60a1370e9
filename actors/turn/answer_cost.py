"""What one answer costs. Pure; used by the turn loop's rules for answers and for summaries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actors.context.accounting import said_size, tokens_of
from actors.context.cost import cost_of
from actors.transcript import Usage

if TYPE_CHECKING:
    from actors.messages import ReceiveReply
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
