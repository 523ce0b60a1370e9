"""The real ports: threads for work that blocks, a journal on a disk that belongs to one, child processes."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from actors.edges.real_ports import DiskJournal, MemoryJournal, RealTerminals, SessionBusyError, ThreadWorkers
from actors.runtime.thread_start import ThreadStartError, start_thread
from config.secrets import Redactor
from tests.tools.job_stage import Heard
from tools.job import JobRequest
from tools.terminal.terminals import JobLimits

BOUND = 30.0


def test_as_many_tasks_as_there_are_workers_are_done_at_the_same_time() -> None:
    """S0-22, S2-12: each of them waits for all the others."""
    workers = ThreadWorkers(4)
    together = threading.Barrier(5)

    def meet() -> None:
        together.wait(BOUND)

    for _ in range(20):
        for _ in range(4):
            workers.run(meet)
        together.wait(BOUND)
    workers.close()


def test_more_tasks_than_workers_wait_and_are_all_done() -> None:
    workers = ThreadWorkers(3)
    done = threading.Semaphore(0)
    busy: set[int] = set()

    def work() -> None:
        busy.add(threading.get_ident())
        done.release()

    for _ in range(500):
        workers.run(work)
    for _ in range(500):
        assert done.acquire(timeout=BOUND)
    assert len(busy) <= 3


def test_a_worker_that_hangs_keeps_nobody_waiting_but_itself() -> None:
    """S0-16, S0-17."""
    workers = ThreadWorkers(2)
    hangs, go, done = threading.Event(), threading.Event(), threading.Event()

    def hang() -> None:
        hangs.set()
        go.wait(BOUND)

    workers.run(hang)
    assert hangs.wait(BOUND)
    for _ in range(50):
        done.clear()
        workers.run(done.set)
        assert done.wait(BOUND)
    go.set()


def test_threads_are_started_as_needed_and_used_again() -> None:
    """S1-14: no thread at rest before the first task."""
    before = threading.active_count()
    workers = ThreadWorkers(8)
    assert threading.active_count() == before
    idents: list[int] = []
    done = threading.Event()

    def work() -> None:
        idents.append(threading.get_ident())
        done.set()

    workers.run(work)
    assert done.wait(BOUND)
    assert len(idents) == 1


def test_closed_workers_take_no_more() -> None:
    workers = ThreadWorkers(2)
    workers.close()
    done = threading.Event()
    workers.run(done.set)
    assert not done.wait(0.05)


def test_a_journal_on_disk_appends_and_reads_and_is_its_owners(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    journal = DiskJournal(path)
    journal.append(b"one\n")
    journal.append(b"two\n")
    journal.sync()
    assert journal.read() == b"one\ntwo\n" == path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    journal.close()
    again = DiskJournal(path)
    again.append(b"three\n")
    assert again.read() == b"one\ntwo\nthree\n"
    again.close()


def test_a_session_belongs_to_one_process_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "session-7" / "journal.jsonl"
    path.parent.mkdir()
    first = DiskJournal(path)
    with pytest.raises(SessionBusyError, match="session-7 is open in another Callboard; close it there first"):
        DiskJournal(path)
    first.close()
    DiskJournal(path).close()


def test_a_disk_that_takes_nothing_raises() -> None:
    path = Path("/dev/full")
    if not path.exists():
        pytest.skip("this system has no /dev/full")
    journal = DiskJournal(path)
    with pytest.raises(OSError, match="No space left") as caught:
        journal.append(b"one\n")
    assert caught.value.errno == errno.ENOSPC
    journal.close()


def test_a_journal_in_memory_is_as_good() -> None:
    journal = MemoryJournal()
    journal.append(b"one\n")
    journal.append(b"two\n")
    journal.sync()
    assert journal.read() == b"one\ntwo\n"
    journal.close()


def test_terminals_run_real_jobs_and_know_which_have_not_ended(tmp_path: Path) -> None:
    terminals = RealTerminals(f"test-{os.getpid()}", tmp_path / "spills", JobLimits)
    heard = Heard()
    terminals.listen(heard)
    terminals.write("none", "x")
    terminals.resize(30, 90)
    terminals.end("none")
    assert terminals.jobs() == ()
    terminals.start("j", JobRequest(("/bin/sh", "-c", "echo hello; sleep 60"), str(tmp_path), time_limit=BOUND))
    assert terminals.jobs() == ("j",)
    heard.wait_shown("j", "hello")
    terminals.end("j")
    assert heard.report("j").end == "cancelled"
    assert terminals.close(5.0) == ()
    assert terminals.jobs() == ()


def test_a_disk_that_takes_no_spill_is_a_failed_job_and_no_failed_manager(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    def limits() -> JobLimits:
        raise OSError(errno.ENOSPC, "No space left on device")

    terminals = RealTerminals("test", tmp_path / "file" / "spills", limits)
    heard = Heard()
    terminals.listen(heard)
    terminals.start("j", JobRequest(("/bin/true",), str(tmp_path)))
    report = heard.report("j")
    assert report.end == "failed"
    assert "No space left on device" in report.problem
    assert terminals.jobs() == ()
    assert terminals.close(1.0) == ()


def test_two_jobs_of_one_name_are_refused_and_the_first_lives_on(tmp_path: Path) -> None:
    terminals = RealTerminals(f"test-{os.getpid()}", tmp_path, JobLimits)
    heard = Heard()
    terminals.listen(heard)
    request = JobRequest(("/bin/sleep", "60"), str(tmp_path), time_limit=BOUND)
    terminals.start("j", request)
    heard.pid("j")
    with pytest.raises(ValueError, match="running already"):
        terminals.start("j", request)
    assert terminals.jobs() == ("j",)
    terminals.end("j")
    assert heard.report("j").end == "cancelled"
    assert terminals.close(5.0) == ()


def test_a_journal_is_read_in_pieces_that_add_up_to_it(tmp_path: Path) -> None:
    (tmp_path / "journal").write_bytes(b"0123456789\n" * 200_000)
    disk, memory = DiskJournal(tmp_path / "journal"), MemoryJournal()
    pieces = list(disk.pieces())
    assert len(pieces) > 1
    assert b"".join(pieces) == disk.read()
    disk.close()
    memory.append(b"a\n")
    assert b"".join(memory.pieces()) == memory.read()


def test_where_no_more_threads_can_be_started_those_that_run_do_the_work() -> None:
    begun: list[str] = []

    def begin(work: Callable[[], None], name: str) -> object:
        if begun:
            raise ThreadStartError(name)
        begun.append(name)
        return start_thread(work, name)

    workers = ThreadWorkers(4, begin)
    done = threading.Semaphore(0)
    for _ in range(20):
        workers.run(done.release)
    assert all(done.acquire(timeout=20.0) for _ in range(20))
    assert begun == ["worker-1"]


def test_without_any_thread_the_work_is_refused_with_the_reason() -> None:
    def begin(work: Callable[[], None], name: str) -> object:
        raise ThreadStartError(name)

    with pytest.raises(ThreadStartError, match="worker-1"):
        ThreadWorkers(4, begin).run(lambda: None)


LIMITED = """
import resource, sys
from pathlib import Path
from actors.edges.real_ports import DiskJournal
resource.setrlimit(resource.RLIMIT_FSIZE, (15, 15))
journal = DiskJournal(Path(sys.argv[1]))
journal.append(b"0123456789")
try:
    journal.append(b"0123456789")
except OSError as error:
    print(error)
"""


def test_a_limit_of_file_sizes_is_not_called_a_full_disk(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path / "journal.jsonl")],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "ulimit -f" in done.stdout
    assert "only in part" in done.stdout
    assert (tmp_path / "journal.jsonl").read_bytes() == b"0123456789" + b"01234"


def test_a_journal_holds_no_known_secret(tmp_path: Path) -> None:
    journal = DiskJournal(tmp_path / "journal.jsonl", Redactor(("hunter2!",)).hide_in_line)
    journal.append(b'{"text":"it is hunter2!"}\n')
    assert journal.read() == b'{"text":"it is [hidden]"}\n'
    journal.close()


def test_a_sync_asks_the_kernel_and_says_what_it_answered(tmp_path: Path) -> None:
    """A FIFO takes every line and cannot be synced, so the one error can only come from there."""
    path = tmp_path / "journal"
    os.mkfifo(path)
    journal = DiskJournal(path)
    journal.append(b"a line\n")
    with pytest.raises(OSError, match="Invalid argument"):
        journal.sync()
    journal.close()
