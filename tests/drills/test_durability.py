"""What the disk has when something is done: the order of `fdatasync`, seen from the tool that acts.

A loss of power takes whatever was written and not synced. So a tool that may change something sees, on the disk, that
it was started; and a person sees no end of a turn that the disk does not have.
"""

from __future__ import annotations

from pathlib import Path

from actors.edges.real_ports import MemoryJournal
from actors.journal.journal import read_back
from actors.records import CallStarted, Record, TurnFinished
from tests.actors.stage import AppendLine, Options, Stage, one_answer, two_calls
from tests.actors.staged_world import AppendLineArguments, StagedTerminals
from tools.job import JobRequest
from tools.tool import ToolResult
from tools.workspace import Workspace


class PowerLoss(MemoryJournal):
    """A journal that knows what would be left of it."""

    def __init__(self) -> None:
        super().__init__()
        self.on_disk = b""

    def sync(self) -> None:
        """See `JournalFile`."""
        self.on_disk = self.read()

    def left(self) -> tuple[Record, ...]:
        """The records that the disk has."""
        return read_back(self.on_disk).records


class WatchingTool(AppendLine):
    """Looks at the disk while it acts; it may change files."""

    def __init__(self, journal: PowerLoss) -> None:
        self._journal = journal
        self.seen: list[Record] = []

    def execute(self, arguments: AppendLineArguments, workspace: Workspace) -> ToolResult:
        """See `Tool`."""
        self.seen += self._journal.left()
        return super().execute(arguments, workspace)


class WatchingTerminals(StagedTerminals):
    """Look at the disk before a command is run."""

    def __init__(self, folder: Path, journal: PowerLoss) -> None:
        super().__init__(folder)
        self._journal = journal
        self.seen: list[Record] = []

    def start(self, job: str, request: JobRequest) -> None:
        """See `TerminalPort`."""
        self.seen += self._journal.left()
        super().start(job, request)


def test_the_disk_knows_that_a_call_was_started_before_it_may_change_anything(tmp_path: Path) -> None:
    """S2-8: found after a loss of power, it is never run again."""
    journal = PowerLoss()
    terminals, tool = WatchingTerminals(tmp_path, journal), WatchingTool(journal)
    options = Options(two_calls, journal, terminals=terminals, append_line=tool)
    with Stage(tmp_path, options) as stage:
        stage.tell("work")
        stage.outcome("work")
    for seen, name in ((tool.seen, "append_line"), (terminals.seen, "run_command")):
        assert [record.name for record in seen if isinstance(record, CallStarted) and record.name == name] == [name]


def test_the_disk_has_the_end_of_a_turn_before_a_person_sees_it(tmp_path: Path) -> None:
    journal = PowerLoss()
    with Stage(tmp_path, Options(one_answer, journal)) as stage:
        stage.tell("work")
        end = stage.outcome("work")
        assert isinstance(end, TurnFinished)
        assert end in journal.left()
