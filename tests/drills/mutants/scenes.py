"""Scenarios that some mutants need beside the shipped ones: a cancel or an order to quit at an awkward moment."""

from __future__ import annotations

from actors.drill.plan.scenario import Act, Program, Scenario, prompt
from actors.drill.plan.scenarios import calls, exchange, says, script
from actors.ids import NO_TURN, JobId
from actors.llm.scripted.script import ScriptedStep
from actors.messages import CancelTurn, JobStreamed, QueueChanged, ReplyStreamed, StartJob
from actors.records import CallStarted, TurnFinished
from actors.runtime.signals import BeginShutdown
from tools.job import JobRequest

TYPED = StartJob(NO_TURN, JobId("shell-1"), JobRequest(("/bin/sh", "-c", "server"), "/", "pty"))
SERVER = {"server": Program(((0.1, "listening\n"),), stubborn=2, ends=False)}

CANCEL_AT_ONCE = Scenario(
    "cancel at once",
    "Esc the moment a prompt was sent, to a model that takes its time",
    script(exchange("talk", (*says("one"), ScriptedStep(stall=60.0), *says("two"))), exchange("again", says("good"))),
    (prompt("talk"), Act(CancelTurn(), after=QueueChanged), prompt("again", 2, after=TurnFinished)),
)

CANCEL_BEFORE_TOOLS = Scenario(
    "cancel before tools run",
    "Esc while the model says what it wants to run",
    script(exchange("work", (*says("I will"), *calls("run_command", "sleep", key="command")), says("never"))),
    (prompt("work"), Act(CancelTurn(), after=ReplyStreamed)),
    {"sleep": Program(((0.1, "tick\n"),), stubborn=1, ends=False)},
)

CALLS_AND_ON = Scenario(
    "calls, and on",
    "two prompts, each with two calls",
    script(
        exchange("work", calls("mark", "a", "b"), says("done")),
        exchange("more", calls("mark", "c", "d"), says("done again")),
    ),
    (prompt("work"), prompt("more", 2, after=TurnFinished)),
)

QUIT_STUBBORN = Scenario(
    "quit with a stubborn job",
    "the person leaves while a command of their own runs and minds nothing but KILL",
    script(exchange("one", says("1"))),
    (prompt("one"), Act(TYPED, after=TurnFinished), Act(BeginShutdown(0, "done"), after=JobStreamed)),
    SERVER,
    leaves=False,
)

REASONING = Scenario(
    "reasoning",
    "the model thinks, speaks, thinks again and speaks again",
    script(
        exchange(
            "think",
            (
                ScriptedStep(reasoning="a"),
                ScriptedStep(delta="b"),
                ScriptedStep(reasoning="c"),
                ScriptedStep(delta="d"),
            ),
        )
    ),
    (prompt("think"),),
)

FLOOD = Scenario(
    "flood",
    "a command prints faster than the screen shows",
    script(exchange("print", calls("run_command", "print", key="command"), says("printed"))),
    (prompt("print"),),
    {"print": Program(tuple((0.0, f"{number}\n") for number in range(20)))},
)

ANSWER_THEN_THINK = Scenario(
    "answer, then think",
    "a quick answer, and then one that takes a minute",
    script(exchange("hello", says("Hel", "lo")), exchange("think", (ScriptedStep(stall=60.0), *says("hm")))),
    (prompt("hello"), prompt("think", 2, after=TurnFinished)),
)

QUIT_TWICE = Scenario(
    "quit twice",
    "the person leaves, and says so again, while stubborn commands of the model's and of their own run",
    script(exchange("work", calls("run_command", "server", key="command"), says("never"))),
    (
        prompt("work"),
        Act(TYPED, after=CallStarted),
        Act(BeginShutdown(130, "interrupted"), after=JobStreamed),
        Act(BeginShutdown(130, "interrupted again"), after=JobStreamed, seconds=0.15),
    ),
    SERVER,
    leaves=False,
)

TURN_LIMIT = Scenario(
    "turn limit",
    "two turns that each take most of their time, one after the other",
    script(
        exchange("one", (ScriptedStep(stall=7.0), *says("1"))),
        exchange("two", (ScriptedStep(stall=7.0), *says("2"))),
    ),
    (prompt("one"), prompt("two", 2)),
    turn_limit=10.0,
)
