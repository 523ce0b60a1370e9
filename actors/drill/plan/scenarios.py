"""The scenarios that ship with Callboard, each about one thing."""

from __future__ import annotations

from actors.context_messages import CompactConversation
from actors.drill.plan.scenario import Act, Program, Scenario, prompt
from actors.ids import NO_TURN, JobId, PromptId
from actors.llm.scripted.script import CallStep, Script, ScriptedExchange, ScriptedStep, UsageStep
from actors.messages import (
    ApprovalRequested,
    CancelTurn,
    ChangeModel,
    JobFinished,
    ReplyStreamed,
    RequestStarted,
    ShareShell,
    StartJob,
    SubmitPrompt,
    WithdrawPrompt,
)
from actors.records import CallStarted, PromptAccepted, TurnFinished, TurnStarted
from actors.runtime.signals import BeginShutdown
from config.errors import ConfigError
from config.model_facts import FREE, ModelFacts
from tools.job import JobRequest


def says(*texts: str) -> tuple[ScriptedStep, ...]:
    """The model says this, piece by piece."""
    return tuple(ScriptedStep(delta=text) for text in texts)


def calls(name: str, *marks: str, key: str = "mark") -> tuple[ScriptedStep, ...]:
    """The model calls a tool, once for each mark."""
    return tuple(ScriptedStep(call=CallStep(name, {key: mark})) for mark in marks)


def call(name: str, /, **arguments: object) -> tuple[ScriptedStep, ...]:
    """The model calls a tool with these arguments."""
    return (ScriptedStep(call=CallStep(name, dict(arguments))),)


def exchange(expect: str, *answers: tuple[ScriptedStep, ...]) -> tuple[ScriptedExchange, ...]:
    """The answers to the requests that follow this prompt; the last answer is given however often it is asked for.

    Raises:
        ConfigError: there is no answer.
    """
    if not answers:
        raise ConfigError(f'exchange({expect!r}): the model says nothing. Write exchange({expect!r}, says("…"))')
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

TOOLS = Scenario(
    "tools",
    "two calls at once, then one that fails, then the answer",
    script(exchange("work", calls("mark", "a", "b"), (*calls("look", "c"), *calls("break", "d")), says("done"))),
    (prompt("work"),),
)

APPROVAL = Scenario(
    "approval",
    "a call that a person must allow, beside one that needs no approval",
    script(exchange("change", (*calls("mark", "a"), *calls("look", "b")), says("changed"))),
    (prompt("change"),),
    mode="default",
)

DENIED = Scenario(
    "denied",
    "the person says no",
    script(exchange("change", calls("mark", "a"), says("then not"))),
    (prompt("change"),),
    mode="default",
    approves="no",
)

UNATTENDED = Scenario(
    "unattended",
    "policy would ask and no person can answer",
    script(exchange("change", (*calls("mark", "a"), *calls("look", "b")), says("never"))),
    (prompt("change"),),
    mode="default",
    interactive=False,
)

JOB = Scenario(
    "job",
    "a command that prints, and one that fails",
    script(exchange("build", (*calls("run_command", "make", "false", key="command"),), says("built"))),
    (prompt("build"),),
    {"make": Program(((0.1, "one\n"), (0.2, "two\n"))), "false": Program((), 1)},
)

TIME_LIMIT = Scenario(
    "time limit",
    "a command that never ends and minds nothing but KILL",
    script(exchange("wait", calls("run_command", "sleep", key="command"), says("gave up"))),
    (prompt("wait"),),
    {"sleep": Program(((1.0, "waiting\n"),), stubborn=2, ends=False)},
)

QUESTION = Scenario(
    "question",
    "the model asks the person something",
    script(
        exchange("decide", (ScriptedStep(call=CallStep("ask_user", {"question": "which one?"})),), says("this one"))
    ),
    (prompt("decide"),),
)

