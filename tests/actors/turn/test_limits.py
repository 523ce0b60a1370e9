"""Limits are looked at before each request, the first of a turn and those inside it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from actors.conversation import fold
from actors.messages import ReceiveFailure, ReceiveReply, RequestReply
from actors.records import ConversationCompacted, ModelChanged, ReplyCompleted
from actors.transcript import AssistantMessage, Usage
from config.model_facts import ModelFacts, Prices
from config.settings import Limits
from tests.actors.context.long_talk import LongTalk, plan
from tests.actors.hand_loop import R1, T1, Loop, call

PRICES = Prices(1.0, 2.0, 0.1, 1.25)


def test_a_budget_ends_a_turn_between_its_steps() -> None:
    talk = LongTalk(1_000, context=replace(plan(), prices=PRICES), limits=Limits(max_budget_usd=0.1))
    talk.run()
    end = talk.loop.ended()
    assert (end.outcome, end.limit) == ("limit", "budget")
    spent = talk.loop.state.conversation.cost
    assert 0.1 <= spent < 0.14


def test_a_budget_that_is_spent_pays_for_no_further_request() -> None:
    talk = LongTalk(1_000, context=replace(plan(), prices=PRICES), limits=Limits(max_budget_usd=0.1))
    talk.run()
    asked = len(talk.requests)
    talk.run_on("go on")
    assert (talk.loop.ended().limit, len(talk.requests)) == ("budget", asked)


def test_an_answer_that_the_provider_did_not_count_is_paid_for_all_the_same() -> None:
    talk = LongTalk(1_000, context=replace(plan(), prices=PRICES), limits=Limits(max_budget_usd=0.05), counted=1e9)
    talk.uncounted = True
    talk.run()
    assert talk.loop.ended().limit == "budget"


def test_the_cost_of_summaries_is_counted() -> None:
    talk = LongTalk(120, context=replace(plan(), prices=PRICES))
    talk.run()
    costs = [r.cost for r in talk.loop.records if isinstance(r, ReplyCompleted | ConversationCompacted) and r.cost]
    assert any(isinstance(r, ConversationCompacted) and r.cost for r in talk.loop.records)
    assert talk.loop.state.conversation.cost == pytest.approx(sum(costs))


def test_tokens_of_a_session_that_are_used_up_pay_for_no_further_request() -> None:
    talk = LongTalk(1_000, limits=Limits(max_tokens=50_000))
    talk.run()
    assert talk.loop.ended().limit == "tokens"
    asked = len(talk.requests)
    talk.run_on("go on")
    assert (talk.loop.ended().limit, len(talk.requests)) == ("tokens", asked)


def test_the_requests_of_one_turn_are_limited_for_each_turn_anew() -> None:
    talk = LongTalk(1_000, limits=Limits(max_turns=3))
    for _ in range(2):
        talk.run_on("go") if talk.requests else talk.run("go")
        assert (talk.loop.ended().limit, talk.loop.ended().steps) == ("turns", 3)


def test_a_budget_that_cannot_be_kept_pays_for_nothing() -> None:
    """The model was changed for one of unknown price."""
    talk = LongTalk(3, context=replace(plan(), prices=PRICES), limits=Limits(max_budget_usd=1.0))
    talk.run()
    asked = len(talk.requests)
    changed = ModelChanged("p/other", "p", "other", ModelFacts(8_000, window_assumed=False))
    talk.loop.records.append(changed)
    talk.loop.tell(changed)
    talk.run_on("go on")
    assert (talk.loop.ended().limit, len(talk.requests)) == ("budget", asked)
    assert "other" in talk.loop.ended().text


def test_a_turn_keeps_its_window_and_the_next_one_has_that_of_the_new_model() -> None:
    talk = LongTalk(3)
    talk.run()
    changed = ModelChanged("p/other", "p", "other", ModelFacts(9_000, window_assumed=False, prices=PRICES))
    talk.loop.records.append(changed)
    talk.loop.tell(changed)
    assert talk.loop.state.context.window == 32_000
    talk.run_on("go on")
    assert talk.loop.state.context.window == 9_000
    assert talk.loop.state.conversation.cost > 0
    assert fold(talk.loop.records) == talk.loop.state.conversation


def test_a_fallback_is_paid_at_its_own_prices_and_has_its_own_window_until_the_turn_ends() -> None:
    loop = Loop(context=replace(plan(), prices=PRICES))
    loop.recover()
    loop.prompt()
    facts = ModelFacts(9_000, window_assumed=False, prices=Prices(10.0, 20.0, 1.0, 12.5))
    reply = ReceiveReply(T1, R1, AssistantMessage.of("done"), Usage(0, 500_000), model="other", facts=facts)
    loop.tell(replace(reply, message=AssistantMessage.of("I look.", calls=(call(),))))
    assert loop.state.conversation.cost == pytest.approx(10.0)
    assert (loop.state.context.model, loop.state.context.window) == ("other", 9_000)
    loop.answer("t1-r1-c1")
    loop.reply()
    loop.prompt("more")
    assert (loop.state.context.model, loop.state.context.window) == ("model", 32_000)
    assert loop.state.context.prices == PRICES


def test_what_failed_requests_used_counts_against_the_limits_and_calibrates_nothing() -> None:
    loop = Loop(Limits(max_budget_usd=0.5), context=replace(plan(), prices=PRICES))
    loop.recover()
    loop.prompt()
    loop.tell(ReceiveFailure(T1, R1, "empty", "nothing came", "", Usage(600_000)))
    assert loop.ended().outcome == "unavailable"
    conversation = loop.state.conversation
    assert (conversation.cost, conversation.usage.input_tokens, conversation.counted) == (0.6, 600_000, None)
    assert fold(loop.records) == conversation
    loop.prompt("again")
    assert loop.ended().limit == "budget"


def test_what_a_request_used_that_was_refused_as_too_long_is_paid_for() -> None:
    talk = LongTalk(12, context=replace(plan(), prices=PRICES))
    talk.run()
    before = talk.loop.state.conversation.cost
    refusal = iter([True])

    def refusing(request: RequestReply) -> ReceiveReply | ReceiveFailure:
        if next(refusal, False):
            return ReceiveFailure(request.turn, request.request, "context_exceeded", "too long", "", Usage(1_000_000))
        return talk.answer(request)

    talk.answering = refusing
    talk.run_on("go on")
    assert talk.loop.ended().outcome == "done"
    assert talk.loop.state.conversation.cost > before + 1.0
    assert fold(talk.loop.records) == talk.loop.state.conversation


def test_a_request_that_is_refused_and_cannot_be_shorter_ends_the_turn_in_the_words_of_the_provider() -> None:
    """Ours would say that a window is full which is not."""
    loop = Loop()
    loop.recover()
    loop.prompt()
    loop.failure("context_exceeded")
    end = loop.ended()
    assert (end.outcome, end.limit) == ("limit", "context")
    assert end.text.startswith("it was context_exceeded: the request has about ")
    assert "larger window" in end.text
    assert "is full" not in end.text
