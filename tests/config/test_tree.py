"""Keys as a person writes them, and who set them."""

from __future__ import annotations

from config.tree import Layer, dotted


def test_a_name_that_needs_quotes_is_quoted() -> None:
    assert dotted("a", "b-c_1") == "a.b-c_1"
    assert dotted("a", "b.c") == 'a."b.c"'
    assert dotted("", "b") == "b"


def test_a_key_has_its_own_origin_or_that_of_its_layer() -> None:
    layer = Layer("the environment", {}, origins={"tools.head": "CALLBOARD_TOOLS__HEAD"})
    assert layer.origin_of("tools.head") == "CALLBOARD_TOOLS__HEAD"
    assert layer.origin_of("tools.tail") == "the environment"