CANCEL_STREAM = Scenario(
    "cancel while streaming",
    "Esc while the model speaks, then another prompt",
    script(exchange("talk", says("one", "two", "three", "four")), exchange("again", says("good"))),
    (
        prompt("talk"),
        Act(CancelTurn(), after=ReplyStreamed),
        prompt("again", 2, after=RequestStarted),
    ),
)

CANCEL_TOOLS = Scenario(
    "cancel while tools run",
    "Esc while a command runs and a file is being written, then another prompt",
    script(
        exchange("work", (*calls("run_command", "sleep", key="command"), *calls("mark", "a")), says("never")),
        exchange("again", calls("mark", "b"), says("good")),
    ),
    (
        prompt("work"),
        Act(CancelTurn(), after=CallStarted),
        prompt("again", 2, after=TurnStarted),
    ),
    {"sleep": Program(((0.1, "tick\n"),), stubborn=1, ends=False)},
)

CANCEL_APPROVAL = Scenario(
    "cancel while asking",
    "Esc while a person is being asked, who answers nevertheless",
    script(exchange("change", calls("mark", "a", "b"), says("never"))),
    (prompt("change"), Act(CancelTurn(), after=ApprovalRequested)),
    mode="default",
)

QUEUE = Scenario(
    "queue",
    "three prompts at once; one is taken back, and each of the others has its answer",
    script(
        exchange("first", calls("mark", "a"), says("1")),
        exchange("second", says("2")),
        exchange("third", calls("look", "b"), says("3")),
    ),
    (
        prompt("first"),
        prompt("second", 2),
        prompt("third", 3),
        Act(WithdrawPrompt(PromptId("p2")), after=PromptAccepted, nth=2),
    ),
)

RETRY = Scenario(
    "retry",
    "a cut, a server out of order and a pause that it asks for, then the answer",
    script(
        exchange(
            "try",
            (ScriptedStep(delta="half"), ScriptedStep(cut="reset")),
            (ScriptedStep(status=500),),
            (ScriptedStep(status=429, headers={"retry-after": "7"}),),
            says("whole"),
        )
    ),
    (prompt("try"),),
)

FALLBACK = Scenario(
    "fallback",
    "one prompt with calls, and a second model for where the first one fails",
    script(exchange("work", calls("mark", "a"), says("done"))),
    (prompt("work"),),
    fallback=True,
)

MANY = Scenario(
    "many prompts",
    "twelve prompts at once, each with one short answer",
    script(exchange("hello", says("good"))),
    tuple(prompt("hello", number) for number in range(1, 13)),
)

REFUSED = Scenario(
    "refused",
    "the server rejects the request; the next prompt is answered",
    script(exchange("bad", (ScriptedStep(status=400),)), exchange("good", says("fine"))),
    (prompt("bad"), prompt("good", 2, after=TurnFinished)),
)

SILENCE = Scenario(
    "silence",
    "the model falls silent in the middle, and then answers",
    script(exchange("think", (ScriptedStep(delta="well"), ScriptedStep(stall=1_000.0)), says("well, yes"))),
    (prompt("think"),),
)

QUIT_STREAMING = Scenario(
    "quit while streaming",
    "the person leaves while the model speaks and a prompt waits",
    script(exchange("talk", says("one", "two", "three")), exchange("more", says("more"))),
    (
        prompt("talk"),
        prompt("more", 2),
        Act(BeginShutdown(130, "interrupted"), after=ReplyStreamed),
    ),
    leaves=False,
)

QUIT_WORKING = Scenario(
    "quit while tools run",
    "the person leaves while a stubborn command runs and files are being written",
    script(exchange("work", (*calls("run_command", "server", key="command"), *calls("mark", "a", "b")), says("never"))),
    (
        prompt("work"),
        Act(BeginShutdown(130, "interrupted"), after=CallStarted, nth=2),
    ),
    {"server": Program(((0.0, "listening\n"),), stubborn=2, ends=False)},
    leaves=False,
)

