"""A chat in this process: the real loop, keys and frames; a pipe for the keyboard, an emulator for the terminal.

The chat has the main thread, as in life; the test's script runs beside it and waits, with bounds, for what a person
would see. The company is a stand-in that records what it is told.
"""

from __future__ import annotations

import threading
from asyncio import AbstractEventLoop, get_running_loop
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pyte
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import ColorDepth

from actors.edges.status_socket import Snapshot
from actors.ids import SessionId
from actors.phase_messages import DrainScreen, ScreenDrained
from actors.records import Record
from actors.runtime.behaviour import Behaviour
from actors.runtime.clock import RealClock, Timer
from actors.runtime.message import Command, Message
from actors.runtime.shutdown import ExitReport
from config.settings import Interface, Settings
from ui.chat.controller import ChatTerminal, ControllerPlan
from ui.chat.draft import FILE
from ui.chat.front_end import Chat
from ui.front_end import Opening
from ui.screen.model import Identity
from ui.terminal.terminal_io import FrameOutput

PATIENCE = 20.0
GRACE = 0.02
MessageT = TypeVar("MessageT", bound=Message)


class EmulatedOutput:
    """A terminal that shows; whoever waits for something on it is woken by each write."""

    def __init__(self, rows: int = 24, columns: int = 80) -> None:
        self.gone = False
        self.clogged = False
        self.writes: list[bytes] = []
        self._looked = 0
        self.screen: Any = pyte.HistoryScreen(columns, rows, history=50_000, ratio=0.5)
        self._stream = pyte.ByteStream(self.screen)
        self._size = Size(rows=rows, columns=columns)
        self.news = threading.Condition()

    def size(self) -> Size:
        return self._size

    def resize(self, rows: int, columns: int) -> None:
        self._look()
        with self.news:
            self._size = Size(rows=rows, columns=columns)
            self.screen.resize(rows, columns)

    def attach(self, loop: AbstractEventLoop, cleared: Callable[[], object]) -> None:
        """Everything always fits."""

    def close(self) -> None:
        """Nothing is left to get out."""

    def write(self, data: bytes) -> None:
        with self.news:
            self.writes.append(data)
            self.news.notify_all()

    def _look(self) -> None:
        """The emulator is slow; it works when somebody looks, not on the chat's own thread."""
        with self.news:
            fresh = b"".join(self.writes[self._looked :])
            self._looked = len(self.writes)
        self._stream.feed(fresh)

    def shown(self) -> str:
        self._look()
        return "\n".join(str(row).rstrip() for row in self.screen.display)

    def everything(self) -> str:
        self._look()
        columns = self._size.columns
        above = ("".join(row[x].data for x in range(columns)).rstrip() for row in self.screen.history.top)
        return "\n".join([*above, self.shown()])

    def wait_for(self, wanted: str | Callable[[str], object]) -> str:
        def there() -> bool:
            return wanted in self.shown() if isinstance(wanted, str) else bool(wanted(self.shown()))

        with self.news:
            assert self.news.wait_for(there, PATIENCE), f"{wanted!r} was not shown:\n{self.shown()}"
            return self.shown()


class StageContext:
    """What the chat's actor may do: send, and nothing else that matters here."""

    name = "ui"

    def __init__(self, company: StageCompany) -> None:
        self._company = company
        self.logged: list[str] = []
        self.clock = RealClock()

    def send(self, message: Message) -> None:
        self._company.send(message)

    def after(self, seconds: float, command: Command) -> Timer:
        return self.clock.call_later(seconds, lambda: self.send(command))

    def now(self) -> float:
        return self.clock.now()

    def wall(self) -> float:
        return self.clock.wall()

    def log(self, event: str, **fields: object) -> None:
        self.logged.append(f"{event} {fields}")


