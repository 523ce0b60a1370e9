"""The simulated catalogue keeps the promise of the real one."""

from __future__ import annotations

from actors.drill.plan.scenarios import SWITCH_MODEL
from actors.drill.simulated.run import RunSpec, run
from actors.messages import NoticeRaised
from actors.records import ModelChanged


def test_the_model_is_changed_between_turns_and_a_missing_one_is_said() -> None:
    done = run(SWITCH_MODEL, RunSpec(1))
    models = dict.fromkeys((turn, model) for _, turn, model in done.world.models)
    assert list(models) == [("t1", "scripted"), ("t2", "drill/second"), ("t3", list(models)[-1][1])]
    shown = [shown.message for shown in done.world.shown]
    assert [message.selector for message in shown if isinstance(message, ModelChanged)] == [
        "drill/second",
        "drill/third",
    ]
    assert any(isinstance(message, NoticeRaised) and "missing" in message.text for message in shown)
