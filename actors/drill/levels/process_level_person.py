"""The simulated person at the real program: types what the scenario says, answers questions, leaves when all is done.

They know what can be known from outside: the journal on the disk, what the model's server was asked and said, and the
words on the screen.
"""

from __future__ import annotations

import signal
import time
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from actors.conversation import fold
from actors.drill.exploration.plan_runs import MOMENTS
from actors.journal.journal import read_back
from actors.messages import (
    ApprovalRequested,
    CancelTurn,
    JobFinished,
    QuestionAsked,
    ReplyStreamed,
    RequestStarted,
    StartJob,
    SubmitPrompt,
    WithdrawPrompt,
)
from actors.records import PromptAccepted, PromptWithdrawn, SessionOpened, ShellShared, TurnFinished, TurnStarted
from actors.runtime.message import Message
from actors.runtime.signals import BeginShutdown
from tools.text.screen_text import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from actors.drill.levels.process_level_folder import DrillFolder
    from actors.drill.levels.process_level_terminal import DrivenTerminal
    from actors.drill.plan.scenario import Act, Scenario
    from config.faults.fault import Fault

Happening: TypeAlias = tuple[str, str, str]
"""Who, to whom, what."""

ESCAPE, CONTROL_C, LEAVE, UP_AND_CLEAR = "\x1b", "\x03", "\x15\x04", "\x1b[A\x15"
READY = b"\x1b[?2004h"
"""The program reads keys one by one from now on."""
APPROVAL_WORDS, QUESTION_WORDS = "1 Yes", "type the answer"
APPROVES = {"once": "1", "session": "2", "always": "3", "no": "4"}
SEEN_OTHERWISE: dict[type[Message], type[Message]] = {JobFinished: ShellShared}
"""What cannot be seen from outside, and what comes with it that can."""
SIGNALS = {"terminate": signal.SIGTERM, "kill": signal.SIGKILL}
RESIZES = 100
AFTER_ESCAPE, AFTER_KEY = 0.2, 0.6
"""Seconds; what follows an Esc at once is taken for a key with Alt, and what follows a key at once for text."""
LOOK_EVERY = 0.02
"""Seconds between two looks at the journal; the terminal is looked at all the time."""


