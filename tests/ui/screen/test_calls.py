"""Tool calls and own commands on the screen."""

from __future__ import annotations

from typing import cast

from msgspec.structs import replace

from actors.ids import NO_TURN, JobId
from actors.messages import JobFinished, JobStreamed, ShareShell, StartJob, TodoChanged
from actors.records import CallFinished, CallStarted, ShellShared
from tests.ui.dialogue import CALL, TURN, Dialogue
from tools.job import JobEnd, JobReport, OutputSlice
from tools.tool import Effects, Outcome, TodoItem, ToolResult
from ui.screen.messages import Tick
from ui.screen.model import TAIL_KEPT


def started(effects: Effects = "commands", subject: str = "make test") -> CallStarted:
    return CallStarted(TURN, CALL, "run_command", subject, effects)


def finished(outcome: Outcome = "ok", text: str = "", exit_code: int | None = None, diff: str = "") -> CallFinished:
    return CallFinished(TURN, CALL, "run_command", ToolResult(outcome, text, exit_code=exit_code, diff=diff))


def test_a_running_call_is_live_with_its_last_lines() -> None:
    """S2-11."""
    dialogue = Dialogue()
    dialogue.begin_turn()
    dialogue.tell(started(), JobStreamed(TURN, JobId(CALL), "output", "one\ntwo\nthree\nfour\nfive\nsix\n"))
    rows = dialogue.above()
    assert any("run_command make test" in row for row in rows)
    assert "  six" in rows
    assert "  one" not in rows


def test_a_call_that_ended_is_one_line_and_the_end_of_its_result() -> None:
    dialogue = Dialogue()
    dialogue.tell(started())
    said = dialogue.tell(finished("ok", "\n".join(f"line {number}" for number in range(8))))
    assert said[:2] == ["✓ run_command make test", "  … 3 lines before, Ctrl-O shows all"]
    assert said[2:] == [f"  line {number}" for number in range(3, 8)]
    assert dialogue.above() == [""]


def test_each_outcome_has_its_mark() -> None:
    """S0-23, S1-5."""
    marks = {"ok": "✓", "error": "✗", "timeout": "✗", "cancelled": "■", "denied": "⊘"}
    outcomes: tuple[Outcome, ...] = ("ok", "error", "timeout", "cancelled", "denied")
    for outcome in outcomes:
        dialogue = Dialogue()
        dialogue.tell(started())
        assert dialogue.tell(finished(outcome, "why"))[0].startswith(marks[outcome])


def test_a_call_that_only_reads_says_how_much() -> None:
    dialogue = Dialogue()
    dialogue.tell(started("none", "a.py"))
    assert dialogue.tell(finished("ok", "1\n2\n3")) == ["✓ run_command a.py · 3 lines"]


def test_a_change_is_shown_as_its_diff() -> None:
    dialogue = Dialogue()
    dialogue.tell(started("files", "a.py"))
    assert dialogue.tell(finished("ok", "done", diff="@@ -1 +1 @@\n-a\n+b\n"))[1:] == ["  @@ -1 +1 @@", "  -a", "  +b"]


def test_a_failure_says_its_exit_code_and_its_time() -> None:
    dialogue = Dialogue()
    dialogue.tell(started(), Tick(10.0), Tick(13.0))
    assert dialogue.tell(finished("error", "no", exit_code=2))[0] == "✗ run_command make test · exit code 2 · 3 s"


def test_ctrl_o_shows_the_whole_result_and_folds_a_huge_one() -> None:
    """Pain 12."""
    dialogue = Dialogue()
    dialogue.tell(started(), finished("ok", "\n".join(f"line {number}" for number in range(1_000))))
    said = dialogue.press("c-o")
    assert "line 0" in said
    assert "line 999" in said
    assert "… 650 more lines" in said


def test_more_calls_than_rows_are_counted() -> None:
    dialogue = Dialogue()
    for number in range(12):
        dialogue.tell(CallStarted(TURN, type(CALL)(str(number)), "read_file", f"{number}.py", "none"))
    rows = dialogue.above()
    assert len(rows) <= 8
    assert any("more running" in row for row in rows)


