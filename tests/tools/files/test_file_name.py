"""Names as they are shown, found by their looks, and told apart."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.files.file_name import difference, folded, meant, near, same_letters, shown

NAMES = st.binary(min_size=1, max_size=20).map(lambda data: os.fsdecode(data.replace(b"\0", b"_").replace(b"/", b"_")))
BROKEN = os.fsdecode(b"caf\xe9.txt")


@given(NAMES)
def test_any_name_is_one_line_of_text_that_utf_8_can_carry_and_is_found_by_it(name: str) -> None:
    text = shown(name)
    assert len(text.splitlines()) == 1
    assert text.encode().decode() == text
    assert name in meant(text, [name, "other"]) or text == name


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("caf\u00e9", "cafe\u0301"),
        ("a b", "a\u00a0b"),
        ("10.30 AM", "10.30\u202fAM"),
        ("don't", "don\u2019t"),
        ('"x"', "\u201cx\u201d"),
        ("\u2018x\u2019", "'x'"),
        ("fi", "\ufb01"),
        ("don't", "don\u02bct"),
        ("it`s", "it's"),
        ("caf\\xe9.txt", BROKEN),
        ("caf\\351.txt", BROKEN),
        ("caf\ufffd.txt", BROKEN),
        ("caf\u00e9.txt", BROKEN),
        ("a\\nb", "a\nb"),
    ],
)
def test_a_name_that_looks_the_same_is_meant(asked: str, name: str) -> None:
    assert meant(asked, ["other", name, "another"]) == (name,)


def test_the_surest_kind_of_likeness_wins() -> None:
    assert meant("\u00e9 1", ["e\u0301 1", "\u00e9\u00a01"]) == ("e\u0301 1",)
    assert meant("don't", ["don\u2019t", "don\u02bct"]) == ("don\u2019t", "don\u02bct")


@pytest.mark.parametrize(
    ("asked", "name"), [("a-b", "a\u2013b"), ("A", "a"), ("ab", "a\u200bb"), ("ab", "a b"), ("e", "é")]
)
def test_what_is_only_easily_overlooked_is_near_and_not_meant(asked: str, name: str) -> None:
    assert meant(asked, [name]) == ()
    assert near(asked, [name, "other"]) == (name,)


@given(st.text(max_size=10))
def test_folding_twice_changes_nothing(name: str) -> None:
    assert folded(folded(name)) == folded(name)


@pytest.mark.parametrize(
    ("asked", "name", "words"),
    [
        ("don't", "don\u2019t", "it has U+2019 RIGHT SINGLE QUOTATION MARK where U+0027 APOSTROPHE was asked for"),
        ("a b", "a\u00a0b", "it has U+00A0 NO-BREAK SPACE where U+0020 SPACE was asked for"),
        ("\u00e9", "e\u0301", "the same letters"),
        ("A", "a", "capital and small letters differ"),
        ("a", "a\u200b", "it has U+200B ZERO WIDTH SPACE where its end was asked for"),
        ("café.txt", BROKEN, "it is not UTF-8"),
        ("a", "a", "they are the same"),
    ],
)
def test_two_names_are_told_apart_in_words(asked: str, name: str, words: str) -> None:
    assert words in difference(asked, name)


def test_the_same_letters_are_the_same_however_they_are_composed() -> None:
    assert same_letters("\u00e9", "e\u0301")
    assert not same_letters("'", "\u2019")
