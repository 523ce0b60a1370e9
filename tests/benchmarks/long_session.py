"""Our own time of a step in a long session: real actors, a model that answers at once, a window that fills many times.

    python -m tests.benchmarks.long_session

Each request is also written down by a dialect, as it would be for a server. The model's answers, the tool and the disk
cost next to nothing, so what is measured is Callboard itself: turn loop, journal, streamer, tool runner, dialect.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import perf_counter

from actors.llm.dialects.openai_chat.dialect import create
from actors.llm.port import ModelCall, ModelSignal
from actors.llm_streamer import ModelAccess
from actors.records import ConversationCompacted, TurnFinished
from actors.transcript import UserMessage
from config.model_facts import ModelFacts
from config.providers import SCRIPTED
from tests.actors.context.long_talk import SUMMARY, TASK
from tests.actors.stage import Options, Stage, answered, call
from tests.benchmarks.table import Bar, CannotMeasureError, Row

WINDOW = 32_000
STEPS = 1_100
PART = 50
"""Steps of which the median is taken."""


class CountingModel:
    """Calls a tool so many times, with much to say, and remembers when it was asked."""

    def __init__(self, steps: int) -> None:
        self.asked: list[float] = []
        self._steps = steps
        self._dialect = create(SCRIPTED)

    def __call__(self, model_call: ModelCall) -> Iterable[ModelSignal]:
        """What it says to this."""
        self._dialect.request(model_call)
        last = model_call.transcript.messages[-1]
        if isinstance(last, UserMessage) and "about to be compacted" in last.text:
            yield answered(SUMMARY)
            return
        self.asked.append(perf_counter())
        step = len(self.asked)
        if step > self._steps:
            yield answered("All done.")
        else:
            yield answered(f"Step {step}: " + "some words " * 100, call("append_line", line=f"{step}"))


def measured(steps: int = STEPS) -> tuple[list[float], list[int]]:
    """Seconds of each step, and after which of them the conversation was compacted."""
    model = CountingModel(steps)
    access = ModelAccess("m", "be kind", facts=ModelFacts(WINDOW, window_assumed=False))
    with tempfile.TemporaryDirectory() as folder, Stage(Path(folder), Options(reply=model, access=access)) as stage:
        stage.tell(TASK)
        end = stage.probe.wait_for(TurnFinished, timeout=600.0)
        assert end.outcome == "done", end.text
        compacted = stage.probe.heard(ConversationCompacted)
    seconds = [later - earlier for earlier, later in zip(model.asked, model.asked[1:], strict=False)]
    return seconds, [record.replaced for record in compacted]


def ratio(seconds: list[float]) -> float:
    """The median step around the 1,000th, by that around the 10th."""
    late = statistics.median(seconds[1_000 - PART // 2 : 1_000 + PART // 2])
    return late / statistics.median(seconds[10 : 10 + PART])


def rows() -> Iterator[Row]:
    """Three sessions."""
    runs = [measured() for _ in range(3)]
    if min(len(compactions) for _, compactions in runs) < 2:
        raise CannotMeasureError("the window was not filled twice")
    yield Row(
        "a step around the 1,000th ÷ one around the 10th",
        tuple(ratio(seconds) for seconds, _ in runs),
        Bar(1.5),
        f"{len(runs[0][1])} compactions on the way",
    )


if __name__ == "__main__":
    found, replaced = measured()
    print(f"{len(found)} steps, {len(replaced)} compactions; a step around the 1,000th costs {ratio(found):.2f} times")
    for place in (10, 100, 500, 1_000):
        median = statistics.median(found[place : place + PART])
        print(f"  step {place:>5}: {median * 1_000:.2f} ms median")
