"""Secrets in a stream: gone whatever the pieces, and nothing else is."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from tools.text.secret_filter import HIDDEN, ByteFilter, SecretFilter

ALPHABET = "ab"
SECRETS = st.lists(st.text(ALPHABET, min_size=1, max_size=5), max_size=3)


def filtered(secrets: list[str], pieces: list[str]) -> list[str]:
    stream = SecretFilter(secrets)
    return [*(stream.feed(piece) for piece in pieces), stream.finish()]


@given(SECRETS, st.lists(st.text(ALPHABET, max_size=6), max_size=8))
@example(["xab", "abc"], ["xab"])
@example(["aa"], ["aa", "aa"])
@example(["abcd", "abcdef"], ["abcd", "ef", "abcd"])
def test_no_secret_stands_in_what_comes_out(secrets: list[str], pieces: list[str]) -> None:
    out = "".join(filtered(secrets, pieces))
    for part in out.split(HIDDEN):
        assert not any(secret in part for secret in secrets)


@given(st.text(max_size=40), st.lists(st.integers(0, 40), max_size=6))
def test_the_pieces_do_not_matter(text: str, cuts: list[int]) -> None:
    secret = "hunter2!"  # noqa: S105 - the test's own
    whole = f"{text}{secret}{text}"
    edges = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]
    pieces = [whole[start:end] for start, end in pairwise(edges)]
    assert "".join(filtered([secret], pieces)) == whole.replace(secret, HIDDEN)


@given(st.lists(st.text(max_size=10)))
def test_without_secrets_each_piece_comes_out_as_it_is(pieces: list[str]) -> None:
    assert filtered([], pieces) == [*pieces, ""]


def test_only_what_could_become_a_secret_waits() -> None:
    stream = SecretFilter(["secret"])
    assert stream.feed("password: ") == "password: "
    assert stream.feed("se") == ""
    assert stream.feed("t") == "set"


@given(st.binary(max_size=30), st.integers(0, 60))
def test_bytes_that_are_no_text_pass(data: bytes, cut: int) -> None:
    stream = ByteFilter(("geheim-é",))
    whole = data + "geheim-é".encode() + data
    out = stream.feed(whole[:cut]) + stream.feed(whole[cut:]) + stream.finish()
    assert out == whole.replace("geheim-é".encode(), HIDDEN.encode())
