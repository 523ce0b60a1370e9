"""The last word on a request that has failed for good."""

from __future__ import annotations

import pytest

from actors.llm.port import Failed, FailureKind
from actors.llm.retries.final_reason import closed, final_reason


@pytest.mark.parametrize("kind", ["cut", "empty", "overloaded"])
@pytest.mark.parametrize(
    ("text", "attempts", "shown"),
    [
        ("It broke off.", 1, "It broke off. Try again later, or choose another model."),
        ("status 529: busy", 1, "status 529: busy. Try again later, or choose another model."),
        ("It broke off.", 5, "It broke off. (5 attempts) Try again later, or choose another model."),
    ],
)
def test_a_reason_that_is_the_servers_alone_says_what_to_do_next(
    kind: FailureKind, text: str, attempts: int, shown: str
) -> None:
    assert final_reason(Failed(kind, text, retryable=True), attempts) == shown


def test_a_reason_with_advice_of_its_own_gets_no_other() -> None:
    assert final_reason(Failed("rejected", "Set KEY."), 1) == "Set KEY."
    assert final_reason(Failed("unreachable", "Nothing listens."), 2) == "Nothing listens. (2 attempts)"


def test_a_sentence_can_follow_whatever_the_reason_ends_with() -> None:
    assert [closed(text) for text in ("a", "a. ", "a?", "")] == ["a.", "a.", "a?", "."]
