"""The log: JSON lines in a file, secrets blackened at any depth, never a character on the screen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from actors.runtime.log import KEPT_UNOPENED, Log
from config.secrets import redact
from tests.actors.runtime.rig import BOUND, TurnedClock


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_line_says_when_who_and_what(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "log.jsonl"
    log = Log(TurnedClock(), str)
    log.write("journal", "before it was opened", number=1)
    log.open(path)
    log.write("ui", "after", turn="t1", message_id=7, names=("a", "b"))
    log.close(limit=BOUND)
    assert lines(path) == [
        {"at": 1000.0, "actor": "journal", "event": "before it was opened", "number": 1},
        {"at": 1000.0, "actor": "ui", "event": "after", "turn": "t1", "message_id": 7, "names": ["a", "b"]},
    ]
    assert capfd.readouterr() == ("", ""), "nothing on the screen"


class Peculiar:
    """Something that JSON does not know, with a secret in it."""

    def __repr__(self) -> str:
        return "Peculiar(token=sk-abcdefghijklmnop)"


@pytest.mark.parametrize(
    "value",
    [
        "the key is hunter2-secret",
        "sk-abcdefghijklmnop",
        ["sk-abcdefghijklmnop"],
        {"deep": [{"deeper": "hunter2-secret"}]},
        {"hunter2-secret": 1},
        Peculiar(),
        ({"Authorization": "Bearer abcdefghijkl"},),
        ValueError("sk-abcdefghijklmnop"),
    ],
)
@pytest.mark.parametrize("opened", [True, False], ids=["opened", "never opened"])
def test_no_secret_reaches_the_file(tmp_path: Path, value: object, *, opened: bool) -> None:
    path = tmp_path / "log.jsonl"
    log = Log(TurnedClock(), lambda text: redact(text, ["hunter2-secret"]))
    if opened:
        log.open(path)
    log.write("llm_streamer", "failed", value=value)
    log.close(path, BOUND)
    text = path.read_text(encoding="utf-8")
    assert "[hidden]" in text
    assert not any(secret in text for secret in ("hunter2-secret", "sk-abcdefgh", "abcdefghijkl"))
    assert lines(path)


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    log = Log(TurnedClock(), str)
    log.open(path)
    log.close(limit=BOUND)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("opened", [True, False], ids=["opened", "never opened"])
def test_what_cannot_be_kept_is_counted(tmp_path: Path, *, opened: bool) -> None:
    path = tmp_path / "log.jsonl"
    log = Log(TurnedClock(), str)
    for number in range(KEPT_UNOPENED + 5):
        log.write("a", "line", number=number)
    if opened:
        log.open(path)
    log.close(path, BOUND)
    written = lines(path)
    assert len(written) == KEPT_UNOPENED + 1
    assert written[-1]["event"] == "lines were skipped"
    assert written[-1]["count"] == 5


def test_a_disk_that_takes_no_log_stops_nobody(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    log = Log(TurnedClock(), str)
    log.open(tmp_path / "no" / "such" / "folder")
    for number in range(100):
        log.write("a", "line", number=number)
    log.close(limit=BOUND)
    log.write("a", "too late")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("opened", [True, False], ids=["opened", "never opened"])
def test_half_a_surrogate_pair_is_written_as_its_number(tmp_path: Path, *, opened: bool) -> None:
    path = tmp_path / "log.jsonl"
    log = Log(TurnedClock(), str)
    if opened:
        log.open(path)
    log.write("a", "name", name="caf\udce9")
    log.close(path, BOUND)
    assert lines(path)[0]["name"] == r"caf\udce9"
