"""Stop reasons: every provider's word is one of a few, and a strange one is a plain end."""

from __future__ import annotations

from typing import get_args

import pytest

from actors.llm.stop_reasons import STOP_REASONS, stop_reason
from actors.transcript import StopReason


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("stop", "stop"),
        ("end_turn", "stop"),
        ("STOP", "stop"),
        ("eos", "stop"),
        ("", "stop"),
        ("tool_use", "tool_calls"),
        ("function_call", "tool_calls"),
        ("length", "length"),
        ("max_tokens", "length"),
        ("MAX_TOKENS", "length"),
        ("model_length", "length"),
        ("incomplete", "length"),
        ("content_filter", "filtered"),
        ("refusal", "filtered"),
        ("SAFETY", "filtered"),
        ("pause_turn", "paused"),
    ],
)
def test_a_word_of_any_provider_is_normalised(raw: str, reason: StopReason) -> None:
    assert stop_reason(raw) == reason


def test_no_server_can_say_that_we_interrupted_it() -> None:
    assert set(STOP_REASONS.values()) == set(get_args(StopReason)) - {"stop", "interrupted"}
