"""Kill -9 of the real program at the records of its journal: the session continues, and nothing happened twice."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from actors.conversation import closed, fold
from actors.journal.journal import read_back
from actors.records import CallFinished, CallStarted, Record
from tests.actors.stage import is_balanced
from tests.drills.process_session import (
    MARKERS,
    PROMPTS,
    RECORDS,
    account,
    as_line,
    continued,
    session_killed_at,
)
from tests.journeys.scene import Scene


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """See the journeys."""
    scene = Scene(tmp_path)
    yield scene
    left = scene.put_away()
    assert not left, f"these outlived the drill and were killed: {left}"


def drill(scene: Scene, *numbers: int) -> None:
    """Kill at the first of the numbers, continue and kill at each of the others, continue to the end."""
    session_killed_at(scene, numbers[0])
    for number in numbers[1:]:
        session_killed_at(scene, number, "-c", prompts=())
    continued(scene)
    account(scene, torn=len(numbers))


@pytest.mark.parametrize("number", range(1, RECORDS + 1, 3))
def test_a_kill_at_a_record_loses_nothing_and_repeats_nothing(scene: Scene, number: int) -> None:
    drill(scene, number)


@pytest.mark.parametrize("numbers", [(3, 1), (5, 2), (7, 1)])
def test_a_second_kill_during_the_recovery_changes_nothing(scene: Scene, numbers: tuple[int, ...]) -> None:
    drill(scene, *numbers)


@pytest.mark.soak
@pytest.mark.parametrize("again", range(5))
@pytest.mark.parametrize("number", range(1, RECORDS + 2))
def test_a_kill_at_every_record(scene: Scene, number: int, again: int) -> None:
    drill(scene, number)


@pytest.mark.soak
@pytest.mark.parametrize("second", range(1, 4))
@pytest.mark.parametrize("first", range(1, RECORDS + 1))
def test_two_kills_at_every_record(scene: Scene, first: int, second: int) -> None:
    drill(scene, first, second)


@pytest.mark.parametrize("wrong", ["acted twice", "never acted", "torn", "left open"])
def test_the_account_sees_what_is_wrong(scene: Scene, wrong: str) -> None:
    content = whole_session(scene)
    account(scene)
    match wrong:
        case "acted twice":
            (scene.folder / "one").write_text("x\nx\n")
        case "never acted":
            (scene.folder / "four").unlink()
        case "torn":
            scene.journal().write_bytes(content + b'{"n":')
        case _:
            scene.journal().write_bytes(content[: ends_of_lines(content)[-2]])
    with pytest.raises(AssertionError):
        account(scene)


# ── A journal that ends anywhere ──────────────────────────────────────────────────────────────────────────────────


def whole_session(scene: Scene) -> bytes:
    """The journal of an undisturbed session."""
    text = b"".join(map(as_line, PROMPTS)).decode()
    done = scene.run("-y", "-p", "--input-format", "stream-json", text=text)
    assert done.returncode == 0, done.stderr
    assert [(scene.folder / marker).read_text() for marker in MARKERS] == ["x\n"] * len(MARKERS)
    return scene.journal().read_bytes()


def cut_at(scene: Scene, content: bytes, end: int, *, acted: bool) -> None:
    """The session as a kill leaves it that came when the journal had this length.

    `acted`: calls that were begun and not answered had left their line in their file already.
    """
    scene.journal().write_bytes(content[:end])
    shutil.rmtree(scene.journal().parent / "outputs", ignore_errors=True)
    records = read_back(content[:end]).records
    done = {record.call for record in records if isinstance(record, CallFinished)}
    begun = {record.call: record.subject for record in records if isinstance(record, CallStarted)}
    happened = " ".join(subject for call, subject in begun.items() if acted or call in done)
    for marker in MARKERS:
        path = scene.folder / marker
        path.unlink(missing_ok=True)
        if f">> {marker}" in happened:
            path.write_text("x\n")


def ends_of_lines(content: bytes) -> list[int]:
    return [place + 1 for place, byte in enumerate(content) if byte == ord("\n")]


def test_a_journal_cut_at_any_byte_is_read_back_to_its_last_whole_record(scene: Scene) -> None:
    """Cut anywhere: whole records are all there, at most one line is lost, and the talk can be balanced."""
    content = whole_session(scene)
    ends = ends_of_lines(content)
    every: tuple[Record, ...] = read_back(content).records
    assert len(every) == len(ends)
    for length in range(len(content) + 1):
        found = read_back(content[:length])
        whole = sum(end - 1 <= length for end in ends)  # the newline itself may be missing
        assert found.records == every[:whole]
        assert len(found.skipped) == int(length not in {0, *ends, *(end - 1 for end in ends)})
        conversation = closed(fold(found.records))
        assert conversation.unanswered() == ()
        assert is_balanced(conversation.transcript)


@pytest.mark.parametrize("part", [0.3, 0.55, 0.8])
def test_the_program_continues_a_journal_with_a_torn_last_line(scene: Scene, part: float) -> None:
    content = whole_session(scene)
    ends = ends_of_lines(content)
    place = int(len(ends) * part)
    torn = (ends[place - 1] + ends[place]) // 2
    for acted in (True, False):
        cut_at(scene, content, torn, acted=acted)
        continued(scene)
        account(scene, torn=1)


@pytest.mark.soak
def test_the_program_continues_a_journal_that_ends_at_any_record(scene: Scene) -> None:
    content = whole_session(scene)
    for end in ends_of_lines(content):
        for acted in (True, False):
            for length in (end, end - 1):
                cut_at(scene, content, length, acted=acted)
                continued(scene)
                account(scene)


@pytest.mark.soak
def test_the_program_continues_a_journal_whose_last_record_is_cut_anywhere(scene: Scene) -> None:
    """Every byte of the last record of a turn that is open."""
    content = whole_session(scene)
    ends = ends_of_lines(content)
    begin, end = ends[4], ends[5]
    for length in range(begin, end + 1):
        cut_at(scene, content, length, acted=length % 2 == 0)
        continued(scene)
        account(scene, torn=1)
