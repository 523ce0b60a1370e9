"""The fields of messages as types, and any value of a type: what the tests of the vocabulary are made of."""

from __future__ import annotations

import inspect
import types
from typing import Any, ClassVar, Literal, NewType, Union, get_args, get_origin, get_type_hints

import msgspec
from hypothesis import strategies as some

from actors import context_messages, conversation, llm_streamer, messages, model_switch, pty_manager, records
from actors.calls import self_messages, service_command
from config.settings import PermissionMode
from tools import job

MODULES = (
    job,
    llm_streamer,
    model_switch,
    pty_manager,
    self_messages,
    service_command,
    records,
    context_messages,
    messages,
)
NAMES: dict[str, Any] = {name: value for module in MODULES for name, value in vars(module).items()} | {
    "Conversation": conversation.Conversation,
    "PermissionMode": PermissionMode,
}
"""What the annotations of messages name."""


TEXT = some.text(some.characters(codec="utf-8"))
SMALL = some.integers(-(2**53), 2**53)
for strategy_type, strategy in ((str, TEXT), (int, SMALL), (float, some.floats(allow_nan=False, allow_infinity=False))):
    some.register_type_strategy(strategy_type, strategy)


def hints(owner: type) -> dict[str, Any]:
    return {
        name: hint
        for name, hint in get_type_hints(owner, None, NAMES).items()
        if get_origin(hint) is not ClassVar and not name.startswith("__")
    }


def made(hint: Any) -> some.SearchStrategy[Any]:  # noqa: ANN401 - any annotation
    """Any value of this type."""
    if isinstance(hint, NewType):
        hint = hint.__supertype__
    origin = get_origin(hint)
    if origin is Literal:
        return some.sampled_from(get_args(hint))
    if origin is tuple:
        return some.lists(made(get_args(hint)[0]), max_size=3).map(tuple)
    if origin in (Union, types.UnionType):
        return some.one_of(*(made(part) for part in get_args(hint)))
    if inspect.isclass(hint) and issubclass(hint, msgspec.Struct):
        return some.builds(hint, **{name: made(part) for name, part in hints(hint).items()})
    return some.none() if hint is type(None) else some.from_type(hint)
