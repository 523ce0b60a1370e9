"""What a model repeats of a key does not get into the conversation."""

from __future__ import annotations

from actors.blocks import ToolCall
from actors.ids import CallId
from actors.llm.port import Failed, Finished, Listener, ModelCall, ModelSignal, Piece
from actors.llm.redacted import RedactedModel
from actors.transcript import AssistantMessage, Transcript, Usage
from config.secrets import Redactor

KEY = "sk-abc-123456"


class Said:
    """A port that says what it was given, and remembers what it was told."""

    def __init__(self, *signals: ModelSignal) -> None:
        self._signals = signals
        self.told: list[str] = []

    def start(self, request: str, call: ModelCall, listener: Listener) -> None:
        self.told.append(f"start {request} {call.model}")
        for signal in self._signals:
            listener(signal)

    def cancel(self, request: str) -> None:
        self.told.append(f"cancel {request}")

    def close(self) -> None:
        self.told.append("close")


def heard(*signals: ModelSignal) -> list[ModelSignal]:
    found: list[ModelSignal] = []
    model = RedactedModel(Said(*signals), (KEY,), Redactor((KEY,)).hide_in)
    model.start("r", ModelCall("m", "", Transcript(), ()), found.append)
    return found


def test_a_key_over_the_border_of_two_pieces_is_hidden() -> None:
    finished = Finished(
        AssistantMessage.of(f"it is {KEY}.", calls=(ToolCall(CallId("1"), "run", f'{{"x":"{KEY}"}}'),)), Usage(1, 1)
    )
    signals = heard(Piece("it is sk-a"), Piece("bc-123456."), finished)
    assert "".join(signal.text for signal in signals if isinstance(signal, Piece)) == "it is [hidden]."
    last = signals[-1]
    assert isinstance(last, Finished)
    assert (last.message.text, last.message.calls[0].arguments) == ("it is [hidden].", '{"x":"[hidden]"}')


def test_what_only_began_like_a_key_comes_before_the_end() -> None:
    signals = heard(Piece("a sk-a", "and sk-"), Failed("cut", "it broke off"))
    assert signals[-1] == Failed("cut", "it broke off")
    assert "".join(signal.text for signal in signals if isinstance(signal, Piece)) == "a sk-a"
    assert "".join(signal.reasoning for signal in signals if isinstance(signal, Piece)) == "and sk-"


def test_everything_else_is_the_inner_ports() -> None:
    said = Said()
    model = RedactedModel(said, (), Redactor(()).hide_in)
    model.start("r", ModelCall("m", "", Transcript(), ()), lambda _: None)
    model.cancel("r")
    model.close()
    assert said.told == ["start r m", "cancel r", "close"]
