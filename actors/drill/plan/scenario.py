"""A scenario: what the person does, what the model says, how programs behave. Data; see `scenarios`.

The same scenario runs under any schedule and any fault plan. It ends by itself: when every prompt has come to its end
the person leaves; they also leave when nothing can happen any more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from actors.ids import PromptId
from actors.messages import SubmitPrompt
from actors.records import SessionOpened
from config.model_facts import EMBEDDED, ModelFacts

if TYPE_CHECKING:
    from actors.llm.scripted.script import Script
    from actors.records import ApprovalAnswer
    from actors.runtime.message import Message
    from config.settings import PermissionMode

Stubbornness: TypeAlias = Literal[0, 1, 2, 3]
"""Ends at INT; at TERM only; at KILL only; never."""


@dataclass(frozen=True, slots=True)
class Program:
    """How a command behaves: output after so many seconds each, then its end. `ends` False: only if it is ended."""

    output: tuple[tuple[float, str], ...] = ()
    exit_code: int = 0
    stubborn: Stubbornness = 0
    ends: bool = True


@dataclass(frozen=True, slots=True)
class Act:
    """The person sends this, so many seconds after they saw the `nth` message of a class.

    `fault` is the kind of fault that it stands for, where a plan has it done to the program.
    """

    send: Message
    after: type[Message] = SessionOpened
    nth: int = 1
    seconds: float = 0.0
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Scenario:
    """What a person does and the model says, in order. `leaves` False: one of the acts ends the program."""

    name: str
    about: str
    script: Script
    acts: tuple[Act, ...]
    programs: dict[str, Program] = field(default_factory=dict[str, Program])
    mode: PermissionMode = "yolo"
    interactive: bool = True
    approves: ApprovalAnswer = "once"
    leaves: bool = True
    prompt_bound: float = 3_600.0
    """Virtual seconds from a prompt to its end, waiting in the queue and retries included."""
    turn_limit: float | None = None
    """The turn's own time limit, in virtual seconds."""
    fallback: bool = False
    """Whether there is a second model for where the first one fails; in simulation."""
    exit_bound: float = 12.5
    """Virtual seconds from the first order to stop to the end: the sum of the phases' limits."""

    system: str = ""
    """The system prompt."""
    facts: ModelFacts = EMBEDDED
    """What is known of the model: its window, above all."""

    def prompts(self) -> tuple[PromptId, ...]:
        """The prompts that are submitted, in order."""
        return tuple(act.send.prompt for act in self.acts if isinstance(act.send, SubmitPrompt))


def prompt(text: str, number: int = 1, *, after: type[Message] = SessionOpened, seconds: float = 0.0) -> Act:
    """The person asks for something; the ids are p1, p2 and so on."""
    return Act(SubmitPrompt(PromptId(f"p{number}"), text), after, 1, seconds)
