"""The live table of the actors, as plain rows: `/actors` in the chat and `callboard top` from outside show the same.

Pure: a snapshot in, text out. A handler that has run for longer than `SLOW` seconds is marked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from actors.edges.status_socket import Snapshot
    from actors.runtime.cell import ActorStatus
    from ui.front_end import CompanyHandle

SLOW = 1.0
COLUMNS = (
    ("actor", 13, "<"),
    ("state", 8, "<"),
    ("waiting", 7, ">"),
    ("most", 6, ">"),
    ("handled", 8, ">"),
    ("restarts", 8, ">"),
    ("dead", 5, ">"),
    ("p99 ms", 8, ">"),
    ("busy with", 0, "<"),
)


def rows(snapshot: Snapshot) -> tuple[str, ...]:
    """The table with its heading, one row an actor, and a last row with what concerns all."""
    heading = _row(tuple(name for name, _, _ in COLUMNS))
    actors = tuple(_row(_cells(actor)) for actor in snapshot.actors)
    about = f"session {snapshot.session}, process {snapshot.pid}, dead letters {snapshot.dead_letters}"
    return (heading, *actors, about)


def of(company: CompanyHandle | None) -> tuple[str, ...]:
    """The table of a company as it is now; empty before the actors were started."""
    snapshot = company.snapshot() if company is not None else None
    return rows(snapshot) if snapshot is not None else ()


def _cells(actor: ActorStatus) -> tuple[str, ...]:
    return (
        actor.name,
        actor.state,
        str(actor.depth),
        str(actor.high_water),
        str(actor.handled),
        str(actor.restarts),
        str(actor.dead_letters),
        f"{actor.p99 * 1e3:.3f}",
        _busy(actor),
    )


def _busy(actor: ActorStatus) -> str:
    oldest = f", oldest {actor.oldest}" if actor.oldest else ""
    if actor.busy is None:
        return oldest.removeprefix(", ")
    mark = " !" if actor.busy > SLOW else ""
    return f"{actor.handling} for {actor.busy:.1f} s{mark}{oldest}"


def _row(cells: tuple[str, ...]) -> str:
    return " ".join(f"{cell:{align}{width}}" for cell, (_, width, align) in zip(cells, COLUMNS, strict=True)).rstrip()
