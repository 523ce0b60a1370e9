"""What tests of models share: a listener that can be waited for, calls, and events as servers send them."""

from __future__ import annotations

import json
import threading

from actors.llm.port import Failed, Finished, ModelCall, ModelSignal, Piece
from actors.transcript import Transcript, UserMessage
from tools.tool import ToolDefinition

PATIENCE = 20.0
TOOL_NAMES = (
    "list_files", "read_file", "search_text", "write_file", "edit_file", "run_command", "todo_list", "ask_user",
)  # fmt: skip
TOOLS = tuple(ToolDefinition(name, f"The tool {name}.", '{"type":"object"}') for name in TOOL_NAMES)


class Hearing:
    """A listener."""

    def __init__(self) -> None:
        self.signals: list[ModelSignal] = []
        self.threads: set[str] = set()
        self._heard = threading.Condition()

    def __call__(self, signal: ModelSignal) -> None:
        with self._heard:
            self.signals.append(signal)
            self.threads.add(threading.current_thread().name)
            self._heard.notify_all()

    def final(self, patience: float = PATIENCE) -> Finished | Failed:
        """The signal that ends the request."""
        with self._heard:
            assert self._heard.wait_for(lambda: bool(self.finals()), patience), self.signals
        return self.finals()[0]

    def finals(self) -> list[Finished | Failed]:
        return [signal for signal in self.signals if not isinstance(signal, Piece)]

    def finished(self) -> Finished:
        final = self.final()
        assert isinstance(final, Finished), final
        return final

    def failed(self) -> Failed:
        final = self.final()
        assert isinstance(final, Failed), final
        return final

    def piece(self) -> Piece:
        """The first piece."""
        with self._heard:
            assert self._heard.wait_for(lambda: any(isinstance(s, Piece) for s in self.signals), PATIENCE)
            return next(signal for signal in self.signals if isinstance(signal, Piece))

    def pieces(self) -> tuple[Piece, ...]:
        """All pieces so far."""
        return tuple(signal for signal in self.signals if isinstance(signal, Piece))

    def text(self) -> str:
        return "".join(signal.text for signal in self.signals if isinstance(signal, Piece))


def call(text: str = "hello", transcript: Transcript | None = None) -> ModelCall:
    return ModelCall("some-model", "Be kind.", transcript or Transcript((UserMessage.of(text),)), TOOLS)


def event(delta: dict[str, object] | None = None, finish: str | None = None, **fields: object) -> bytes:
    """One event of a stream."""
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
    return b"data: " + json.dumps({"choices": choices, **fields}).encode() + b"\n\n"


def text_event(text: str) -> bytes:
    return event({"content": text})


STOP = event({}, "stop")
DONE = b"data: [DONE]\n\n"
