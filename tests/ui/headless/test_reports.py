"""The three output formats."""

from __future__ import annotations

import json

from actors.ids import PromptId, RequestId, SessionId, TurnId
from actors.messages import ReplyStreamed
from actors.records import TurnFinished, TurnOutcome
from actors.transcript import Usage
from config.settings import Settings
from ui.front_end import Opening
from ui.headless.reports import JsonReport, StreamJsonReport, TextReport, encode

OPENING = Opening(SessionId("s"), "/work", "p", "m", Settings(), "1.0")


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
