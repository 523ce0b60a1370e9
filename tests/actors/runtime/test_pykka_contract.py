"""What the actor layer takes for granted of pykka, so that an upgrade which changes it is seen here first.

The left column of the table in docs/architecture.md, and the private names that shells use.
"""

from __future__ import annotations

import inspect
import queue
import re
import threading
from importlib.metadata import version
from typing import NoReturn

import pykka
import pytest
from pykka import _actor, _ref
from pykka._envelope import Envelope
from pykka.messages import _ActorStop  # pyright: ignore[reportPrivateUsage]

from tests.packaging.source_files import product

BOUND = 20.0


class Plain(pykka.ThreadingActor):
    """Does what a message says."""

    use_daemon_thread = True

    def on_receive(self, message: object) -> object:
        if isinstance(message, BaseException):
            raise message
        if callable(message):
            return message()
        return message


PRIVATE = {
    "_ActorStop",
    "_actor.ActorInbox",
    "_actor_loop",
    "_actor_loop_running",
    "_actor_loop_setup",
    "_actor_loop_teardown",
    "_create_actor_inbox",
    "_create_future",
    "_envelope.Envelope",
    "_start_actor_loop",
    "_stop",
    "_types.OptExcInfo",
}
"""Every private name of pykka's that the actor layer imports, calls or replaces."""


def test_the_version_is_of_the_minor_that_was_tried() -> None:
    assert version("pykka").split(".")[:2] == ["4", "5"]


def test_every_private_name_that_is_used_is_listed() -> None:
    """What the hosts share with pykka's own actor, and what is imported from its private modules."""
    theirs = set(re.findall(r"(?:self\.|def )(_[a-z]\w*)", inspect.getsource(pykka.Actor)))
    layer = [source for source in product() if source.path.startswith("actors/runtime/")]
    hosts = [source for source in layer if "ActorHost" in source.text]
    used = {name for source in hosts for name in re.findall(r"(?:self\.|def )(_[a-z]\w*)", source.text)} & theirs
    imported = {
        name.removeprefix("pykka.").removeprefix("messages.")
        for source in layer
        for name in source.imported()
        if name.startswith("pykka.") and "._" in name and name.count(".") > 1
    }
    assert used | imported == PRIVATE


def test_the_loop_consists_of_three_methods_that_a_shell_may_call_by_themselves() -> None:
    source = inspect.getsource(pykka.Actor._actor_loop)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    steps = ["_actor_loop_setup", "_actor_loop_running", "_actor_loop_teardown"]
    assert [line.strip() for line in source.splitlines() if line.strip().startswith("self.")] == [
        f"self.{step}()" for step in steps
    ]


def test_the_inbox_needs_put_get_and_empty_only() -> None:
    inbox = _actor.ActorInbox
    methods = {name for name, value in vars(inbox).items() if inspect.isfunction(value) and not name.startswith("_")}
    assert methods == {"put", "get", "empty"}


def test_a_reference_has_the_fields_that_a_shell_replaces() -> None:
    reference = Plain.start()
    try:
        assert {"actor_class", "actor_urn", "actor_inbox", "actor_stopped"} <= vars(reference).keys()
        assert isinstance(reference.actor_stopped, threading.Event)
    finally:
        reference.stop(timeout=BOUND)
    assert isinstance(reference, _ref.ActorRef)


def test_an_envelope_is_read_by_message_and_reply_to_only() -> None:
    assert set(Envelope.__slots__) == {"message", "reply_to"}
    running = inspect.getsource(pykka.Actor._actor_loop_running)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    teardown = inspect.getsource(pykka.Actor._actor_loop_teardown)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    used = {word for word in (running + teardown).replace("(", " ").replace(")", " ").split() if "envelope." in word}
    assert {word.split(".")[1].rstrip(",:") for word in used} == {"message", "reply_to"}


def test_a_get_that_raises_leaves_the_loop_as_it_is() -> None:
    """How the loop runtime parks an actor: `get` stands outside of the loop's own try."""

    class Away(BaseException):
        pass

    class Empty:
        def get(self) -> NoReturn:
            raise Away

        def put(self, envelope: object, /) -> None:
            raise NotImplementedError

        def empty(self) -> bool:
            return True

    actor = Plain()
    actor.actor_inbox = Empty()
    with pytest.raises(Away):
        actor._actor_loop_running()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    assert not actor.actor_stopped.is_set()


def test_a_tell_whose_handler_raises_kills_a_plain_actor_and_its_mail() -> None:
    """Why there are shells and behaviours."""
    handled = threading.Event()
    reference = Plain.start()
    reference.tell(ValueError("no"))
    reference.actor_stopped.wait(BOUND)
    assert not reference.is_alive()
    with pytest.raises(pykka.ActorDeadError):
        reference.tell(handled.set)
    assert not handled.is_set()


def test_an_ask_whose_handler_raises_does_not_kill() -> None:
    reference = Plain.start()
    with pytest.raises(ValueError, match="no"):
        reference.ask(ValueError("no"), timeout=BOUND)
    assert reference.ask(5, timeout=BOUND) == 5
    reference.stop(timeout=BOUND)


def test_a_handler_that_raises_no_exception_but_worse_stops_every_actor() -> None:
    """Why the shell catches everything. Read, not run: it would stop the actors of other tests."""
    source = inspect.getsource(pykka.Actor._actor_loop_running)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    assert "except BaseException" in source
    assert "ActorRegistry.stop_all()" in source


def test_an_ask_checks_for_life_before_it_puts_and_nobody_checks_again() -> None:
    """Why a mailbox closes: between the check and the put the actor may have looked for the last time."""
    source = inspect.getsource(_ref.ActorRef).split("def ask(")[-1].split("def stop(")[0]
    assert source.index("is_alive") < source.index("actor_inbox.put")
    assert "empty" not in source


def test_the_teardown_answers_what_is_left_with_a_dead_actor() -> None:
    go = threading.Event()
    reference = Plain.start()
    reference.tell(lambda: go.wait(BOUND))
    stopping = reference.stop(block=False)
    waiting = reference.ask("late", block=False)
    go.set()
    assert stopping.get(timeout=BOUND)
    with pytest.raises(pykka.ActorDeadError):
        waiting.get(timeout=BOUND)


def test_a_future_is_set_once_and_ends_with_its_time_limit() -> None:
    future: pykka.Future[int] = pykka.ThreadingFuture()
    with pytest.raises(pykka.Timeout):
        future.get(timeout=0.0)
    future.set(1)
    assert future.get(timeout=BOUND) == 1
    with pytest.raises(queue.Full):
        future.set(2)


def test_the_order_to_stop_has_its_name() -> None:
    assert _ActorStop.__module__ == "pykka.messages"
    assert "_ActorStop" in inspect.getsource(pykka.Actor._handle_receive)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]


@pytest.mark.parametrize("name", ["_create_actor_inbox", "_create_future", "_start_actor_loop"])
def test_the_hooks_of_a_runtime_are_there(name: str) -> None:
    assert callable(getattr(pykka.Actor, name))