def test_a_command_of_ones_own_runs_on_a_terminal_and_is_shared() -> None:
    dialogue = Dialogue()
    dialogue.submit("!ls -l")
    start = dialogue.sent(StartJob)[0]
    assert start.request.argv == ("/bin/sh", "-c", "ls -l")
    assert (start.turn, start.request.kind) == (NO_TURN, "pty")
    dialogue.tell(JobStreamed(NO_TURN, start.job, "output", "a.py\r\n"))
    assert "  a.py" in dialogue.above()
    report = JobReport("exited", 3, OutputSlice("a.py\r\nb.py\r\n", "", 12), OutputSlice(), 0.1)
    assert dialogue.tell(JobFinished(NO_TURN, start.job, report))[-4:] == ["! ls -l", "a.py", "b.py", "exit code 3"]
    assert dialogue.sent(ShareShell) == [ShareShell("ls -l", "a.py\nb.py\n", 3)]
    assert dialogue.tell(ShellShared("ls -l", "a.py\nb.py\n", 3)) == []


def test_a_command_of_an_earlier_session_is_shown_when_it_is_replayed() -> None:
    assert Dialogue().tell(ShellShared("ls", "a.py", 0)) == ["! ls", "a.py"]


def test_the_to_do_list_is_live_until_it_is_done() -> None:
    """S3-10."""
    dialogue = Dialogue()
    dialogue.tell(TodoChanged(TURN, (TodoItem("read", "done"), TodoItem("write", "active"), TodoItem("test"))))
    assert dialogue.above()[-3:] == ["☑ read", "▸ write", "☐ test"]
    dialogue.press("c-t")
    assert "▸ write" not in dialogue.above()
    dialogue.press("c-t")
    dialogue.tell(TodoChanged(TURN, (TodoItem("read", "done"),)))
    assert "☑ read" not in dialogue.above()


def test_a_command_of_ones_own_that_was_ended_says_so() -> None:
    for end, code, word in (
        ("cancelled", -2, "cancelled"),
        ("exited", -15, "ended by SIGTERM"),
        ("exited", 1, "exit code 1"),
    ):
        dialogue = Dialogue()
        dialogue.submit("!sleep 60")
        job = dialogue.sent(StartJob)[0].job
        report = JobReport(cast("JobEnd", end), code, OutputSlice("", "", 0), OutputSlice(), 0.1)
        assert dialogue.tell(JobFinished(NO_TURN, job, report))[-1] == word
    assert Dialogue().tell(ShellShared("sleep 60", "", -99))[-1] == "ended by signal 99"


def test_one_line_is_one_line_and_the_way_to_the_rest_is_one_that_is_there() -> None:
    for keys, way in ((True, "Ctrl-O"), (False, "/expand")):
        dialogue = Dialogue()
        dialogue.view = replace(dialogue.view, keys=keys)
        dialogue.tell(started())
        assert f"  … 1 line before, {way} shows all" in dialogue.tell(finished("ok", "line\n" * 6))


def test_a_long_subject_never_hides_how_it_ended() -> None:
    dialogue = Dialogue(columns=40)
    dialogue.tell(started(subject="x" * 100))
    assert dialogue.tell(finished("error", "no", exit_code=2))[0].endswith("… · exit code 2")


def test_output_is_never_cut_inside_a_sequence() -> None:
    dialogue = Dialogue()
    dialogue.begin_turn()
    dialogue.tell(started(), JobStreamed(TURN, JobId(CALL), "output", "\x1b[38;2;255;0;0mred" + "x" * (TAIL_KEPT - 5)))
    assert any(row.startswith("  redx") for row in dialogue.above())


def test_the_lines_before_are_counted_of_the_whole_output_and_its_file_is_named_uncut() -> None:
    file = "/state/sessions/" + "s" * 120 + "/outputs/t1-r1-c1.log"
    kept = ["1", "2", "[… 1,288,000 bytes left out …]", *map(str, range(199_991, 200_001))]
    text = "\n".join([*kept, "[exit code 0, 0.3 s]", f"[the whole output is in {file}]"])
    dialogue = Dialogue()
    dialogue.tell(started())
    result = ToolResult("ok", text, spill=file, lines_cut=200_000 - len(kept))
    said = dialogue.tell(CallFinished(TURN, CALL, "run_command", result))
    assert said[1:3] == ["  … 199,997 lines before, Ctrl-O shows all", "  199998"]
    assert file in "".join(row.removeprefix("  ") for row in said)


def test_ctrl_o_counts_the_lines_of_the_whole_output_and_names_its_file_in_a_row_of_its_own() -> None:
    result = ToolResult("ok", "\n".join(map(str, range(400))), spill="/x.log", lines_cut=9_600)
    dialogue = Dialogue()
    dialogue.tell(started(), CallFinished(TURN, CALL, "run_command", result))
    said = dialogue.submit("/expand")
    noted = said.index("… 9,650 more lines, all of them in")
    assert said[noted - 1 : noted + 3] == ["249", "… 9,650 more lines, all of them in", "/x.log", "300"]
