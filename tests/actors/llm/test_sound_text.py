"""Half surrogate pairs are joined or replaced, wherever a server cuts them."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.llm.dialects.openai_chat.reply import ReplyDecoder
from actors.llm.port import Failed, Finished
from actors.llm.sound_text import SoundDecoder, decode_leniently, sound, sound_json
from tests.actors.llm.hearing import DONE, STOP, event, text_event

FACE = "😀"
HALVES = ("\ud83d", "\ude00")


def answer(*events: bytes) -> tuple[str, str, Finished]:
    decoder = SoundDecoder(ReplyDecoder(set()))
    pieces = [piece for data in events for piece in decoder.feed(data)]
    final = decoder.close()
    assert isinstance(final, Finished), final
    return "".join(piece.text for piece in pieces), "".join(piece.reasoning for piece in pieces), final


@pytest.mark.parametrize("field", ["content", "reasoning_content"])
def test_halves_are_joined_over_events(field: str) -> None:
    text, reasoning, final = answer(*(event({field: f"a{half}b"[::1]}) for half in HALVES), text_event("!"), STOP, DONE)
    assert (text + reasoning).count("\ufffd") == 2, "b stands between them"
    text, reasoning, final = answer(
        event({field: f"a{HALVES[0]}"}), event({field: f"{HALVES[1]}b"}), text_event("!"), STOP
    )
    assert reasoning + text == final.message.reasoning + final.message.text == f"a{FACE}b!"


@pytest.mark.parametrize("half", HALVES)
def test_a_lone_half_is_replaced(half: str) -> None:
    text, _, final = answer(text_event(f"a{half}"), STOP, DONE)
    assert text == final.message.text == "a\ufffd"
    text, reasoning, final = answer(event({"reasoning": f"a{half}"}), text_event("b"), STOP, DONE)
    assert (reasoning, text) == (final.message.reasoning, final.message.text) == ("a\ufffd", "b")


def test_halves_in_arguments_are_joined_or_replaced() -> None:
    def fragment(text: str) -> bytes:
        return event({"tool_calls": [{"index": 0, "id": "c", "function": {"name": "f", "arguments": text}}]})

    _, _, final = answer(fragment('{"a": "' + HALVES[0]), fragment(HALVES[1] + '\\ud83d"}'), event({}, "tool_calls"))
    assert json.loads(final.message.calls[0].arguments) == {"a": f"{FACE}\ufffd"}


def test_a_half_in_an_error_loses_nothing_else() -> None:
    decoder = SoundDecoder(ReplyDecoder(set()))
    decoder.feed(b'data: {"error": {"message": "too many \\ud83d", "code": 429}}\n\n')
    final = decoder.close()
    assert isinstance(final, Failed)
    assert (final.kind, final.retryable) == ("overloaded", True)
    assert "too many" in final.text


@given(st.lists(st.text(alphabet=st.sampled_from(["a", *HALVES, FACE, "é"]), max_size=4), max_size=8))
def test_whatever_halves_come_pieces_and_message_agree_and_can_be_written(texts: list[str]) -> None:
    text, _, final = answer(*(text_event(part) for part in texts), STOP, DONE)
    assert text == final.message.text == sound("".join(texts))
    msgspec.json.encode(final.message)


def test_bytes_that_are_no_utf8_are_replaced() -> None:
    broken = text_event("a@b").replace(b"@", b"\xff")
    assert answer(broken, STOP, DONE)[0] == "a\ufffdb"


def test_sound_text_is_the_same_object() -> None:
    text = f"a{FACE}"
    assert sound(text) is text


def test_escapes_in_json_are_told_from_escaped_backslashes() -> None:
    assert sound_json('{"a": "\\ud83d\\ude00 \\\\ud83d"}') == '{"a": "\\ud83d\\ude00 \\\\ud83d"}'
    assert sound_json('{"a": "\\ude00\\ud83d"}') == '{"a": "\\ufffd\\ufffd"}'


@pytest.mark.parametrize("data", [b"{", b"\xff", b"[1]", b'{"a": ' + b"9" * 10_000 + b"}"])
def test_what_is_no_json_of_that_shape_raises(data: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_leniently(data, dict[str, int])
