"""Whatever a stream does, what was started is also stopped."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from actors.ids import RequestId, TurnId
from actors.messages import ReplyStreamed
from actors.transcript import Usage
from ui.headless.partial_message import PartialMessage

pieces = st.tuples(st.sampled_from(("", "text")), st.sampled_from(("", "why"))).filter(any)


@given(st.lists(st.one_of(pieces, st.just("end"))))
def test_blocks_and_messages_are_balanced(steps: list[tuple[str, str] | str]) -> None:
    partial = PartialMessage("model")
    events: list[dict[str, Any]] = []
    for step in [*steps, "end"]:
        if isinstance(step, str):
            events += partial.ended("stop", Usage())
        else:
            events += partial.streamed(ReplyStreamed(TurnId("t"), RequestId("r"), *step))
    kinds = [event["type"] for event in events]
    assert kinds.count("message_start") == kinds.count("message_stop") == kinds.count("message_delta")
    assert kinds.count("content_block_start") == kinds.count("content_block_stop")
    for before, after in pairwise(kinds):
        assert (before == "message_stop") == (after == "message_start")


def test_nothing_is_ended_that_was_not_begun() -> None:
    assert PartialMessage("model").ended("stop", Usage()) == []