QUIT_ASKING = Scenario(
    "quit while asking",
    "the person leaves instead of answering, twice in a row",
    script(exchange("change", calls("mark", "a"), says("never"))),
    (
        prompt("change"),
        Act(BeginShutdown(130, "interrupted"), after=ApprovalRequested),
        Act(BeginShutdown(130, "interrupted again"), after=ApprovalRequested),
    ),
    mode="default",
    leaves=False,
)

SHELL = Scenario(
    "shell",
    "the person runs a command of their own while a turn runs, tells the model, and asks on",
    script(exchange("one", says("1")), exchange("two", says("2"))),
    (
        prompt("one"),
        Act(StartJob(NO_TURN, JobId("shell-1"), JobRequest(("/bin/sh", "-c", "ls"), "/", "pty")), after=TurnStarted),
        Act(ShareShell("ls", "a b", 0), after=JobFinished),
        prompt("two", 2, after=JobFinished),
    ),
    {"ls": Program(((0.0, "a b\n"),))},
)

FILLED = ModelFacts(1_400, window_assumed=False, prices=FREE)
"""A window that a few calls fill. Sizes in tokens."""
FILLING = tuple(f"{number} " + "of many words " * 20 for number in range(12))
ASKED_TO_SUM_UP = "about to be compacted"

COMPACTION = Scenario(
    "compaction",
    "one prompt fills the window several times; the person compacts once more, and asks on",
    script(
        exchange(ASKED_TO_SUM_UP, says("Decisions: ", "to go on.")),
        exchange("work", *(calls("look", mark) for mark in FILLING), says("done")),
        exchange("more", says("more")),
    ),
    (
        prompt("work"),
        Act(CompactConversation("the marks"), after=TurnFinished),
        prompt("more", 2, after=TurnFinished),
    ),
    facts=FILLED,
)

LYING_SUMMARY = Scenario(
    "lying summary",
    "the model's summary is longer than what it replaces; the turn goes on without it",
    script(
        exchange(
            ASKED_TO_SUM_UP, (ScriptedStep(delta="no end " * 2_000), ScriptedStep(usage=UsageStep(input=900, output=3)))
        ),
        exchange("work", *(calls("look", mark) for mark in FILLING), says("done")),
    ),
    (prompt("work"),),
    facts=FILLED,
)

NO_ROOM = Scenario(
    "no room",
    "the system prompt is longer than the window: each prompt ends with that reason",
    script(exchange("work", says("never")), exchange("more", says("never"))),
    (prompt("work"), prompt("more", 2)),
    system="be kind " * 1_000,
    facts=FILLED,
)

SWITCH_MODEL = Scenario(
    "switch model",
    "another model is chosen while one answers and between turns; a wrong name changes nothing",
    script(
        exchange("first", calls("mark", "a"), says("1")),
        exchange("second", calls("look", "b"), says("2")),
        exchange("third", says("3")),
    ),
    (
        prompt("first"),
        Act(ChangeModel("drill/second"), after=TurnStarted),
        prompt("second", 2, after=TurnFinished),
        Act(ChangeModel("missing"), after=TurnFinished, nth=2),
        Act(ChangeModel("drill/third"), after=TurnFinished, nth=2),
        Act(SubmitPrompt(PromptId("p3"), "third"), after=TurnFinished, nth=2),
    ),
)

SCENARIOS = (
    ANSWER,
    TOOLS,
    APPROVAL,
    DENIED,
    UNATTENDED,
    JOB,
    TIME_LIMIT,
    QUESTION,
    CANCEL_STREAM,
    CANCEL_TOOLS,
    CANCEL_APPROVAL,
    QUEUE,
    RETRY,
    FALLBACK,
    MANY,
    REFUSED,
    SILENCE,
    QUIT_STREAMING,
    QUIT_WORKING,
    QUIT_ASKING,
    SHELL,
    COMPACTION,
    LYING_SUMMARY,
    NO_ROOM,
    SWITCH_MODEL,
)
"""All of them."""
