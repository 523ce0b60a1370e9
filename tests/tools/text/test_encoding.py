"""Bytes to text and exactly back."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.text.encoding import (
    BROKEN_UTF_8,
    LATIN_1,
    UTF_8,
    WINDOWS_1252,
    TextForm,
    decode,
    detect,
    encode,
    line_end,
    with_line_ends,
)
from tools.tool import ToolError


@given(st.binary(max_size=200))
def test_decoding_and_encoding_give_the_same_bytes_back_whatever_they_are(data: bytes) -> None:
    form = detect(data)
    if form is None:
        return
    try:
        text = decode(data, form)
    except ToolError:
        assert form.codec.startswith(("utf-16", "utf-32"))
        return
    assert encode(text, form) == data


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_valid_utf_8_is_seen_as_such(text: str) -> None:
    data = text.encode()
    if not data.startswith(codecs.BOM_UTF8):
        assert detect(data) == UTF_8


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_tells_the_encoding_and_is_kept(codec: str) -> None:
    data = "naïve ☎\r\n".encode(codec)
    form = detect(data)
    assert form is not None
    assert form.note.startswith(codec.upper()[:5])
    assert decode(data, form) == "naïve ☎\r\n"
    assert encode("naïve ☎\r\n", form) == data


def test_big_endian_marks_are_known_too() -> None:
    data = codecs.BOM_UTF16_BE + "hé".encode("utf-16-be")
    form = detect(data)
    assert form is not None
    assert decode(data, form) == "hé"


def test_a_nul_or_many_control_characters_mean_binary() -> None:
    assert detect(b"text\0text") is None
    assert detect(bytes(range(1, 9)) * 10) is None


def test_colours_and_form_feeds_are_text() -> None:
    assert detect(b"\x1b[31mred\x1b[0m\x0c\n") == UTF_8


def test_old_western_text_is_latin_1() -> None:
    assert detect("Grüße aus Köln".encode("latin-1")) == LATIN_1


def test_a_few_broken_bytes_among_good_utf_8_leave_it_utf_8() -> None:
    data = "Grüße aus Köln".encode() + b" \xff"
    assert detect(data) == BROKEN_UTF_8
    assert encode(decode(data, BROKEN_UTF_8), BROKEN_UTF_8) == data


def test_a_character_cut_by_the_end_of_a_sample_is_no_error() -> None:
    data = "a☎".encode()[:-1]
    assert detect(data, whole=False) == UTF_8
    assert detect(data) == WINDOWS_1252


def test_half_a_character_after_a_mark_is_an_error_that_says_so() -> None:
    data = codecs.BOM_UTF16_LE + b"a\0b"
    form = detect(data)
    assert form is not None
    with pytest.raises(ToolError, match="byte 4 is not"):
        decode(data, form)


def test_a_character_that_the_encoding_lacks_is_named() -> None:
    with pytest.raises(ToolError, match="'☎' does not exist"):
        encode("call ☎", LATIN_1)


def test_the_line_end_of_most_lines_counts() -> None:
    assert line_end("a\r\nb\r\nc\n") == "\r\n"
    assert line_end("a\r\nb\nc\n") == "\n"
    assert line_end("") == "\n"


def test_line_ends_are_changed_and_lone_carriage_returns_kept() -> None:
    assert with_line_ends("a\nb\r\nc\rd", "\r\n") == "a\r\nb\r\nc\rd"
    assert with_line_ends("a\nb\r\nc\rd", "\n") == "a\nb\nc\rd"


def test_bytes_that_only_windows_1252_has_say_so() -> None:
    assert detect("“quoted” – 5 €".encode("cp1252")) == WINDOWS_1252
    assert detect("grün".encode("cp1252")) == LATIN_1
    assert detect(b"gr\xfcn \x93 \x81") == LATIN_1
    for data in ("“a”\n".encode("cp1252"), bytes({*range(9, 14), *range(32, 127), *range(128, 256)})):
        form = detect(data)
        assert form is not None
        assert encode(decode(data, form), form) == data


@pytest.mark.parametrize("form", [UTF_8, BROKEN_UTF_8, LATIN_1, WINDOWS_1252])
def test_a_lone_surrogate_is_called_that(form: TextForm) -> None:
    with pytest.raises(ToolError, match="lone surrogate, U\\+D83D"):
        encode("a\ud83d", form)
