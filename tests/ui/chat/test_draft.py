"""The draft: kept a moment after it was typed, gone with the line, and nobody's trouble where it cannot be kept."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ui.chat.draft import NOTHING, Draft, DraftSaver, draft_of, read, write

PATIENCE = 20.0


class Line:
    """An input line; whoever waits is told how often it was looked at."""

    def __init__(self, text: str = "") -> None:
        self.text = text
        self.looks = 0
        self._looked = asyncio.Event()

    def draft(self) -> Draft:
        self.looks += 1
        self._looked.set()
        return draft_of(self.text, ())

    async def looked(self, times: int) -> None:
        while self.looks < times:
            self._looked.clear()
            await asyncio.wait_for(self._looked.wait(), PATIENCE)


def test_a_draft_is_what_was_written_with_the_texts_of_its_labels(tmp_path: Path) -> None:
    path = tmp_path / "session" / "draft.json"
    draft = draft_of("see [pasted 12 lines] é", (("[pasted 12 lines]", "1\n2"), ("[pasted 20 lines]", "x")))
    assert draft.pastes == (("[pasted 12 lines]", "1\n2"),)
    write(path, draft)
    assert read(path) == draft
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["draft.json"]


def test_without_text_there_is_no_file(tmp_path: Path) -> None:
    path = tmp_path / "draft.json"
    write(path, Draft("x"))
    write(path, draft_of(" \n", ()))
    assert not path.exists()
    assert read(path) == NOTHING


@pytest.mark.parametrize("content", [b"", b'{"text":', b"\xff", b'{"text":1}', b"[]"])
def test_a_file_that_nobody_can_read_is_no_draft(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "draft.json"
    path.write_bytes(content)
    assert read(path) == NOTHING


def test_what_no_file_can_hold_is_written_as_far_as_it_can(tmp_path: Path) -> None:
    path = tmp_path / "draft.json"
    write(path, draft_of("a\udc80b", ()))
    assert read(path).text == "a?b"


def test_where_nothing_can_be_written_nothing_is_raised(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    write(tmp_path / "file" / "draft.json", Draft("x"))
    write(tmp_path / "file" / "draft.json", NOTHING)
    (tmp_path / "draft.json").mkdir()
    write(tmp_path / "draft.json", Draft("x"))
    assert read(tmp_path / "draft.json") == NOTHING


def test_a_change_is_kept_a_moment_later_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "draft.json"

    async def typing() -> None:
        line = Line("hello")
        keeper = DraftSaver(path, line.draft)
        keeper.attach(asyncio.get_running_loop())  # looks once, and again when it writes, and when it has written
        assert not path.exists()
        await line.looked(3)
        assert read(path) == Draft("hello")
        line.text = ""
        keeper.changed()
        await line.looked(6)
        assert not path.exists()
        await keeper.close()

    asyncio.run(typing())


def test_the_end_keeps_what_was_typed_last(tmp_path: Path) -> None:
    path = tmp_path / "draft.json"

    async def typing() -> None:
        line = Line()
        keeper = DraftSaver(path, line.draft)
        keeper.attach(asyncio.get_running_loop())
        for text in ("h", "he", "hello"):
            line.text = text
            keeper.changed()
        await keeper.close()
        line.text = "too late"
        keeper.changed()

    asyncio.run(typing())
    assert read(path) == Draft("hello")


def test_what_was_found_and_not_changed_is_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "draft.json"
    write(path, Draft("hello"))
    before = path.stat()

    async def looking() -> None:
        line = Line("hello")
        keeper = DraftSaver(path, line.draft)
        assert keeper.found() == Draft("hello")
        keeper.attach(asyncio.get_running_loop())
        await keeper.close()

    asyncio.run(looking())
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_before_the_session_is_ours_and_without_a_file_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "draft.json"
    write(path, Draft("another's"))

    async def typing() -> None:
        for keeper in (DraftSaver(path, Line("mine").draft), DraftSaver(None, Line("mine").draft)):
            keeper.changed()
            await keeper.close()
        nowhere = DraftSaver(None, Line("mine").draft)
        assert nowhere.found() == NOTHING
        nowhere.attach(asyncio.get_running_loop())
        await nowhere.close()

    asyncio.run(typing())
    assert read(path) == Draft("another's")
