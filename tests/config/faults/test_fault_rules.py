"""What a fault may say, rule by rule."""

from __future__ import annotations

import pytest

from config.errors import ConfigError
from config.faults.fault import Fault
from config.faults.fault_kinds import KINDS
from config.faults.fault_rules import check_fault, check_name, did_you_mean

MESSAGES = {"tool_runner": ("ExecuteCall", "RunCalls"), "program": ("CallStarted", "TurnStarted")}


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault(at="nobody", kind="hang"), "at: there is no 'nobody'. It can be: "),
        (Fault(at="modle", kind="cut"), "at: there is no 'modle'. Did you mean model? It can be: "),
        (Fault(at="journal", kind="cut"), "kind at journal: there is no 'cut'. It is a kind at: model. It can be: "),
        (Fault(at="ui", kind="crash_bfore"), "there is no 'crash_bfore'. Did you mean crash_before?"),
        (Fault(at="ui", kind="hang", seconds=2.0), "seconds: hang at ui has no use for it; leave it out"),
        (Fault(at="model", kind="no_end", size=2), "size: no_end at model has no use for it; leave it out"),
        (Fault(at="ui", kind="overflow", size=0), "size: a mailbox that holds no message is none"),
        (Fault(at="ui", kind="delay", seconds=-1.0), "seconds: only a wall_jump goes backwards"),
        (Fault(at="model", kind="cut", on="RunCalls"), "on: model is no actor and hears no messages"),
        (Fault(at="ui", kind="overflow", on="RunCalls"), "on: overflow is about no message"),
        (
            Fault(at="tool_runner", kind="hang", on="RunCall"),
            "on: tool_runner does not hear RunCall. Did you mean RunCalls? It can be: ExecuteCall, RunCalls",
        ),
        (
            Fault(at="program", kind="terminate", on="RunCalls"),
            "on: RunCalls is never seen from outside. It can be: CallStarted, TurnStarted",
        ),
        (Fault(at="program", kind="kill", probability=0.5), "take `on` and `nth`"),
        (Fault(at="program", kind="terminate", most=2), "most: terminate happens once"),
        (Fault(at="program", kind="kill", nth=2), "nth: a kill without `on` comes anywhere"),
        (Fault(at="ui", kind="hang", nth=2, probability=0.5), "takes `nth` or `probability`, not both"),
        (Fault(at="ui", kind="hang", nth=2, most=2), "takes `nth`, which is one time, or `most`, not both"),
        (Fault(at="ui", kind="overflow", most=2), "overflow lasts from the start to the end"),
    ],
)
def test_what_means_nothing_is_refused_with_what_can_be_written(fault: Fault, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_fault(fault, MESSAGES)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(at="program", kind="kill", most=3),
        Fault(at="program", kind="kill", on="CallStarted", nth=2, most=2, size=7),
        Fault(at="ui", kind="wall_jump", seconds=-5.0),
        Fault(at="ui", kind="overflow", size=2),
        Fault(at="model", kind="cut", size=0, probability=0.5, most=9),
    ],
)
def test_what_means_something_is_taken(fault: Fault) -> None:
    check_fault(fault, MESSAGES)


@pytest.mark.parametrize("place", sorted(KINDS))
def test_every_kind_takes_what_its_words_name_and_nothing_else(place: str) -> None:
    for name, kind in KINDS[place].items():
        for key, value in (("size", 3), ("seconds", 2.0)):
            fault = Fault(at=place, kind=name, **{key: value})  # type: ignore[arg-type]
            if f"`{key}`" in kind.about:
                check_fault(fault, None)
            else:
                with pytest.raises(ConfigError, match="has no use for it"):
                    check_fault(fault, None)


def test_somebody_elses_actors_are_the_only_places_and_have_the_kinds_of_actors() -> None:
    check_fault(Fault(at="model", kind="slow", seconds=2.0), None, ("model",))
    with pytest.raises(ConfigError, match="kind at model: there is no 'cut'"):
        check_fault(Fault(at="model", kind="cut"), None, ("model",))


def test_a_name_that_is_there_is_taken() -> None:
    check_name("scenario", "answer", ("answer",))
    assert did_you_mean("answr", ("answer",)) == " Did you mean answer?"
    assert did_you_mean("zzz", ("answer",)) == ""
