"""The protocols between the company and its front ends: the chat, headless, later an editor.

A front end brings one actor (`child`, named "ui"), gets the company, runs until the end and returns the exit code.
`ui.startup.bootstrap` builds the company around the child; `ui.cli.main` picks the front end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from config.model_facts import NO_FACTS, ModelFacts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from actors.edges.status_socket import Snapshot
    from actors.ids import SessionId
    from actors.records import Record
    from actors.runtime.behaviour import Child
    from actors.runtime.message import Message
    from actors.runtime.shutdown import ExitReport
    from config.settings import Settings

ACTOR = "ui"
"""The name of every front end's actor."""


class CompanyHandle(Protocol):
    """What a front end may do with the company. Every method may be called from any thread.

    Before the start too: what is sent early is kept and delivered right after it, in order. That is the one queue for
    it (`ui.startup.late_company`); front ends keep none.
    """

    def start(self) -> None:
        """Start the actors; when this returns, prompts can be submitted."""
        ...

    def send(self, message: Message) -> None:
        """A command to its one receiver, an event to its subscribers; never blocks."""
        ...

    def show(self, records: tuple[Record, ...]) -> None:
        """Give records of earlier to the front end only."""
        ...

    def attach_loop(self, call_soon: Callable[[Callable[[], object]], object]) -> None:
        """The loop of a front end whose actor lives on one; `call_soon` may be called from any thread."""
        ...

    def detach_loop(self) -> None:
        """Nothing is put onto that loop any more."""
        ...

    def open_log(self) -> None:
        """Begin to write the session's log."""
        ...

    def snapshot(self) -> Snapshot | None:
        """Every actor, seen from outside; None before the actors were started."""
        ...

    def dump(self) -> None:
        """Write the state of all actors and threads into the session's folder."""
        ...

    def shut_down(self, exit_code: int, reason: str) -> None:
        """Begin the orderly end; returns at once. A second call hurries the first."""
        ...

    def wait(self, timeout: float | None = None) -> ExitReport | None:
        """How it ended; None if it has not within `timeout` seconds."""
        ...


class FrontEnd(Protocol):
    """Starts the actors, runs until they end, returns the exit code."""

    @property
    def child(self) -> Child:
        """The front end's actor, as data."""
        ...

    def run(self, company: CompanyHandle) -> int:
        """Start the company, stay until its end, and return the exit code."""
        ...


class Opening(Struct, frozen=True):
    """What a front end is told before the company starts.

    `notices` are warnings of the configuration, to be shown first. `earlier` are the records of a session that is
    continued. `embedded`: the model is part of Callboard, and nothing is paid. `tools` are named for scripts only: the
    first frame of a chat comes before they are loaded. `folder` is the session's; None if it is not kept.
    """

    session: SessionId
    directory: str
    provider: str
    model: str
    settings: Settings
    version: str
    tools: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    earlier: tuple[Record, ...] = ()
    embedded: bool = False
    folder: Path | None = None
    facts: ModelFacts = NO_FACTS
    """Of the model that answers first."""
    models: tuple[str, ...] = ()
    """Models that a chat offers by name."""
    secrets: tuple[str, ...] = ()
    """What must not be kept or shown; longest first."""
