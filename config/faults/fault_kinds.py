"""What can go wrong in a fault plan: the places, the kinds of each, what they do and at which levels they can be done.

Data for `config.faults.fault_plan` and for docs/faults.md. `actors.drill.exploration.plan_runs` compiles a plan into
what the levels do.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

Level: TypeAlias = Literal["simulation", "threads", "process"]
LEVELS: tuple[Level, ...] = ("simulation", "threads", "process")
"""The actors in virtual time; on real threads; the real program in a real terminal, seen from outside."""

INSIDE: tuple[Level, ...] = ("simulation", "threads")
VIRTUAL: tuple[Level, ...] = ("simulation",)
REAL: tuple[Level, ...] = ("threads", "process")


USUAL_SECONDS = 1.0
"""What `seconds` is where a plan leaves it out."""


class Kind(Struct, frozen=True):
    """What a kind does, in the words of the manual."""

    about: str
    levels: tuple[Level, ...] = LEVELS
    size: int | None = None
    """What `size` is where a plan leaves it out; None: the kind has no use for it."""
    seconds: bool = False
    """Whether the kind has a use for `seconds`."""


ACTORS = ("ui", "turn_loop", "tool_runner", "pty_manager", "model_switch", "llm_streamer", "journal")

ACTOR_KINDS = {
    "crash_before": Kind("the handler fails before it has done anything", INSIDE),
    "crash_after": Kind("the handler fails when it has done everything", INSIDE),
    "start_failure": Kind("the actor cannot be started, at first or again", INSIDE),
    "hang": Kind("the handler never comes back", INSIDE),
    "delay": Kind("the handler takes `seconds` before it begins", INSIDE, seconds=True),
    "slow": Kind("each handler takes `seconds`", INSIDE, seconds=True),
    "overflow": Kind("the mailbox holds `size` messages only; what then happens is its own policy", INSIDE, size=1),
    "clock_jump": Kind("the monotonic clock jumps ahead by `seconds` while the message waits", VIRTUAL, seconds=True),
    "wall_jump": Kind("the wall clock jumps by `seconds`, also backwards", VIRTUAL, seconds=True),
}
EDGE_KINDS = {
    "drop": Kind("a piece of a stream is lost on its way in", INSIDE),
    "duplicate": Kind("a signal arrives twice", INSIDE),
}
KINDS: dict[str, dict[str, Kind]] = {
    **dict.fromkeys(ACTORS, ACTOR_KINDS),
    "llm_streamer": {**ACTOR_KINDS, **EDGE_KINDS},
    "pty_manager": {**ACTOR_KINDS, **EDGE_KINDS},
    "model": {
        "cut": Kind("the stream ends after `size` pieces, in the middle of the answer", size=1),
        "reset": Kind("the connection is reset after `size` pieces", size=1),
        "no_end": Kind("the whole answer comes, and the stream ends without saying that it is the end"),
        "stall": Kind("the stream falls silent after `size` pieces", size=1),
        "slow": Kind("each piece takes `seconds`", seconds=True),
        "status_429": Kind("too many requests; the server asks for a pause of `seconds`", seconds=True),
        "status_500": Kind("the server is out of order"),
        "rejected": Kind("the server rejects the request (400)"),
        "html": Kind("a web page with status 200 instead of an answer"),
        "malformed": Kind("after `size` pieces an event of the stream is not JSON", size=1),
        "empty": Kind("the answer ends well and holds nothing"),
        "withheld": Kind("the provider's rules withhold the answer after `size` pieces", size=1),
        "context_exceeded": Kind("the server says that the request is longer than the model takes (400)"),
        "barren": Kind("after `size` pieces the server keeps the connection alive and sends nothing more", size=1),
        "late": Kind("a piece arrives after the request was cancelled", VIRTUAL),
        "same_ids": Kind("every call of the answer has the same id"),
        "bad_arguments": Kind("the arguments of the first call are not JSON"),
    },
    "terminals": {
        "stubborn": Kind("the program ignores INT and TERM"),
        "unkillable": Kind("the program survives KILL", VIRTUAL),
        "silent": Kind("the program prints nothing and never ends by itself"),
        "not_started": Kind("the program cannot be started", INSIDE),
        "exit_at_once": Kind("the program ends before its first output was read"),
        "flood": Kind("the program prints `size` lines at once", size=1_000),
        "double_fork": Kind("the program leaves a daemon in a session of its own", REAL),
    },
    "journal_file": {
        "disk_full": Kind("a record cannot be written: no space left", INSIDE),
        "torn": Kind("a record is written in part, then the disk is full", INSIDE),
        "sync_failure": Kind("the disk does not confirm a write", INSIDE),
    },
    "program": {
        "kill": Kind(
            "kill -9, then the session is continued; in simulation `size` bytes not synced are lost",
            ("simulation", "process"),
            size=0,
        ),
        "terminate": Kind("SIGTERM"),
        "interrupt": Kind("Ctrl-C: the turn is cancelled"),
        "interrupt_twice": Kind("two SIGINTs within a second: the program ends"),
        "hang_up": Kind("SIGHUP, the terminal is gone"),
        "resize_storm": Kind("the terminal changes its size a hundred times"),
    },
}
"""Place → kind → what it is. Each place has the names that a failure's report uses."""


def kind_of(at: str, kind: str) -> Kind:
    """The kind at this place; a place that is not in the table is a user's own actor."""
    return KINDS.get(at, ACTOR_KINDS).get(kind) or ACTOR_KINDS[kind]
