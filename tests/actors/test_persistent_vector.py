"""The persistent vector: a tuple that is cheap to go on with."""

from __future__ import annotations

import threading
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as some

from actors.persistent_vector import CHUNK, PersistentVector, vector_of

LENGTHS = some.integers(0, 3 * CHUNK + 2)


@given(LENGTHS, some.slices(3 * CHUNK))
def test_a_vector_is_read_like_a_tuple(length: int, part: slice) -> None:
    items = tuple(range(length))
    vector = vector_of(items)
    assert (len(vector), tuple(vector), tuple(reversed(vector))) == (length, items, items[::-1])
    assert vector[part] == items[part]
    assert vector == items
    assert repr(vector) == repr(items)
    assert hash(vector) == hash(items)


@given(LENGTHS, LENGTHS, some.integers(0, 5))
def test_the_first_items_go_on_with_others(length: int, count: int, more: int) -> None:
    items, others = tuple(range(length)), tuple(range(more))
    vector = vector_of(items)
    assert vector.first(count).append(*others) == items[:count] + others
    assert vector == items, "nothing was changed by it"


@given(LENGTHS)
def test_vectors_of_the_same_items_are_equal_however_they_came_to_be(length: int) -> None:
    grown = PersistentVector[int]()
    for item in range(length):
        grown = grown.append(item)
    assert grown == vector_of(range(length)) == vector_of(range(length + CHUNK)).first(length)
    assert grown != vector_of(range(length + 1))
    assert grown != (*range(length), None)
    assert grown != list(range(length))


@given(LENGTHS, some.integers(-4 * CHUNK, 4 * CHUNK))
def test_an_item_that_is_not_there_is_an_index_error(length: int, place: int) -> None:
    vector, items = vector_of(range(length)), tuple(range(length))
    if -length <= place < length:
        assert vector[place] == items[place]
    else:
        with pytest.raises(IndexError):
            vector[place]


def test_two_threads_that_go_on_from_one_vector_do_not_meet() -> None:
    begun: list[object] = list(range(CHUNK - 2))
    shared = vector_of(begun)
    made: dict[str, PersistentVector[object]] = {}

    def go_on(name: str) -> None:
        vector = shared
        for number in range(5 * CHUNK):
            vector = vector.append((name, number))
        made[name] = vector

    threads = [threading.Thread(target=go_on, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name in "ab":
        assert made[name][CHUNK - 2 :] == tuple((name, number) for number in range(5 * CHUNK))


@pytest.mark.alone
def test_appending_costs_the_same_at_any_length() -> None:
    def seconds(vector: PersistentVector[int]) -> float:
        best = float("inf")
        for _ in range(5):
            grown, start = vector, perf_counter()
            for item in range(2_000):
                grown = grown.append(item)
            best = min(best, perf_counter() - start)
        return best

    assert seconds(vector_of(range(200_000))) < 10 * seconds(vector_of(range(200)))
