"""The model that is asked is the one that the journal names: a check that belongs to I5.

Pure, like `actors.drill.judging.invariants`, which holds the table and the rest.

| I5 | all requests of a turn go to one model: the first one, or one that a written `ModelChanged` names       |
| I5 | a prompt that was submitted after a change was written is not asked of the model before it              |
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from actors.drill.simulated.catalog import FIRST
from actors.messages import SubmitPrompt
from actors.records import ModelChanged, TurnStarted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from actors.drill.judging.evidence import Evidence, Violation


def i5_a_turn_keeps_a_written_model(seen: Evidence) -> Iterator[Violation]:
    """One model a turn, and none that is not in the journal."""
    written = {FIRST, *(sent.message.selector for sent in seen.of(ModelChanged))}
    kept: dict[str, str] = {}
    for turn, model in _asked(seen):
        if kept.setdefault(turn, model) != model:
            yield seen.violation("I5", f"turn {turn} was asked of {kept[turn]} and then of {model}")
        if model not in written:
            yield seen.violation("I5", f"turn {turn} was asked of {model}, which is not in the journal")


def i5_a_change_holds(seen: Evidence) -> Iterator[Violation]:
    """What was written before a prompt was submitted holds for that prompt's turn."""
    asked = dict(_asked(seen))
    changes = [(sent.index, sent.message.selector) for sent in seen.of(ModelChanged)]
    submitted = {sent.message.prompt: sent.index for sent in seen.of(SubmitPrompt)}
    for begun in seen.of(TurnStarted):
        since = submitted.get(begun.message.prompt, -1)
        before = [place for place, (index, _) in enumerate(changes) if index < since]
        model = asked.get(begun.message.turn)
        if model is not None and before and model not in {selector for _, selector in changes[before[-1] :]}:
            text = f"{begun.message.prompt} was asked of {model}, after {changes[before[-1]][1]} had been chosen"
            yield seen.violation("I5", text, begun.step)


def _asked(seen: Evidence) -> list[tuple[str, str]]:
    """Whom each request of this incarnation went to: turn and model."""
    number = seen.incarnation.number
    return [(turn, model) for made_in, turn, model in seen.run.world.models if made_in == number]


MODEL: tuple[Callable[[Evidence], Iterator[Violation]], ...] = (i5_a_turn_keeps_a_written_model, i5_a_change_holds)
