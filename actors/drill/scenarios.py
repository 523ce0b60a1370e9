"""The scenarios that ship: small days in a company's life, each about one thing."""

from __future__ import annotations

from actors.drill.scenario import Act, Program, Scenario, prompt
from actors.llm.script import CallStep, Script, ScriptedExchange, Step
from actors.messages import (
    ApprovalRequested,
    CallStarted,
    CancelTurn,
    JobStreamed,
    PromptAccepted,
    ReplyStreamed,
    RequestStarted,
    TurnStarted,
)
from actors.runtime.signals import BeginShutdown


def says(*texts: str) -> tuple[Step, ...]:
    """The model says this, piece by piece."""
    return tuple(Step(delta=text) for text in texts)


def calls(name: str, *marks: str, key: str = "mark") -> tuple[Step, ...]:
    """The model calls a tool, once for each mark."""
    return tuple(Step(call=CallStep(name, {key: mark})) for mark in marks)


def exchange(expect: str, *answers: tuple[Step, ...]) -> tuple[ScriptedExchange, ...]:
    """The answers to the requests that follow this prompt; the last answer is given however often it is asked for."""
    *first, last = answers
    return (
        *(ScriptedExchange(steps, expect) for steps in first),
        ScriptedExchange(last, expect, times="any"),
    )


def script(*exchanges: tuple[ScriptedExchange, ...]) -> Script:
    """A script in which any exchange that fits may answer."""
    return Script(tuple(one for group in exchanges for one in group), any_order=True)


ANSWER = Scenario(
    "answer",
    "one prompt, one answer, the end",
    script(exchange("hello", says("Hel", "lo"))),
    (prompt("hello"),),
)
