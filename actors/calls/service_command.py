"""The base of commands with which a tool has another actor work for its call, and how that is called off.

A tool returns such a command in a `tools.service.ServiceRequest`; the tool runner sends it. The actor that receives it
answers with `FinishService`, unless `ServiceAbandoned` names the call first: then it ends its work for the call.
"""

from __future__ import annotations

from actors.ids import NO_CALL, NO_TURN, CallId, TurnId
from actors.runtime.message import Command, Event
from tools.service import RequestedCommand


class ServiceCommand(Command, RequestedCommand, frozen=True, kw_only=True):
    """A subclass adds what the actor must know; it is received by that actor only.

    The tool leaves `turn` and `call` out; the tool runner sets them.
    """

    turn: TurnId = NO_TURN
    call: CallId = NO_CALL


class ServiceAbandoned(Event, frozen=True):
    """The call needs no `FinishService` any more: it was cancelled, timed out or lost; end the work for it."""

    turn: TurnId
    call: CallId
