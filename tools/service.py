"""A request of a tool to another part of the program: a command to send, answered later with the call's result.

Beside `tools.job.JobRequest` and `tools.tool.Question` the third thing that `execute` may return. The tool runner puts
the ids of turn and call into the command, sends it, and waits; the tool knows no more of actors than that.
"""

from __future__ import annotations

from msgspec import Struct


class RequestedCommand(Struct, frozen=True):
    """What a tool may request: an `actors.calls.service_command.ServiceCommand`, which this layer does not know."""


class ServiceRequest(Struct, frozen=True):
    """`command` is of a subclass of `actors.calls.service_command.ServiceCommand`.

    Its `turn` and `call` are set before it is sent. The actor that receives it answers with `FinishService`, at any
    time before the deadline. The call's result is what it answers; `conclude` is not called.
    """

    command: RequestedCommand
    actor: str = ""
    """Name of the actor that receives the command: when it is restarted the call is answered as lost. Empty: unknown;
    then only the deadline ends a call whose command was lost."""
    time_limit: float | None = None
    """Seconds until the call is answered as timed out; None takes the setting `tools.time_limit`."""
