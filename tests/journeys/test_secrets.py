"""Keys and passwords: no command gets them, and nothing that is kept or sent out holds them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.model_server import calls, exchange, says
from tests.journeys.scene import Scene

KEY = "sk-very-secret-4711"
PASSWORD = "hunter2-pass"  # noqa: S105 - the test's own


def everything(folder: Path) -> str:
    return "\n".join(path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("kept", [True, False])
def test_what_a_command_sees_and_what_is_kept_holds_no_key(scene: Scene, kept: bool) -> None:  # noqa: FBT001
    (scene.folder / ".env").write_text(f"OPENAI_API_KEY={KEY}\n")
    printing = f"env; cat .env; printf {KEY[:9]}; sleep 0.1; echo {KEY[9:]}; echo http://me:{PASSWORD}@host"
    scene.model_server(
        exchange(calls("run_command", command=printing)),
        exchange(calls("read_file", path=".env")),
        exchange(says("the key is " + KEY[:7]), says(KEY[7:] + " indeed")),
    )
    base = scene.environment["OPENAI_BASE_URL"].replace("http://", f"http://me:{PASSWORD}@")
    events = scene.folder / "events.jsonl"
    done = scene.run(
        *("-p", "show it", "--yolo", "--output-format", "stream-json", "--include-partial-messages", "--verbose"),
        *(() if kept else ("--no-session-persistence",)),
        *("--events", str(events)),
        OPENAI_API_KEY=KEY,
        OPENAI_BASE_URL=base,
        OTHER_KEY="stays",
    )
    assert done.returncode == 0, done.stderr
    assert "OTHER_KEY=stays" in done.stdout
    assert "OPENAI_BASE_URL" not in done.stdout
    assert "[hidden] indeed" in done.stdout
    for place, text in {
        "stdout": done.stdout,
        "stderr": done.stderr,
        "events": events.read_text(),
        "state": everything(scene.state),
    }.items():
        assert KEY not in text, place
        assert PASSWORD not in text, place


def test_a_setting_brings_one_variable_back(scene: Scene) -> None:
    done = scene.run(
        *("-p", "run `printenv PAID | wc -c`", "--yolo", "-m", "offline"),
        PAID="four",
        CALLBOARD_PROVIDERS__P__API_KEY_ENV="PAID",
        CALLBOARD_PROVIDERS__P__BASE_URL="http://127.0.0.1:1/v1",
        CALLBOARD_TOOLS__ENVIRONMENT="PAID",
    )
    assert "5" in done.stdout.split()
    done = scene.run(
        *("-p", "run `printenv PAID | wc -c`", "--yolo", "-m", "offline"),
        PAID="four",
        CALLBOARD_PROVIDERS__P__API_KEY_ENV="PAID",
        CALLBOARD_PROVIDERS__P__BASE_URL="http://127.0.0.1:1/v1",
    )
    assert "0" in done.stdout.split()
