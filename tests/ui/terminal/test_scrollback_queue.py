"""The way to the scrollback: in order, bounded a frame, nothing lost, colours waited for but not for ever."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from ui.terminal.scrollback_queue import FRAME_ROWS, PATIENCE, ScrollbackQueue
from ui.text.markdown import Code, Lines
from ui.text.rows import Row, line, plain


class Worker:
    """Colours when it is told to."""

    def __init__(self) -> None:
        self.jobs: list[tuple[Callable[[], tuple[Row, ...]], Future[tuple[Row, ...]]]] = []
        self.now = 0.0
        self.ready = 0

    def __call__(self, work: Callable[[], tuple[Row, ...]]) -> Future[tuple[Row, ...]]:
        future: Future[tuple[Row, ...]] = Future()
        self.jobs.append((work, future))
        return future

    def finish(self) -> None:
        for work, future in self.jobs:
            future.set_result(work())
        self.jobs.clear()

    def scrollback(self) -> ScrollbackQueue:
        return ScrollbackQueue(self, self._ready, lambda: self.now)

    def _ready(self) -> None:
        self.ready += 1


def numbered(count: int) -> Lines:
    return Lines(tuple(line(str(number)) for number in range(count)))


def test_a_frame_gets_only_so_much_and_the_next_one_the_rest() -> None:
    """S3-9."""
    scrollback = Worker().scrollback()
    scrollback.add([numbered(FRAME_ROWS * 2 + 1)])
    sizes = [len(scrollback.take(80)) for _ in range(4)]
    assert sizes == [FRAME_ROWS, FRAME_ROWS, 1, 0]
    assert not scrollback


def test_wide_rows_count_as_many() -> None:
    scrollback = Worker().scrollback()
    scrollback.add([Lines((line("x" * 800),) * 300)])
    assert len(scrollback.take(80)) == 40


def test_what_stands_behind_code_waits_for_its_colours() -> None:
    worker = Worker()
    scrollback = worker.scrollback()
    scrollback.add([numbered(1), Code("python", ("x = 1",) * 20), numbered(1)])
    assert [plain(row) for row in scrollback.take(80)] == ["0"]
    assert scrollback.take(80) == []
    worker.finish()
    assert worker.ready == 1
    assert [plain(row) for row in scrollback.take(80)] == ["x = 1"] * 20 + ["0"]


def test_colours_that_do_not_come_are_not_waited_for() -> None:
    worker = Worker()
    scrollback = worker.scrollback()
    scrollback.add([Code("python", ("x = 1",))])
    worker.now = PATIENCE
    assert scrollback.take(80) == [line("x = 1")]


def test_a_failed_colouring_leaves_the_code() -> None:
    worker = Worker()
    scrollback = worker.scrollback()
    scrollback.add([Code("python", ("x = 1",))])
    worker.jobs[0][1].set_exception(ValueError("no"))
    assert scrollback.take(80) == [line("x = 1")]


def test_without_a_language_nobody_is_asked() -> None:
    worker = Worker()
    scrollback = worker.scrollback()
    scrollback.add([Code("", ("x",))])
    assert worker.jobs == []
    assert scrollback.take(80) == [line("x")]


def test_a_skip_keeps_the_end_and_counts_the_rest() -> None:
    """S3-8: what is not shown is counted."""
    scrollback = Worker().scrollback()
    scrollback.add([numbered(1_000)])
    scrollback.skip(2)
    assert [plain(row) for row in scrollback.take(80)] == [
        "… 998 rows were not shown; the journal has them",
        "998",
        "999",
    ]
    scrollback.skip(5)
    assert len(scrollback) == 0
