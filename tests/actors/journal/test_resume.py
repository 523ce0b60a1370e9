"""A session that goes on: its journal is read in pieces, in not much more memory than it takes on the disk."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from actors.blocks import ToolCall
from actors.edges.real_ports import DiskJournal
from actors.ids import CallId, PromptId, RequestId, TurnId
from actors.journal.journal import encode, read_back
from actors.messages import Commit
from actors.records import CallFinished, Record, ReplyCompleted, TurnStarted
from actors.transcript import AssistantMessage, Usage
from tests.actors.journal.test_journal import accepted, finished, opened, started
from tools.tool import ToolResult


@pytest.mark.parametrize("length", [1, 2, 7, 64, 10_000])
def test_a_journal_that_comes_in_pieces_is_the_same(length: int) -> None:
    records: list[Record] = [accepted("a"), started("c"), finished("c"), accepted("\n b" * 20)]
    content = b"".join(encode(number, 1.0, record) for number, record in enumerate(records, 1)) + b'{"n":5,"at"'
    pieces = [content[at : at + length] for at in range(0, len(content), length)]
    assert read_back(pieces) == read_back(content)
    assert read_back([]) == read_back(b"")


@pytest.mark.parametrize("end", [b"", b"\n", b'{"n":3,', b"  "])
def test_a_line_that_was_left_open_is_closed_before_the_next_one(tmp_path: Path, end: bytes) -> None:
    path = tmp_path / "journal"
    path.write_bytes(encode(1, 1.0, accepted("a")) + encode(2, 1.0, accepted("b")) + end)
    file = DiskJournal(path)
    journal, _ = opened(file)
    journal.handle(Commit((accepted("c"),)))
    assert read_back(file.read()).records[-1] == accepted("c")
    file.close()


RESUME = """
import sys
from pathlib import Path
from actors.journal.journal import Journal
from actors.edges.real_ports import DiskJournal
from tests.actors.staged_context import StagedContext

def most():
    line = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024

before = most()
journal = Journal(StagedContext(), DiskJournal(Path(sys.argv[1])))
journal.started()
print(most() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells the most memory that was used")
def test_a_long_session_is_read_back_in_not_much_more_memory_than_it_takes_on_the_disk(tmp_path: Path) -> None:
    """Issue: 206 MB took 1 GB; one and a half times the size is what may be used."""
    path = tmp_path / "journal"
    with path.open("wb") as file:
        for number in range(1, 3_001, 3):
            turn, call = TurnId(f"t{number}"), CallId(f"t{number}-r1-c1")
            asked = AssistantMessage.of("", calls=(ToolCall(call, "n", "{}"),))
            result = ToolResult("ok", f"{number} " + "a line of output\n" * 2_500)
            records: tuple[Record, ...] = (
                TurnStarted(turn, PromptId("p"), "go"),
                ReplyCompleted(turn, RequestId(f"t{number}-r1"), asked, Usage()),
                CallFinished(turn, call, "n", result),
            )
            file.writelines(encode(number + at, 1.0, record) for at, record in enumerate(records))
    command = [sys.executable, "-c", RESUME, str(path)]
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120, check=True)
    assert path.stat().st_size > 40_000_000
    assert int(done.stdout) < 1.5 * path.stat().st_size
