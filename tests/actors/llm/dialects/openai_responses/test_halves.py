"""Texts that a server cut inside a character."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from actors.llm.dialects.openai_responses.halves import HalfPairs


def halves(text: str) -> str:
    """The text as UTF-16 has it: a character outside of the basic plane is two."""
    raw = text.encode("utf-16-le")
    return "".join(raw[place : place + 2].decode("utf-16-le", "surrogatepass") for place in range(0, len(raw), 2))


@given(st.text(), st.lists(st.integers(0, 50)))
def test_a_text_cut_anywhere_is_joined_again(text: str, cuts: list[int]) -> None:
    units, pairs, start, joined = halves(text), HalfPairs(), 0, ""
    for cut in [*sorted(cuts), len(units)]:
        joined += pairs.whole(units[start:cut])
        start = max(start, cut)
    assert joined + pairs.rest() == text


@given(st.text(st.characters(codec=None) | st.sampled_from("\ud800\udbff\udc00\udfff"), max_size=9))
def test_what_comes_out_can_always_be_encoded(text: str) -> None:
    pairs = HalfPairs()
    sound = "".join(map(pairs.whole, text)) + pairs.rest()
    assert sound.encode().decode() == sound


def test_a_lone_half_becomes_one_mark() -> None:
    pairs = HalfPairs()
    assert [pairs.whole("a\ud83d"), pairs.whole("b"), pairs.whole("\ude00"), pairs.rest()] == [
        "a",
        "\ufffdb",
        "\ufffd",
        "",
    ]
