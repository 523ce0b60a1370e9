"""Journals of simulated sessions, ways to damage them, and the life that goes on from what is left."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from actors.conversation import NEW, Conversation, apply, closed
from actors.drill.judging.invariants import illegal, unbalanced
from actors.drill.plan.faults import Injector
from actors.drill.plan.scenario import Scenario, prompt
from actors.drill.plan.scenarios import NO_ROOM, SCENARIOS, exchange, says
from actors.drill.simulated.fixtures import Fixtures
from actors.drill.simulated.incarnation import Incarnation, SimulatedCompany
from actors.drill.simulated.run import no_chance
from actors.drill.simulated.strategies import PlainStrategy
from actors.journal.damage import restored
from actors.journal.journal import read_back
from actors.llm.scripted.script import Script
from actors.messages import RequestReply
from actors.records import TurnFinished

if TYPE_CHECKING:
    from actors.drill.simulated.world import World

FIXTURES = Fixtures()
NEXT = "and then"
NEXT_PROMPT = "p90"
MOST_STEPS = 20_000


STAGED = {scenario.name: scenario for scenario in SCENARIOS}


@cache
def sessions(name: str) -> tuple[tuple[tuple[bytes, ...], tuple[str, ...]], ...]:
    """Lines and effects of this scenario's session, played to its end and killed in the middle of it, twice."""
    scenario = STAGED[name]
    whole, incarnation = _lived(scenario, b"")
    incarnations = [whole, *(_lived(scenario, b"", incarnation.steps * part // 3)[0] for part in (1, 2))]
    return tuple((tuple(bytes(world.journal).splitlines(keepends=True)), tuple(world.acts)) for world in incarnations)


def damaged(lines: tuple[bytes, ...], way: str, place: int) -> tuple[bytes, ...]:
    """The lines with one thing done to them."""
    before, line, after = lines[:place], lines[place : place + 1], lines[place + 1 :]
    match way:
        case "deleted":
            return (*before, *after)
        case "garbled":
            return (*before, b"gar{bage\n", *after)
        case "broken inside":
            return (*before, *(each.replace(b'"data":{', b'"data":[') for each in line), *after)
        case "doubled":
            return (*before, *line, *line, *after)
        case "said again at the end":
            return (*lines, *line)
        case "swapped":
            return (*before, *after[:1], *line, *after[1:])
        case _:
            raise AssertionError(way)


WAYS = ("deleted", "garbled", "broken inside", "doubled", "said again at the end", "swapped")


def assert_legal(lines: tuple[bytes, ...]) -> Conversation:
    """Whatever is left of a journal adds up to something that can be gone on with, after each of its records."""
    found = read_back(b"".join(lines))
    conversation = NEW
    for record in found.records:
        conversation = apply(conversation, record)
        _assert_is_legal(conversation)
    conversation = restored(found).conversation
    _assert_is_legal(conversation)
    return conversation


def _assert_is_legal(conversation: Conversation) -> None:
    waiting = [prompt.prompt for prompt in conversation.waiting]
    assert len(waiting) == len(set(waiting))
    if conversation.turn is None:
        assert not unbalanced(conversation.transcript)
    else:
        assert conversation.turn.prompt not in waiting
        assert not unbalanced(closed(conversation).transcript)


def assert_goes_on(name: str, lines: tuple[bytes, ...], acts: tuple[str, ...]) -> None:
    """The session is continued: the next prompt is answered, nothing is done twice, numbers go up."""
    scenario = STAGED[name]
    script = Script((*scenario.script.exchanges, *exchange(NEXT, says("yes"))), any_order=True)
    journal = b"".join(lines)
    following = replace(scenario, script=script, acts=(prompt(NEXT, 90),), leaves=True)
    world, incarnation = _lived(following, journal)
    assert (incarnation.end, incarnation.stuck) == ("over", ())
    assert incarnation.report is not None
    assert (incarnation.report.exit_code, incarnation.report.late) == (0, ())
    sent = [entry.message for entry in incarnation.trace.sent()]
    ends = [message for message in sent if isinstance(message, TurnFinished) and message.prompt == NEXT_PROMPT]
    assert [end.outcome for end in ends] == ["limit" if name == NO_ROOM.name else "done"]
    for message in sent:
        assert not isinstance(message, RequestReply) or not unbalanced(message.transcript)
    assert max(Counter((*acts, *world.acts)).values(), default=1) == 1
    _assert_written_well(journal, bytes(world.journal))


def _assert_written_well(before: bytes, after: bytes) -> None:
    found = read_back(before)
    conversation = restored(found).conversation
    new = after[len(before) :]
    for record in read_back(new).records:
        assert not illegal(conversation, record)
        conversation = apply(conversation, record)
    numbers = [msgspec.json.decode(line)["n"] for line in new.splitlines() if line]
    assert numbers == [*range(found.number + 1, found.number + 1 + len(numbers))]
    assert (conversation.turn, conversation.unanswered(), conversation.waiting) == (None, (), ())


def _lived(scenario: Scenario, journal: bytes, kill_at: int = 0) -> tuple[World, Incarnation]:
    world = FIXTURES.begin(scenario)
    world.journal[:] = journal
    world.inherited[:] = [journal]
    stage = SimulatedCompany(FIXTURES, PlainStrategy(), Injector((), no_chance))
    return world, stage.live(kill_at)
