"""The promises in words."""

from __future__ import annotations

from actors.drill.judging.evidence import Violation
from actors.drill.judging.promises import PROMISES, in_words


def test_there_are_ten_of_them() -> None:
    assert list(PROMISES) == [f"I{number}" for number in range(1, 11)]


def test_a_broken_one_is_said_with_what_it_promises() -> None:
    said = in_words(Violation("I7", "prompt p1 never ended", 0, 30))
    assert said.startswith("I7 broken (every prompt is answered")
    assert said.endswith("prompt p1 never ended")
