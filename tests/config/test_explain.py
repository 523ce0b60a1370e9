"""What a refused value is told."""

from __future__ import annotations

from config.explain import explain
from config.tree import Layer


def test_the_exact_origin_of_the_wrong_key_is_named() -> None:
    layer = Layer("environment", {"tools": {"head": "x"}}, lax=True, origins={"tools.head": "environment VARIABLE"})
    assert (
        str(explain(layer, "refused"))
        == 'environment VARIABLE: tools.head: must be a whole number, at least 1, not "x"'
    )


def test_what_it_cannot_find_is_said_in_the_converters_own_words() -> None:
    assert str(explain(Layer("somewhere", {}), "refused for a reason")) == "somewhere: refused for a reason"


def test_a_long_value_is_cut() -> None:
    assert len(str(explain(Layer("file", {"tools": {"head": "x" * 1000}}), ""))) < 150
