"""The whole program for scripts, beside the floor, against a model server in another process.

S0-25: CPU per streamed token. S1-13 and S0-7: four tools of a second take a second.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median

from tests.benchmarks.model_server import Plan
from tests.benchmarks.served import CALLBOARD, FILES, FLOOR, ModelServer, Run, run, workspace
from tests.benchmarks.streams import STREAMS
from tests.benchmarks.table import CannotMeasureError, Row, in_turns, most, ratios

TURNS = 200
EARLY, LATE = slice(5, 16), slice(TURNS - 11, TURNS)
"""Around turn 10, and up to turn 200."""
TOKENS = 20_000
PACED, PACE = 4_000, 2_000.0
EXIT_LIMIT = 0.05
THINKS = 0.5
LARGE = "yes 0123456789abcdef | head -c 100000000"

Pairs = list[tuple[Run, ...]]


class Duel:
    """Callboard and the floor, by turns, on the same plan."""

    def __init__(self, server: ModelServer, folder: Path) -> None:
        self._server, self._folder = server, folder

    def ours(self, plan: Plan) -> Run:
        """Callboard alone."""
        return run(self._server, plan, CALLBOARD, self._folder)

    def floor(self, plan: Plan) -> Run:
        """The floor alone."""
        return run(self._server, plan, FLOOR, self._folder)

    def both(self, rounds: int, plan: Plan) -> Pairs:
        """Callboard first, the floor second, so many times."""
        return in_turns(rounds, lambda: self.ours(plan), lambda: self.floor(plan))


def reading(turns: int) -> Plan:
    """A model that reads a file each turn."""
    return Plan(calls=[[call("read_file", path=f"note-{number % FILES}.txt")] for number in range(turns)])


def running(command: str, turns: int = 1, parallel: int = 1) -> Plan:
    """A model that runs a command each turn, with a number behind it: equal calls would end the turn."""
    numbered = [call("run_command", command=f"{command} # {number}") for number in range(turns)]
    return Plan(calls=[[each] * parallel for each in numbered])


def call(name: str, **arguments: str) -> tuple[str, str]:
    """A call as the plan wants it."""
    return name, json.dumps(arguments)


def start_and_end(duel: Duel) -> Iterator[Row]:
    """One prompt, one short answer: at once, and after the time that a model needs to think."""
    pairs = duel.both(11, Plan())
    yield Row(
        "boot to the first request ÷ the floor's",
        ratios([(ours.boot, floor.boot) for ours, floor in pairs]),
        most(3),
    )
    yield ended("from the answer's last byte to the exit ÷ 50 ms", pairs)
    yield ended("the same after a model that thought for half a second ÷ 50 ms", duel.both(5, Plan(think=THINKS)))
    yield Row("peak memory ÷ the floor's", tuple(ours.memory / floor.memory for ours, floor in pairs), most(2))


def ended(what: str, pairs: Pairs) -> Row:
    """How long the end took, and how long the floor's."""
    floors = median(floor.exit for _, floor in pairs) / EXIT_LIMIT
    return Row(what, tuple(ours.exit / EXIT_LIMIT for ours, _ in pairs), most(1), f"the floor: {floors:.2f}")


def overheads(duel: Duel) -> Iterator[Row]:
    """What a turn costs beside the model and the tool itself."""
    pairs = duel.both(5, reading(TURNS))
    if any(ours.connections != 1 for ours, _ in pairs):
        raise CannotMeasureError(f"Callboard made {pairs[0][0].connections} connections where one would do")
    for name, part in (("10", EARLY), ("200", LATE)):
        early = [(median(ours.overheads[part]), median(floor.overheads[part])) for ours, floor in pairs]
        yield Row(f"own time of a turn that reads a file, turn {name} ÷ the floor's", ratios(early), most(5))
    growth = tuple(median(ours.overheads[LATE]) / median(ours.overheads[EARLY]) for ours, _ in pairs)
    others = median(median(floor.overheads[LATE]) / median(floor.overheads[EARLY]) for _, floor in pairs)
    yield Row("own time of turn 200 ÷ turn 10, one connection", growth, most(1.5), f"the floor: {others:.2f}")
    commands = duel.both(5, running("true", turns=30))
    yield Row(
        "S1-12 own time of a turn that runs `true` ÷ the floor's",
        tuple(median(ours.overheads) / median(floor.overheads) for ours, floor in commands),
        most(5),
    )


