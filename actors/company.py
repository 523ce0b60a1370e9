"""A running company of actors, as front ends hold it: started once, sent messages, ended once.

It is no actor: the main thread starts it, sends prompts in, and waits for the end. Nothing here decides anything.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from actors.edges.dump import append_dump
from actors.edges.status_socket import Snapshot, StatusServer
from actors.messages import Commit
from actors.records import SessionOpened
from actors.runtime.actor_system import ActorSystem
from actors.runtime.envelope import Envelope
from actors.runtime.hosts.actor_host import ActorFailedError
from actors.runtime.log import Log
from actors.runtime.shutdown import ExitReport
from actors.runtime.signals import BeginShutdown, Ping
from actors.runtime.thread_start import ThreadStartError
from actors.system import start_company

if TYPE_CHECKING:
    from pathlib import Path

    from actors.records import Record
    from actors.runtime.behaviour import Child
    from actors.runtime.hosts.loop_gate import CallSoon
    from actors.runtime.message import Message
    from actors.system import CompanyPlan, Ports

START_LIMIT = 10.0
UNSTARTED = 1
"""Exit code where the system gave no threads to begin with."""
LOG = "log.jsonl"


class Company:
    """The handle."""

    def __init__(self, plan: CompanyPlan, ports: Ports, front_end: Child) -> None:
        self._plan = plan
        self._ports = ports
        self._front_end = front_end
        self._report: ExitReport | None = None
        self._status: StatusServer | None = None
        self._ended = threading.Event()
        self.log = Log(ports.clock, plan.redact)
        self.system = ActorSystem(ports.clock, self.log, plan.settings.runtime.hang_limit)

    def start(self) -> None:
        """Start the actors; when this returns, prompts can be submitted.

        Raises:
            ThreadStartError: the system has no threads for it; what was begun is ended.
        """
        try:
            self._ports.clock.begin()
            self.system.watch.begin()
            start_company(self.system, self._plan, self._ports, self._front_end, self._end)
            self._await_cast()
        except ThreadStartError as error:
            self._unstarted(error)
            raise
        session, now = self._plan.session, self._ports.clock.wall()
        self.send(Commit((SessionOpened(session.id, session.directory, session.model, session.version, now),)))
        if session.folder is not None:
            try:
                self._status = StatusServer(session.folder, self.snapshot)
            except (OSError, ThreadStartError) as error:
                self.log.write("company", "no status socket", problem=repr(error))

    def _await_cast(self) -> None:
        try:
            self.system.ask("supervisor", Ping(), START_LIMIT)
        except ActorFailedError as error:
            if isinstance(error.__cause__, ThreadStartError):
                raise error.__cause__ from error
            raise

    def _unstarted(self, error: ThreadStartError) -> None:
        """End what was begun; no phase is waited for, for the actors that would end it may not be there."""
        self.system.watch.end()
        self._ports.close()
        self._end(ExitReport(UNSTARTED, str(error)))

    def send(self, message: Message) -> None:
        """Send a command or an event from outside of the actors; never blocks."""
        self.system.publish(message, "main")

    def show(self, records: tuple[Record, ...]) -> None:
        """Give records of earlier to the front end only: `--continue` shows the talk so far."""
        address = self.system.cell(self._front_end.name).address
        for record in records:
            address.post(Envelope(record, "main", next(self.system.numbers)))

    def open_log(self) -> None:
        """Begin to write the log; costs an import, so front ends call it once they have something to show."""
        if (path := self._log_file()) is not None:
            self.log.open(path)

    def attach_loop(self, call_soon: CallSoon) -> None:
        """The front end's loop runs: its actor is handled there from now on."""
        self.system.gate.attach(call_soon)

    def detach_loop(self) -> None:
        """The front end's loop is about to end."""
        self.system.gate.detach()

    def dump(self) -> None:
        """Append the whole state to `dump.txt` in the session's folder; a session that is not kept leaves none."""
        if self._plan.session.folder is not None:
            append_dump(self.system, self._plan.session.folder / "dump.txt")

    def shut_down(self, exit_code: int, reason: str) -> None:
        """Begin the orderly end; returns at once. A second call hurries the first."""
        self.send(BeginShutdown(exit_code, reason))

    def wait(self, timeout: float | None = None) -> ExitReport | None:
        """How it ended, waited for; None if it has not."""
        self._ended.wait(timeout)
        return self._report

    def snapshot(self) -> Snapshot:
        """Every actor, seen from outside; works while one of them hangs."""
        session = self._plan.session
        return Snapshot(
            session.id, session.directory, os.getpid(), self.system.dead_letter_count, self.system.statuses()
        )

    def _log_file(self) -> Path | None:
        folder = self._plan.session.folder
        return None if folder is None else folder / LOG

    def _end(self, report: ExitReport) -> None:
        if self._report is None:
            self._report = report
        if self._status is not None:
            self._status.close()
        self.log.close(self._log_file())
        self._ended.set()