class StageCompany:
    """Records what it is told; ends when it is asked to."""

    def __init__(self, chat: Chat, news: threading.Condition) -> None:
        self._chat = chat
        self._news = news
        self._told: list[Message] = []
        self._call_soon: Callable[[Callable[[], object]], object] | None = None
        self._behaviour: Behaviour[Any] | None = None
        self._report: ExitReport | None = None
        self.context = StageContext(self)
        self.attached = threading.Event()

    def start(self) -> None:
        self._behaviour = self._chat.child.factory(self.context)
        self.attached.set()

    def attach_loop(self, call_soon: Callable[[Callable[[], object]], object]) -> None:
        self._call_soon = call_soon

    def detach_loop(self) -> None:
        self._call_soon = None

    def open_log(self) -> None:
        """There is none."""

    def snapshot(self) -> Snapshot | None:
        """There are no actors."""

    def dump(self) -> None:
        """There is nothing to dump."""

    def show(self, records: tuple[Record, ...]) -> None:
        for record in records:
            self.publish(record)

    def send(self, message: Message) -> None:
        with self._news:
            self._told.append(message)
            if isinstance(message, ScreenDrained):
                self._report = self._report or ExitReport(0, "")
            self._news.notify_all()

    def publish(self, event: object) -> None:
        behaviour, call_soon = self._behaviour, self._call_soon
        assert behaviour is not None
        if call_soon is not None:
            call_soon(lambda: behaviour.handle(event))

    def wait_for_frame(self) -> None:
        """Until the frame that is due for what was published has been drawn, or was left out.

        The loop's timers come in the order of their times, and this one is armed after the frame's and later than it.
        """
        drawn, call_soon = threading.Event(), self._call_soon
        assert call_soon is not None
        call_soon(lambda: get_running_loop().call_later(1 / Interface().frames, drawn.set))
        assert drawn.wait(PATIENCE)

    def shut_down(self, exit_code: int, reason: str) -> None:
        if self._report is None:
            self._report = ExitReport(exit_code, reason)
            self.publish(DrainScreen(exit_code, reason))

    def wait(self, timeout: float | None = None) -> ExitReport | None:
        with self._news:
            self._news.wait_for(lambda: any(isinstance(each, ScreenDrained) for each in self._told), timeout)
        return self._report

    def told(self, message_class: type[MessageT]) -> list[MessageT]:
        with self._news:
            return [message for message in self._told if isinstance(message, message_class)]

    def wait_until_told(self, message_class: type[MessageT], count: int = 1) -> list[MessageT]:
        with self._news:
            enough = self._news.wait_for(lambda: len(self.told(message_class)) >= count, PATIENCE)
        assert enough, f"{message_class.__name__} was told {len(self.told(message_class))} times, not {count}"
        return self.told(message_class)


class Stage:
    """The chat as a script sees it."""

    def __init__(self, keys: PipeInput, terminal_output: EmulatedOutput, chat: Chat) -> None:
        self._keys = keys
        self.terminal_output = terminal_output
        self.chat = chat
        self.company = StageCompany(chat, terminal_output.news)
        self.exit_code: int | None = None

    def type(self, keys: str) -> None:
        self._keys.send_text(keys)

    def close_keyboard(self) -> None:
        self._keys.close()

    def publish(self, *events: Message) -> None:
        for event in events:
            self.company.publish(event)

    def wait_for(self, wanted: str | Callable[[str], object]) -> str:
        return self.terminal_output.wait_for(wanted)


def play(  # noqa: PLR0913 - each is something that a journey may want to be different
    folder: Path,
    script: Callable[[Stage], None],
    *,
    opening: Opening | None = None,
    size: tuple[int, int] = (24, 80),
    first: str = "",
    environment: Mapping[str, str] | None = None,
) -> Stage:
    """Run the chat with this script; whatever happens in it, the chat comes to its end."""
    terminal_output = EmulatedOutput(*size)
    with create_pipe_input() as keys, ThreadPoolExecutor(1) as beside:
        terminal = ChatTerminal(
            keys, FrameOutput(terminal_output, ColorDepth.DEPTH_4_BIT), environment or {}, reflows=False
        )
        plan = ControllerPlan(
            Identity("Acme", "fast-1", str(folder)),
            Interface(),
            folder / "state" / "history",
            GRACE,
            folder / "state" / FILE,
        )
        stage = Stage(keys, terminal_output, Chat(terminal, plan, opening or opening_in(folder), first))

        def scripted() -> None:
            assert stage.company.attached.wait(PATIENCE)
            try:
                script(stage)
            finally:
                stage.company.shut_down(0, "the script is over")

        played = beside.submit(scripted)
        stage.exit_code = stage.chat.run(stage.company)
        played.result(PATIENCE)
    return stage


def opening_in(folder: Path, earlier: tuple[Record, ...] = (), notices: tuple[str, ...] = ()) -> Opening:
    """What the front end is told before the company starts."""
    return Opening(SessionId("s-1"), str(folder), "Acme", "fast-1", Settings(), "1.0", notices=notices, earlier=earlier)
