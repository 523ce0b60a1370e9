"""A sequence that never changes and is cheap to go on with: appending shares every earlier item.

Used by `actors.transcript` and `actors.conversation`, whose values grow by one item at a time for a whole session.
Items stand in chunks of equal length, so an append copies the last chunk and, once a chunk is full, the list of chunks:
a constant cost up to millions of items. Safe to share between threads, since nothing is ever written twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final, TypeVar, overload

ItemT_co = TypeVar("ItemT_co", covariant=True)
CHUNK = 128


class PersistentVector(Sequence[ItemT_co]):
    """Equal to a tuple of the same items; a slice of it is a tuple."""

    __slots__ = ("_full", "_tail")

    def __init__(self, full: tuple[tuple[ItemT_co, ...], ...] = (), tail: tuple[ItemT_co, ...] = ()) -> None:
        """`full` are chunks of `CHUNK` items each, `tail` the rest, shorter than one; `vector_of` makes one of any."""
        self._full: Final = full
        self._tail: Final = tail

    def append(self, *items: ItemT_co) -> PersistentVector[ItemT_co]:  # type: ignore[misc]  # nothing is changed by it
        """A vector that goes on with these items."""
        full, tail = self._full, self._tail + items
        while len(tail) >= CHUNK:
            full, tail = (*full, tail[:CHUNK]), tail[CHUNK:]
        return PersistentVector(full, tail)

    def first(self, count: int) -> PersistentVector[ItemT_co]:
        """A vector of the first items."""
        chunks, rest = divmod(min(count, len(self)), CHUNK)
        tail = self._full[chunks] if chunks < len(self._full) else self._tail
        return PersistentVector(self._full[:chunks], tail[:rest])

    def __len__(self) -> int:
        return len(self._full) * CHUNK + len(self._tail)

    @overload
    def __getitem__(self, place: int) -> ItemT_co: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[ItemT_co, ...]: ...
    def __getitem__(self, place: int | slice) -> ItemT_co | tuple[ItemT_co, ...]:
        if isinstance(place, slice):
            return self._part(place)
        index = place + len(self) if place < 0 else place
        if not 0 <= index < len(self):
            raise IndexError(f"there is no item {place} among {len(self)}")
        chunk, rest = divmod(index, CHUNK)
        return self._full[chunk][rest] if chunk < len(self._full) else self._tail[rest]

    def __iter__(self) -> Iterator[ItemT_co]:
        return chain(chain.from_iterable(self._full), self._tail)

    def __reversed__(self) -> Iterator[ItemT_co]:
        return chain(reversed(self._tail), chain.from_iterable(map(reversed, reversed(self._full))))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, PersistentVector):
            return (self._full, self._tail) == (other._full, other._tail)  # pyright: ignore[reportUnknownMemberType]
        return isinstance(other, tuple) and len(other) == len(self) and tuple(self) == other  # pyright: ignore[reportUnknownArgumentType]

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))

    def _part(self, place: slice) -> tuple[ItemT_co, ...]:
        start, stop, step = place.indices(len(self))
        if step != 1:
            return tuple(self)[place]
        if start >= stop:
            return ()
        chunk = start // CHUNK
        chunks = (*self._full[chunk : stop // CHUNK + 1], *((self._tail,) if stop > len(self._full) * CHUNK else ()))
        return tuple(chain.from_iterable(chunks))[start - chunk * CHUNK : stop - chunk * CHUNK]


def vector_of(items: Iterable[ItemT_co]) -> PersistentVector[ItemT_co]:
    """A vector of these items."""
    return PersistentVector[ItemT_co]().append(*items)
