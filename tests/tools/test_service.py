"""A request to another part of the program, as a value."""

from __future__ import annotations

import msgspec
import pytest

from actors.ids import CallId
from tests.actors.calls.serving import LookUp
from tools.service import RequestedCommand, ServiceRequest

C1 = CallId("c1")


def test_a_request_is_a_value_with_the_usual_limit_and_no_known_actor() -> None:
    request = ServiceRequest(LookUp("apple"))
    assert request == ServiceRequest(LookUp("apple"), "", None)
    assert request != ServiceRequest(LookUp("pear"))
    assert hash(request) == hash(ServiceRequest(LookUp("apple")))


def test_a_command_says_what_it_must_and_leaves_the_ids_to_the_tool_runner() -> None:
    command = LookUp("apple")
    assert (command.word, command.turn, command.call) == ("apple", "", "")
    assert msgspec.structs.replace(command, call=C1) == LookUp("apple", call=C1)
    with pytest.raises(AttributeError):
        command.word = "pear"  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue]


def test_the_layer_of_tools_knows_commands_by_their_base_only() -> None:
    assert issubclass(LookUp, RequestedCommand)
    assert RequestedCommand.__struct_fields__ == ()
