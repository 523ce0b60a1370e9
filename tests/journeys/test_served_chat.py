"""The chat against a model server in another process: the same troubles, as a person sees them."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable

from actors.records import TurnFinished
from tests.journeys.model_server import KEY, calls, exchange, says
from tests.journeys.scene import Scene
from tests.journeys.terminal_driver import TerminalDriver

CANCEL_LIMIT = 5.0
RETRY_FAST = {"CALLBOARD_MODEL__BACKOFF": "0.1", "CALLBOARD_MODEL__ATTEMPTS": "3"}


def idle(screen: str) -> bool:
    return screen.rstrip().endswith("· /help")


def open_chat(scene: Scene) -> TerminalDriver:
    scene.environment |= RETRY_FAST
    chat = scene.chat()
    chat.wait_for(idle)
    return chat


def leave(chat: TerminalDriver) -> None:
    chat.send("\x04")
    assert chat.wait_for_exit() == 0
    assert chat.attributes() == chat.attributes_before
    assert chat.cursor_is_visible()


def test_the_main_journey_with_a_served_model(scene: Scene, record_property: Callable[[str, object], None]) -> None:
    """S0-5, S0-7, S0-8: a streamed answer, two calls at once, one of them approved, an interrupt, another prompt."""
    scene.model_server(
        exchange(
            says("Looking "),
            says("and changing."),
            calls("read_file", path="a.txt"),
            calls("write_file", path="b.txt", content="new\n"),
            expect="first",
        ),
        exchange(says("Both are done."), expect_results=["hello there", "b.txt"]),
        exchange(says("I begin to "), {"stall": 60}, says("never said"), expect="second"),
        exchange(says("Here I am again."), expect="third"),
    )
    chat = open_chat(scene)
    chat.send("first\r")
    chat.wait_for("1 Yes")
    assert "Looking and changing." in chat.shown()
    assert not (scene.folder / "b.txt").exists()
    chat.send("1")
    chat.wait_for(lambda screen: "Both are done." in screen and idle(screen))
    assert (scene.folder / "b.txt").read_text() == "new\n"
    chat.send("second\r")
    chat.wait_for("I begin to")
    pressed = time.monotonic()
    chat.send("\x03")
    chat.wait_for(lambda screen: "■ Cancelled." in screen and idle(screen))
    seconds = time.monotonic() - pressed
    record_property("ctrl_c_in_a_stream_seconds", seconds)
    assert seconds < CANCEL_LIMIT
    chat.send("third\r")
    chat.wait_for(lambda screen: "Here I am again." in screen and idle(screen))
    leave(chat)
    everything = chat.everything()
    assert everything.count("I begin to") == 1
    assert "never said" not in everything
    outcomes = [record.outcome for record in scene.records(TurnFinished) if isinstance(record, TurnFinished)]
    assert outcomes == ["done", "cancelled", "done"]


def test_a_429_and_a_cut_are_waited_out_and_the_text_stands_there_once(scene: Scene) -> None:
    server = scene.model_server(
        exchange({"status": 429, "headers": {"Retry-After": "1"}}),
        exchange(says("a line that is whole\n\nand one that is c"), {"cut": "reset"}),
        exchange(says("a line that is whole\n\nand one that is complete\n")),
    )
    chat = open_chat(scene)
    chat.send("go\r")
    chat.wait_for(lambda screen: "and one that is complete" in screen and idle(screen))
    leave(chat)
    answer = re.sub(r"\s+", " ", chat.everything().partition("\u203a go")[2])
    first, second, third = server.events()
    assert 1.0 <= second["at"] - first["at"] < 10.0
    assert third["at"] > second["at"]
    first_try, void, last_try = answer.partition("the answer above is void")
    assert void
    assert [each.count("a line that is whole") for each in (first_try, last_try)] == [1, 1]
    assert answer.count("and one that is complete") == 1


def test_a_refused_key_is_said_with_advice_and_never_shown(scene: Scene) -> None:
    body = json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}", "code": "invalid_api_key"}})
    scene.model_server(exchange({"status": 401, "body": body}), exchange(says("works now")))
    chat = open_chat(scene)
    chat.send("go\r")
    chat.wait_for(lambda screen: "refused the key" in screen and idle(screen))
    assert "OPENAI_API_KEY" in chat.shown()
    chat.send("go\r")
    chat.wait_for(lambda screen: "works now" in screen and idle(screen))
    leave(chat)
    assert KEY.encode() not in chat.output


def test_a_server_that_is_gone_is_said_and_the_chat_goes_on(scene: Scene) -> None:
    server = scene.model_server(exchange(says("first answer")), exchange(says("half"), {"stall": 60}))
    chat = open_chat(scene)
    chat.send("go\r")
    chat.wait_for(lambda screen: "first answer" in screen and idle(screen))
    chat.send("go on\r")
    chat.wait_for("half")
    server.close()
    chat.wait_for(lambda screen: "✗" in screen and idle(screen))
    leave(chat)
    outcomes = [record.outcome for record in scene.records(TurnFinished) if isinstance(record, TurnFinished)]
    assert outcomes == ["done", "unavailable"]


def test_an_interrupt_in_the_pause_before_a_retry_works_at_once(scene: Scene) -> None:
    """Pain 8: nobody waits for a server's Retry-After to be over."""
    scene.model_server(
        exchange({"status": 429, "headers": {"Retry-After": "50"}}),
        exchange(says("hello again")),
    )
    chat = open_chat(scene)
    chat.send("go\r")
    chat.wait_for("attempt 2")
    pressed = time.monotonic()
    chat.send("\x1b")
    chat.wait_for(lambda screen: "■ Cancelled." in screen and idle(screen))
    assert time.monotonic() - pressed < CANCEL_LIMIT
    chat.send("again\r")
    chat.wait_for(lambda screen: "hello again" in screen and idle(screen))
    leave(chat)
