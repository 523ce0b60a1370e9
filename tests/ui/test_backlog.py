"""The way to the scrollback: in order, bounded a frame, nothing lost, colours waited for but not for ever."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from ui.backlog import FRAME_ROWS, PATIENCE, Backlog
from ui.markdown import Code, Lines
from ui.rows import Row, line, plain


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

    def backlog(self) -> Backlog:
        return Backlog(self, self._ready, lambda: self.now)

    def _ready(self) -> None:
        self.ready += 1


def numbered(count: int) -> Lines:
    return Lines(tuple(line(str(number)) for number in range(count)))


def test_a_frame_gets_only_so_much_and_the_next_one_the_rest() -> None:
    """S3-9."""
    backlog = Worker().backlog()
    backlog.add([numbered(FRAME_ROWS * 2 + 1)])
    sizes = [len(backlog.take(80)) for _ in range(4)]
    assert sizes == [FRAME_ROWS, FRAME_ROWS, 1, 0]
    assert not backlog


def test_wide_rows_count_as_many() -> None:
    backlog = Worker().backlog()
    backlog.add([Lines((line("x" * 800),) * 300)])
    assert len(backlog.take(80)) == 40


def test_what_stands_behind_code_waits_for_its_colours() -> None:
    worker = Worker()
    backlog = worker.backlog()
    backlog.add([numbered(1), Code("python", ("x = 1",) * 20), numbered(1)])
    assert [plain(row) for row in backlog.take(80)] == ["0"]
    assert backlog.take(80) == []
    worker.finish()
    assert worker.ready == 1
    assert [plain(row) for row in backlog.take(80)] == ["x = 1"] * 20 + ["0"]


def test_colours_that_do_not_come_are_not_waited_for() -> None:
    worker = Worker()
    backlog = worker.backlog()
    backlog.add([Code("python", ("x = 1",))])
    worker.now = PATIENCE
    assert backlog.take(80) == [line("x = 1")]


def test_a_failed_colouring_leaves_the_code() -> None:
    worker = Worker()
    backlog = worker.backlog()
    backlog.add([Code("python", ("x = 1",))])
    worker.jobs[0][1].set_exception(ValueError("no"))
    assert backlog.take(80) == [line("x = 1")]


def test_without_a_language_nobody_is_asked() -> None:
    worker = Worker()
    backlog = worker.backlog()
    backlog.add([Code("", ("x",))])
    assert worker.jobs == []
    assert backlog.take(80) == [line("x")]


def test_a_skip_keeps_the_end_and_counts_the_rest() -> None:
    """S3-8: what is not shown is counted."""
    backlog = Worker().backlog()
    backlog.add([numbered(1_000)])
    backlog.skip(2)
    assert [plain(row) for row in backlog.take(80)] == ["… 998 rows were not shown; the journal has them", "998", "999"]
    backlog.skip(5)
    assert len(backlog) == 0
