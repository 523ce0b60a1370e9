"""One fault of a plan, as a person writes it. What its values may mean together is `config.faults.fault_rules`'s."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

Probability = Annotated[float, Meta(gt=0, le=1)]
Seconds = Annotated[float, Meta(ge=-86_400, le=86_400)]
Count = Annotated[int, Meta(ge=1)]
Size = Annotated[int, Meta(ge=0)]


class KeyCheckedMeta(msgspec.StructMeta):
    """Where a key is written in Python that is not there, says which there are."""

    if not TYPE_CHECKING:  # a type checker knows the keys from the class

        def __call__(self, *values: object, **keys: object) -> object:
            """A new one."""
            try:
                return super().__call__(*values, **keys)
            except TypeError as problem:
                keys_of = ", ".join(field.name for field in msgspec.structs.fields(self))
                raise TypeError(f"{self.__name__}(…): {problem}. Its keys are: {keys_of}") from None


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, metaclass=KeyCheckedMeta):
    """One rule. Without `nth` and `probability` it strikes each time that it fits, up to `most`."""

    at: str
    kind: str
    on: str = ""
    """A message class; empty: every message."""
    nth: Count | None = None
    probability: Probability | None = None
    most: Count = 1
    seconds: Seconds | None = None
    size: Size | None = None
    """Messages, pieces, lines or bytes, whatever the kind counts. None, here and above: what is usual for the kind."""
