"""Laying one layer over another."""

from __future__ import annotations

import pytest

from config.errors import ConfigError
from config.layer import check, leaves, merge, plant
from config.tree import Layer, Tree


def test_tables_are_merged_values_replaced_and_rules_joined() -> None:
    below: Tree = {"tools": {"head": 1, "tail": 2}, "policy": {"deny": ["a"], "mode": "plan"}}
    above: Tree = {"tools": {"head": 3}, "policy": {"deny": ["b"]}}
    assert merge(below, above) == {"tools": {"head": 3, "tail": 2}, "policy": {"deny": ["a", "b"], "mode": "plan"}}
    assert below["policy"] == {"deny": ["a"], "mode": "plan"}


def test_texts_of_the_environment_become_numbers_and_nothing_is_added() -> None:
    layer = Layer("environment", {"tools": {"head": "7"}, "interface": {"vim": "true"}}, lax=True)
    assert check(layer) == {"tools": {"head": 7}, "interface": {"vim": True}}


def test_a_text_in_a_file_is_no_number() -> None:
    with pytest.raises(ConfigError, match=r"tools\.head"):
        check(Layer("file", {"tools": {"head": "7"}}))


def test_the_leaves_are_named_by_their_dotted_keys() -> None:
    assert leaves({"a": {"b.c": 1}}) == {'a."b.c"': 1}


def test_a_value_is_planted_once_and_never_through_another_value() -> None:
    tree: dict[str, object] = {}
    assert plant(tree, ("a", "b"), 1)
    assert not plant(tree, ("a", "b"), 2)
    assert not plant(tree, ("a", "b", "c"), 3)
    assert tree == {"a": {"b": 1}}
