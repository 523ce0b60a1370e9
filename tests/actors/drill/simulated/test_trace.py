"""The trace: everything in order, and a digest that pins it."""

from __future__ import annotations

from actors.drill.simulated.trace import SentMessage, TakenMessage, Trace
from actors.messages import NoticeRaised
from actors.runtime.envelope import Envelope


def envelope(text: str, number: int = 1) -> Envelope:
    return Envelope(NoticeRaised("info", text), "journal", number)


def test_what_is_sent_and_taken_is_kept_in_order() -> None:
    trace = Trace()
    first = envelope("a")
    trace.note_sent(1, 0.5, first, ("ui",))
    trace.note_taken(2, 0.75, "ui", first)
    assert [type(entry) for entry in trace.entries] == [SentMessage, TakenMessage]
    (sent,) = trace.sent()
    assert (sent.step, sent.at, sent.receivers, sent.message) == (1, 0.5, ("ui",), NoticeRaised("info", "a"))
    assert trace.seals is None


def test_a_sealed_trace_keeps_the_text_of_each_message() -> None:
    trace = Trace(sealed=True)
    trace.note_sent(1, 0.0, envelope("a"), ())
    assert trace.seals == ["NoticeRaised(level='info', text='a')"]


def test_the_digest_changes_with_everything_but_the_number_of_the_envelope() -> None:
    def digest(step: int = 1, at: float = 0.0, text: str = "a", receiver: str = "ui", number: int = 1) -> str:
        trace = Trace()
        trace.note_sent(step, at, envelope(text, number), (receiver,))
        trace.note_taken(step, at, receiver, envelope(text, number))
        return trace.digest()

    assert digest() == digest(number=7)
    others = {digest(step=2), digest(at=1.0), digest(text="b"), digest(receiver="journal")}
    assert len({digest(), *others}) == 5
