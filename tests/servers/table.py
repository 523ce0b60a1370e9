"""Prints what becomes of each fault of a model server in each dialect: `python -m tests.servers.table [PART ...]`.

Every scenario is served over a real socket to the real port; a cell is `pass`, `FAILS` or `-` where it does not apply,
with the reasons below the table. Words on the command line choose the scenarios whose names hold one of them. The exit
code is 1 where a cell fails.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus

from actors.llm.http.limits import WaitLimits
from actors.llm.http.model import HttpModel
from actors.llm.port import Failed, Finished
from actors.llm.retries.answer_check import checked
from config.providers import ProviderAccess
from tests.actors.llm.hearing import TOOLS, Hearing, call
from tests.servers.raw_server import LAST_CHUNK, Line, RawServer
from tests.servers.scenario import Heard, Reply, Scenario
from tests.servers.scenarios_calls import CALLS, TEXTS
from tests.servers.scenarios_endings import ENDING
from tests.servers.scenarios_errors import STATUSES, STREAMS
from tests.servers.scenarios_framing import FRAMING
from tests.servers.voices import VOICES, Voice

SCENARIOS: tuple[Scenario, ...] = (*FRAMING, *ENDING, *STATUSES, *STREAMS, *TEXTS, *CALLS)
STALL_LIMIT = 0.4
"""Seconds of silence, and of noise without progress, that are waited."""
GIVEN_UP = 8.0
"""Seconds after which something that should be given up was not."""
PATIENT = 20.0


@dataclass(frozen=True)
class Cell:
    """What became of one scenario in one dialect; `problem` is empty where it passed, `why` where it applies."""

    scenario: str
    dialect: str
    problem: str = ""
    why: str = ""

    @property
    def word(self) -> str:
        """What the table shows."""
        return "-" if self.why else "FAILS" if self.problem else "pass"


def judged(scenario: Scenario, voice: Voice) -> Cell:
    """Serve the scenario in this dialect and judge what is heard."""
    why = scenario.skipped.get(voice.dialect, "")
    if why:
        return Cell(scenario.name, voice.dialect, why=why)
    found = heard(scenario.serve(voice), voice)
    problem = "nothing ended it" if found is None else scenario.expect(found)
    return Cell(scenario.name, voice.dialect, problem)


def heard(reply: Reply, voice: Voice) -> Heard | None:
    """What the port signals of this reply; None where it never ends."""
    waits = any(act in ("silence", "flood") for act in reply.acts)
    limit = STALL_LIMIT if waits else PATIENT
    with RawServer(lambda line: play(reply, line)) as server:
        access = ProviderAccess("test", server.url, "m", voice.dialect)
        model = HttpModel(access, limits=WaitLimits(stall=limit, progress=limit))
        hearing = Hearing()
        try:
            model.start("r", call(), hearing)
            final = hearing.final(GIVEN_UP if waits else PATIENT)
        except AssertionError:
            return None
        finally:
            model.close()
    outcome = final
    if isinstance(final, Finished) and final.message.stop_reason != "paused":  # as the streamer does it
        message = checked(final.message, TOOLS)
        outcome = message if isinstance(message, Failed) else Finished(message, final.usage)
    return Heard(hearing.pieces(), outcome)


def play(reply: Reply, line: Line) -> None:
    """One request, answered as the reply says."""
    line.hear()
    if reply.head:
        line.say(head_of(reply))
    last = b""
    for act in reply.acts:
        match act:
            case bytes():
                last = act
                line.chunk(act)
            case "reset":
                line.reset()
                return
            case "end":
                return
            case "silence":
                line.wait_for_end()
                return
            case "flood":
                with suppress(OSError):
                    while True:
                        line.chunk(last)
                return
    line.say(LAST_CHUNK)


def head_of(reply: Reply) -> bytes:
    """The head of a chunked response."""
    reason = next((each.phrase for each in HTTPStatus if each == reply.status), "Odd")
    fields = {**reply.headers, "Transfer-Encoding": "chunked"}
    lines = [f"HTTP/1.1 {reply.status} {reason}", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    return "\r\n".join(lines).encode()


def chosen(parts: Sequence[str]) -> list[Scenario]:
    """The scenarios whose names hold one of the parts; all of them without parts."""
    return [scenario for scenario in SCENARIOS if not parts or any(part in scenario.name for part in parts)]


def printed(rows: Sequence[Sequence[Cell]]) -> Iterator[str]:
    """The lines of the table."""
    width = max(len(row[0].scenario) for row in rows)
    heads = [voice.dialect for voice in VOICES]
    yield "  ".join(("scenario".ljust(width), *heads)).rstrip()
    for row in rows:
        words = (cell.word.ljust(len(cell.dialect)) for cell in row)
        yield "  ".join((row[0].scenario.ljust(width), *words)).rstrip()
    cells = [cell for row in rows for cell in row]
    passed = sum(cell.word == "pass" for cell in cells)
    applies = sum(cell.word != "-" for cell in cells)
    yield f"\n{passed} of {applies} pass, {len(cells) - applies} do not apply"
    for cell in cells:
        if cell.problem or cell.why:
            yield f"{cell.word:5}  {cell.scenario} ({cell.dialect}): {cell.problem or cell.why}"


def main(arguments: Sequence[str]) -> int:
    """Print the table; the exit code."""
    scenarios = chosen(arguments)
    if not scenarios:
        sys.stderr.write(f"table: no scenario's name holds {' or '.join(arguments)}\n")
        return 2
    rows = [[judged(scenario, voice) for voice in VOICES] for scenario in scenarios]
    for line in printed(rows):
        sys.stdout.write(line + "\n")
    return int(any(cell.problem for row in rows for cell in row))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
