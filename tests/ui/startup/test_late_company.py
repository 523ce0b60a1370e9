"""A company that is put together when it starts: nothing that was said before is lost, and its trouble is passed on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from actors.messages import NoticeRaised
from config.errors import ConfigError
from ui.startup.late_company import LateCompany

if TYPE_CHECKING:
    from collections.abc import Callable

    from actors.edges.status_socket import Snapshot
    from actors.records import Record
    from actors.runtime.message import Message
    from actors.runtime.shutdown import ExitReport


class Written:
    """A company that writes down what is done with it."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def start(self) -> None:
        self.calls.append("start")

    def send(self, message: Message) -> None:
        self.calls.append(f"send {type(message).__name__}")

    def show(self, records: tuple[Record, ...]) -> None:
        self.calls.append(f"show {len(records)}")

    def attach_loop(self, call_soon: Callable[[Callable[[], object]], object]) -> None:
        del call_soon
        self.calls.append("attach")

    def detach_loop(self) -> None:
        self.calls.append("detach")

    def open_log(self) -> None:
        self.calls.append("open log")

    def shut_down(self, exit_code: int, reason: str) -> None:
        self.calls.append(f"shut down {exit_code} {reason}")

    def snapshot(self) -> Snapshot | None:
        self.calls.append("snapshot")
        return None

    def dump(self) -> None:
        self.calls.append("dump")

    def wait(self, timeout: float | None = None) -> ExitReport | None:
        self.calls.append(f"wait {timeout}")
        return None


def test_nothing_is_made_before_the_start() -> None:
    made: list[Written] = []

    def make() -> Written:
        made.append(Written())
        return made[-1]

    company = LateCompany(make)
    company.attach_loop(lambda _: None)
    assert company.wait() is None
    assert not made
    company.start()
    assert len(made) == 1


def test_what_was_said_before_the_start_is_delivered_after_it_in_order() -> None:
    written = Written()
    company = LateCompany(lambda: written)
    company.attach_loop(lambda _: None)
    company.send(NoticeRaised("info", "early"))
    company.shut_down(130, "SIGINT")
    company.start()
    company.show(())
    company.open_log()
    company.detach_loop()
    company.snapshot()
    company.dump()
    company.wait(2.0)
    expected = [
        "start",
        "attach",
        "send NoticeRaised",
        "shut down 130 SIGINT",
        "show 0",
        "open log",
        "detach",
        "snapshot",
        "dump",
        "wait 2.0",
    ]
    assert written.calls == expected


def test_a_company_that_cannot_be_made_says_so_at_the_start() -> None:
    def make() -> Written:
        raise ConfigError("the session is open in another Callboard")

    with pytest.raises(ConfigError, match="open in another"):
        LateCompany(make).start()
