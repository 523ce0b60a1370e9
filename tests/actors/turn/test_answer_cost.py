"""What one answer costs, counted or not."""

from __future__ import annotations

import pytest

from actors.context.plan import ContextPlan, RequestOpening
from actors.ids import RequestId, TurnId
from actors.messages import ReceiveReply
from actors.transcript import AssistantMessage, Usage
from actors.turn.answer_cost import answer_cost
from actors.turn.state import TurnState
from config.model_facts import Prices
from config.settings import Limits

PRICES = Prices(1.0, 2.0, 0.1, 1.25)


def state(prices: Prices | None) -> TurnState:
    return TurnState(Limits(), context=ContextPlan(prices=prices, opening=RequestOpening(3_500)))


def reply(usage: Usage) -> ReceiveReply:
    return ReceiveReply(TurnId("t1"), RequestId("r1"), AssistantMessage.of("x" * 3_480), usage)


def test_what_was_counted_is_paid() -> None:
    assert answer_cost(state(PRICES), 9_999, reply(Usage(1_000_000, 500_000))) == pytest.approx(2.0)
    assert answer_cost(state(None), 9_999, reply(Usage(1_000_000, 500_000))) is None


def test_what_was_not_counted_is_estimated_from_its_size() -> None:
    assert answer_cost(state(PRICES), 3_500, reply(Usage())) == pytest.approx(2_000e-6 + 2 * 1_000e-6)
    assert answer_cost(state(None), 3_500, reply(Usage())) is None