class Typist:
    """One incarnation of the program. `happened` lists the events, `typed` are the prompts, `ran` the commands."""

    def __init__(self, terminal: DrivenTerminal, folder: DrillFolder, scenario: Scenario) -> None:
        self.happened: list[Happening] = []
        self.typed: list[str] = []
        self.ran: list[str] = []
        self.struck: list[str] = []
        """What happened to the program, by kind."""
        self.left_at: float | None = None
        """When the program was told to end."""
        self._terminal = terminal
        self._folder = folder
        self._scenario = scenario
        self._acts: list[Act] = list(scenario.acts)
        self._due: list[tuple[float, Callable[[], object]]] = []
        self._faults: list[tuple[Fault, float]] = []
        self._words: Counter[type[Message]] = Counter()
        self._records = 0
        self._looked = 0
        """So much of the output was searched for questions."""

    def comes_back(self) -> None:
        """After a kill nothing is typed again."""
        self._acts = []

    def expects(self, fault: Fault, seconds: float = 0.0) -> None:
        """Something happens to the program, so many seconds after its moment."""
        self._faults.append((fault, seconds))

    def hears(self, word: str) -> None:
        """The model's server was asked, or said something; called on its threads."""
        if word == "request":
            self._words[RequestStarted] += 1
            self.happened.append(("program", "model", "request"))
        elif word == "piece":
            self._words[ReplyStreamed] += 1
        else:
            self.happened.append(("model", "program", word))

    def incarnations(self, patience: float, exit_bound: float) -> str:
        """Until the program has ended; why if it has not."""
        begun = time.monotonic()
        while self._terminal.exit_code() is None:
            self._terminal.read(LOOK_EVERY)
            now = time.monotonic()
            if self.left_at is not None and now > self.left_at + exit_bound:
                return f"it was told to end {exit_bound:g} s ago"
            if self.left_at is None and now > begun + patience:
                self._leave("nothing happens any more")
            if READY in self._terminal.output:
                self._look(now)
        while self._terminal.read(0.0):
            pass
        self._seen()
        return ""

    def _look(self, now: float) -> None:
        seen = self._seen()
        self._answer()
        for act in [act for act in self._acts if seen[SEEN_OTHERWISE.get(act.after, act.after)] >= act.nth]:
            self._acts.remove(act)
            self._due.append((now + act.seconds, partial(self._do, act.send)))
        for fault, seconds in tuple(self._faults):
            if seen[MOMENTS.get(fault.on, TurnStarted)] >= (fault.nth or 1):
                self._faults.remove((fault, seconds))
                self._due.append((now + seconds, partial(self._strike, fault.kind)))
        for due in [due for due in self._due if due[0] <= now]:
            self._due.remove(due)
            due[1]()
        if self._scenario.leaves and not self._acts and not self._due and self.left_at is None and self._is_done(seen):
            self._leave("done")

    def _seen(self) -> Counter[type[Message]]:
        records = read_back(self._folder.journal()).records
        for record in records[self._records :]:
            self.happened.append(("program", "journal", type(record).__name__))
        self._records = len(records)
        return Counter[type[Message]](type(record) for record in records) + self._words

    def _is_done(self, seen: Counter[type[Message]]) -> bool:
        ended = seen[TurnFinished] + seen[PromptWithdrawn]
        accepted = seen[PromptAccepted]
        conversation = fold(read_back(self._folder.journal()).records)
        is_idle = conversation.turn is None and not conversation.waiting
        return bool(seen[SessionOpened]) and is_idle and ended >= accepted >= len(self.typed)

    def _answer(self) -> None:
        words = plain(self._terminal.output[self._looked :].decode(errors="replace"))
        if APPROVAL_WORDS in words:
            self._words[ApprovalRequested] += 1
            self._press(APPROVES[self._scenario.approves], "answers the approval")
            if self._scenario.approves == "no":
                self._pause(AFTER_KEY)
                self._terminal.keys("\r")
        elif QUESTION_WORDS in words:
            self._words[QuestionAsked] += 1
            self._press("yes", "answers the question")
            self._pause(AFTER_ESCAPE)
            self._terminal.keys("\r")
        else:
            return
        self._looked = len(self._terminal.output)

    def _do(self, message: Message) -> None:
        match message:
            case SubmitPrompt(text=text):
                self.typed.append(text)
                self._press(f"{text}\r", f"types {text}")
            case StartJob(request=request):
                self.ran.append(request.argv[-1])
                self._press(f"!{request.argv[-1]}\r", f"runs {request.argv[-1]}")
            case CancelTurn():
                self._press(ESCAPE, "presses Esc")
                self._pause(AFTER_ESCAPE)
            case WithdrawPrompt():
                self._press(UP_AND_CLEAR, "takes a prompt back")
            case BeginShutdown():
                self._press(CONTROL_C + CONTROL_C, "presses Ctrl-C twice")
                self.left_at = self.left_at or time.monotonic()
            case _:
                pass

    def _strike(self, kind: str) -> None:
        terminal = self._terminal
        self.struck.append(kind)
        self.happened.append(("drill", "program", kind))
        match kind:
            case "hang_up":
                terminal.hang_up()
            case "resize_storm":
                for size in range(RESIZES):
                    terminal.resize(10 + size % 40, 40 + size)
            case "interrupt":
                terminal.keys(CONTROL_C)
            case "interrupt_twice":
                terminal.signal(signal.SIGINT)
                self._pause(AFTER_ESCAPE)
                terminal.signal(signal.SIGINT)
            case _:
                terminal.signal(SIGNALS[kind])
        if kind not in ("resize_storm", "interrupt"):
            self.left_at = self.left_at or time.monotonic()

    def _pause(self, seconds: float) -> None:
        """Let the program take in what was typed; what it writes meanwhile is read."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._terminal.read(left)

    def _press(self, keys: str, words: str) -> None:
        self.happened.append(("person", "program", words))
        self._terminal.keys(keys)

    def _leave(self, why: str) -> None:
        self.left_at = time.monotonic()
        self.happened.append(("person", "program", f"leaves: {why}"))
        self._terminal.keys(LEAVE)


def unseen(scenario: Scenario) -> str:
    """Why the scenario cannot be played from outside; empty if it can."""
    if not scenario.interactive:
        return "it has no person at a terminal"
    return ""
