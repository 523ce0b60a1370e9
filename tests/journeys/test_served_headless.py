"""The program on pipes against a model server in another process: what servers do, and what becomes of it."""

from __future__ import annotations

import json

from actors.records import CallFinished, CallStarted, ReplyCompleted, TurnFinished
from tests.journeys.model_server import KEY, calls, exchange, says
from tests.journeys.scene import Scene

QUICK = {"CALLBOARD_MODEL__BACKOFF": "0.1", "CALLBOARD_MODEL__ATTEMPTS": "3"}


def test_parallel_calls_run_side_by_side_and_are_answered_in_their_order(scene: Scene) -> None:
    """S0-7, S0-12, S2-12: the first call cannot end before the second one runs, and its result stands first."""
    server = scene.model_server(
        exchange(
            says("Both at once."),
            calls("run_command", command="read line < second; echo $line and slow"),
            calls("run_command", command="echo quick; echo released > second"),
            expect="go",
        ),
        exchange(says("All "), says("done."), expect_results=["released and slow", "quick"]),
    )
    scene.gate("second")
    done = scene.run("-p", "go", "-y")
    assert (done.returncode, done.stdout) == (0, "All done.\n"), done.stderr
    assert [len(request["results"]) for request in server.events()] == [0, 2]


def test_a_429_is_waited_out_as_the_server_asked(scene: Scene) -> None:
    server = scene.model_server(
        exchange({"status": 429, "headers": {"Retry-After": "1"}, "body": '{"error":{"message":"slow down"}}'}),
        exchange(says("answered after all")),
    )
    done = scene.run("-p", "go", CALLBOARD_MODEL__BACKOFF="30")
    assert (done.returncode, done.stdout) == (0, "answered after all\n"), done.stderr
    first, second = server.events()
    assert 1.0 <= second["at"] - first["at"] < 10.0


def test_a_cut_stream_is_retried_and_its_text_is_not_doubled(scene: Scene) -> None:
    """Pain 17."""
    server = scene.model_server(
        exchange(says("half of an ans"), {"cut": "reset"}),
        exchange(says("half of an answer"), {"cut": "end"}),
        exchange(says("half of an answer, then the rest")),
    )
    done = scene.run("-p", "go", "--output-format", "json", **QUICK)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["result"] == "half of an answer, then the rest"
    assert len(server.events()) == 3
    (reply,) = scene.records(ReplyCompleted)
    assert isinstance(reply, ReplyCompleted)
    assert reply.message.text == "half of an answer, then the rest"


def test_a_stream_that_is_always_cut_is_no_success_and_its_calls_are_never_run(scene: Scene) -> None:
    server = scene.model_server(
        exchange(says("partly"), calls("run_command", command="echo x >> marker"), {"cut": "end"}, times="any"),
    )
    done = scene.run("-p", "go", "-y", "--output-format", "json", **QUICK)
    assert done.returncode == 75
    result = json.loads(done.stdout)
    assert (result["is_error"], result["subtype"]) == (True, "error_during_execution")
    assert len(server.events()) == 3
    assert not (scene.folder / "marker").exists()
    assert not scene.records(CallStarted)


def test_a_stream_without_an_end_marker_is_a_cut(scene: Scene) -> None:
    scene.model_server(exchange(says("looks whole"), {"finish": "none"}, times="any"))
    assert scene.run("-p", "go", **QUICK).returncode == 75


def test_a_silent_stream_is_given_up_and_asked_again(scene: Scene) -> None:
    """Pain 16: the limit is small here, two minutes by default."""
    server = scene.model_server(exchange(says("one "), {"stall": 60}), exchange(says("one whole answer")))
    done = scene.run("-p", "go", CALLBOARD_MODEL__STALL_LIMIT="0.5", **QUICK)
    assert (done.returncode, done.stdout) == (0, "one whole answer\n"), done.stderr
    first, second = server.events()
    assert 0.5 <= second["at"] - first["at"] < 10.0
    assert len(server.events("broken")) == 1


def test_a_refused_key_is_said_with_advice_and_never_shown(scene: Scene) -> None:
    body = json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}", "code": "invalid_api_key"}})
    server = scene.model_server(exchange({"status": 401, "body": body}, times="any"))
    done = scene.run("-p", "go", "--output-format", "stream-json")
    assert done.returncode == 1
    assert "refused the key" in done.stderr
    assert "OPENAI_API_KEY" in done.stderr
    assert len(server.events()) == 1
    assert KEY not in done.stdout + done.stderr
    for path in scene.state.rglob("*"):
        assert not path.is_file() or KEY.encode() not in path.read_bytes()


def test_a_server_that_is_gone_before_the_first_request(scene: Scene) -> None:
    scene.model_server(exchange(says("never"))).close()
    done = scene.run("-p", "go", **QUICK)
    assert done.returncode == 75
    assert "127.0.0.1" in done.stderr
    (finished,) = scene.records(TurnFinished)
    assert isinstance(finished, TurnFinished)
    assert finished.outcome == "unavailable"


def test_a_server_that_dies_between_two_requests(scene: Scene) -> None:
    """What was done is told, and is in the journal; nothing is done again."""
    server = scene.model_server(
        exchange(calls("run_command", command="echo x >> marker; cat gate")),
        exchange(says("never")),
    )
    gate = scene.gate("gate")
    process = scene.start("-p", "go", "-y", **QUICK)
    scene.wait_for_a_process("cat gate")
    server.close()
    gate.open()
    _, told = process.communicate(timeout=60)
    assert process.returncode == 75, told
    assert (scene.folder / "marker").read_text() == "x\n"
    (finished,) = scene.records(CallFinished)
    assert isinstance(finished, CallFinished)
    assert finished.result.outcome == "ok"
