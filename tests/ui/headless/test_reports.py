"""The three output formats."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from actors.ids import PromptId, RequestId, SessionId, TurnId
from actors.messages import ReplyStreamed
from actors.records import TurnFinished, TurnOutcome
from actors.transcript import Usage
from config.settings import Settings
from ui.front_end import Opening
from ui.headless.reports import JsonReport, StreamJsonReport, TextReport, encode

OPENING = Opening(SessionId("s"), "/project", "p", "m", Settings(), "1.0")


def finished(text: str, outcome: TurnOutcome = "done") -> TurnFinished:
    return TurnFinished(TurnId("t"), PromptId("p"), outcome, text, Usage(), 1, 1.0)


def test_text_is_the_answer_with_one_newline_and_nothing_where_it_failed() -> None:
    report = TextReport(str.upper)
    assert report.opened() + report.heard(finished("yes"), 0) + report.heard(finished("no\n"), 0) == b"YES\nNO\n"
    assert report.heard(finished("reason", "failed"), 0) + report.heard(finished(""), 0) + report.closed() == b""


def test_json_is_one_object_for_the_last_prompt() -> None:
    report = JsonReport(OPENING)
    assert report.opened() + report.heard(finished("one"), 0) + report.heard(finished("two"), 0) == b""
    assert json.loads(report.closed())["result"] == "two"
    assert report.closed() == b"", "said once"
    assert JsonReport(OPENING).closed() == b""


def test_a_price_that_nobody_knows_is_not_called_nothing() -> None:
    report = JsonReport(OPENING)
    report.heard(finished("one"), 0)
    assert json.loads(report.closed())["total_cost_usd"] is None


def test_stream_json_gives_text_as_it_comes_only_when_asked() -> None:
    piece = ReplyStreamed(TurnId("t"), RequestId("r"), "x")
    assert StreamJsonReport(OPENING, partial=False).heard(piece, 0) == b""
    lines = StreamJsonReport(OPENING, partial=True).heard(piece, 0).splitlines()
    assert {json.loads(line)["type"] for line in lines} == {"stream_event"}


def test_text_that_is_not_unicode_is_written_all_the_same() -> None:
    value = {"a\udcff": ["\udcff", 1, None, True, {"b": "\udcff"}]}
    assert json.loads(encode(value)) == {"a?": ["?", 1, None, True, {"b": "?"}]}


ODD = st.sampled_from('ab\\"\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\ud83d\u00e2\u0080')


@given(st.text(ODD, max_size=20))
def test_a_line_is_one_line_for_every_reader_and_says_the_same(text: str) -> None:
    """codex#33617: in keys and values at any depth."""
    line = encode({text: [text, {"x": text}]}).decode()
    assert len(line.splitlines()) == 1
    sound = text.replace("\ud83d", "?")
    assert json.loads(line) == {sound: [sound, {"x": sound}]}


def test_every_field_of_every_format_is_one_line() -> None:
    odd = "a\u2028b\u2029c\x85d"
    opening = Opening(SessionId("s"), f"/project/{odd}", "p", odd, Settings(), "1.0")
    single, stream = JsonReport(opening), StreamJsonReport(opening, partial=True)
    single.heard(finished(odd), 0)
    streamed = ReplyStreamed(TurnId("t"), RequestId("r"), odd, odd)
    written = (stream.opened(), stream.heard(streamed, 0), stream.heard(finished(odd), 0), single.closed())
    for lines in written:
        assert lines.decode().splitlines() == lines.decode().removesuffix("\n").split("\n")