def parallel_tools(duel: Duel) -> Iterator[Row]:
    """Four commands at once, from the model's request for them to our next request."""
    runs = [duel.ours(running("sleep 1", parallel=4)) for _ in range(3)]
    yield Row(
        "S1-13 four parallel run_command sleeps of 1 s ÷ 1 s", tuple(each.overheads[0] for each in runs), most(1.15)
    )


def streaming(duel: Duel) -> Iterator[Row]:
    """CPU for tokens, apart from what a run costs anyway."""
    for name, plan in (
        ("as fast as they are taken", Plan(tokens=TOKENS)),
        ("2,000 a second", Plan(tokens=PACED, pace=PACE)),
    ):
        full, empty = duel.both(5, plan), duel.both(5, Plan())
        ours = median(one.cpu for one, _ in empty)
        floor = median(other.cpu for _, other in empty)
        costs = [(one.cpu - ours, other.cpu - floor) for one, other in full]
        yield Row(f"S0-25 CPU per 1,000 streamed tokens, {name} ÷ the floor's", ratios(costs), most(3))


def dialects(duel: Duel) -> Iterator[Row]:
    """CPU for tokens in each dialect; the floor speaks chat completions, whose events say as much."""
    floors = in_turns(3, partial(duel.floor, Plan(tokens=TOKENS)), partial(duel.floor, Plan()))
    floor = median(full.cpu for full, _ in floors) - median(empty.cpu for _, empty in floors)
    for dialect in STREAMS:
        full, empty = Plan(tokens=TOKENS, dialect=dialect), Plan(dialect=dialect)
        pairs = in_turns(5, partial(duel.ours, full), partial(duel.ours, empty))
        costs = tuple((with_tokens.cpu - without.cpu) / floor for with_tokens, without in pairs)
        yield Row(f"CPU per 1,000 streamed tokens in {dialect} ÷ the floor's", costs, most(3))


def boots(duel: Duel) -> Iterator[Row]:
    """A dialect is imported when it is spoken: none makes the start slower."""
    for dialect in STREAMS:
        pairs = in_turns(7, partial(duel.ours, Plan(dialect=dialect)), partial(duel.floor, Plan()))
        yield Row(
            f"boot to the first request in {dialect} ÷ the floor's",
            ratios([(ours.boot, floor.boot) for ours, floor in pairs]),
            most(3),
        )


def large_output(duel: Duel) -> Iterator[Row]:
    """A tool prints 100 MB. The floor keeps all of it, so that ours is held against a floor that prints nothing."""
    triples = in_turns(
        3, lambda: duel.ours(running(LARGE)), lambda: duel.floor(Plan()), lambda: duel.floor(running(LARGE))
    )
    yield Row(
        "peak memory while a tool prints 100 MB ÷ the floor's without",
        tuple(ours.memory / floor.memory for ours, floor, _ in triples),
        most(2),
        f"the floor with the same tool: {median(same.memory / floor.memory for _, floor, same in triples):.1f}",
    )
    yield Row(
        "time of a tool that prints 100 MB ÷ the floor's",
        tuple(ours.overheads[0] / same.overheads[0] for ours, _, same in triples),
    )


def rows() -> Iterator[Row]:
    """See the module."""
    with tempfile.TemporaryDirectory() as name, ModelServer() as server:
        folder = Path(name)
        workspace(folder / "workspace")
        duel = Duel(server, folder)
        for part in (start_and_end, overheads, parallel_tools, streaming, dialects, boots, large_output):
            yield from part(duel)
