"""What the tool runner is told by its own worker threads and timers; no other actor sends these."""

from __future__ import annotations

from actors.ids import CallId, TurnId
from actors.runtime.message import Command
from tools.job import JobRequest
from tools.service import ServiceRequest
from tools.tool import Question, ToolResult


class CallExamined(Command, frozen=True):
    """From a worker thread: what the call is about, all links resolved, for the policy to judge.

    `also` are other names of the file that is meant: as the model wrote it, and those of links to it.
    """

    turn: TurnId
    call: CallId
    subject: str
    also: tuple[str, ...] = ()


class PreviewReady(Command, frozen=True):
    """From a worker thread: what a person is to be shown before approving the call."""

    turn: TurnId
    call: CallId
    preview: str


class WorkFinished(Command, frozen=True):
    """From a worker thread: `execute` or `conclude` came back.

    `work` is None where the tool raised, also in `subject` or `preview`; `problem` says why.
    """

    turn: TurnId
    call: CallId
    work: ToolResult | JobRequest | Question | ServiceRequest | None
    problem: str = ""


class CallTimeExpired(Command, frozen=True):
    """The time limit of what a call waits for has come."""

    turn: TurnId
    call: CallId
