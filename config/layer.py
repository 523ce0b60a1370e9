"""How a layer of configuration is checked, and laid over the layers below.

A layer is checked by itself before it is merged, so that an error names the file, variable or flag that is wrong.
Used by `config.load`; never reads files or the environment.
"""

from __future__ import annotations

from typing import cast

import msgspec

from config.errors import ConfigError
from config.permissions.policy import parse_rule
from config.settings import Settings
from config.tree import Layer, Tree, dotted

JOINED_KEYS = frozenset(("policy.allow", "policy.ask", "policy.deny", "tools.add_dirs"))
"""Lists to which a higher layer adds; it cannot take anything out of them."""
LIST_KEYS = JOINED_KEYS | {
    *("allowed_providers", "model.fallbacks", "tools.environment"),
    *("providers.NAME.api_key_command", "providers.NAME.headers_command", "providers.NAME.hosts"),
}
"""Keys whose values are lists; `NAME` stands for a name that the user chooses."""


def check(layer: Layer) -> Tree:
    """The layer's values in the types of the schema.

    Raises:
        ConfigError: an unknown key, a wrong type or value, a malformed rule.
    """
    try:
        settings = msgspec.convert(layer.values, Settings, strict=not layer.lax)
    except msgspec.ValidationError as problem:
        from config.explain import explain  # noqa: PLC0415 - only for who made a mistake

        raise explain(layer, str(problem)) from problem
    for key, rules in (("allow", settings.policy.allow), ("ask", settings.policy.ask), ("deny", settings.policy.deny)):
        for rule in rules:
            _check_rule(layer, f"policy.{key}", rule)
    for name, values in settings.profiles.items():
        if "profiles" in values:
            raise ConfigError(f"{layer.origin}: profiles.{name}.profiles: a profile cannot hold profiles; take it out")
        check(Layer(f"{layer.origin}: profile {name}", values))
    return _only_given(cast("Tree", msgspec.to_builtins(settings)), layer.values)


def merge(below: Tree, above: Tree, path: str = "") -> Tree:
    """Both as one; `above` wins, except that the lists of `JOINED_KEYS` grow."""
    merged = dict(below)
    for name, value in above.items():
        key = dotted(path, name)
        old = merged.get(name)
        if isinstance(old, dict) and isinstance(value, dict):
            merged[name] = merge(cast("Tree", old), cast("Tree", value), key)
        elif key in JOINED_KEYS and old is not None:
            merged[name] = [*cast("list[object]", old), *cast("list[object]", value)]
        else:
            merged[name] = value
    return merged


def leaves(values: Tree, path: str = "") -> dict[str, object]:
    """Each value that is no table, by its dotted key."""
    found: dict[str, object] = {}
    for name, value in values.items():
        key = dotted(path, name)
        if isinstance(value, dict):
            found.update(leaves(cast("Tree", value), key))
        else:
            found[key] = value
    return found


def plant(tree: Tree, path: tuple[str, ...], value: object) -> bool:
    """Set a value deep in a tree; False where something on the way is no table."""
    for name in path[:-1]:
        below = tree.setdefault(name, {})
        if not isinstance(below, dict):
            return False
        tree = cast("Tree", below)
    if path[-1] in tree:
        return False
    tree[path[-1]] = value
    return True


def _only_given(full: Tree, given: Tree) -> Tree:
    """Of the converted values those that the layer had, without the defaults that conversion added."""
    kept: Tree = {}
    for name, value in given.items():
        converted = full[name]
        if isinstance(value, dict) and isinstance(converted, dict):
            kept[name] = _only_given(cast("Tree", converted), cast("Tree", value))
        else:
            kept[name] = converted
    return kept


def _check_rule(layer: Layer, key: str, rule: str) -> None:
    try:
        parse_rule(rule)
    except ConfigError as problem:
        raise ConfigError(f"{layer.origin_of(key)}: {key}: {problem}") from problem
