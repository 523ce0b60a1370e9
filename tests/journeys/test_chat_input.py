"""What a person types reaches whom it was meant for: interrupts, the queue, approvals, pastes, shell commands."""

from __future__ import annotations

from actors.records import ApprovalAnswered, PromptWithdrawn, ShellShared, TurnFinished, TurnStarted
from tests.journeys.scene import Scene
from tests.journeys.terminal_driver import TerminalDriver
from tests.journeys.terminal_traces import assert_restored, idle, queued

QUESTION = "? Write b.txt?"
GATED = "run `echo be''gun; cat gate`"
"""Runs until somebody opens the gate."""


def open_chat(scene: Scene, *arguments: str) -> TerminalDriver:
    chat = scene.chat(*arguments)
    chat.wait_for(idle)
    return chat


def leave(chat: TerminalDriver) -> None:
    chat.send("\x04")
    assert chat.wait_for_exit() == 0
    assert_restored(chat)


def test_escape_interrupts_and_the_draft_stays(scene: Scene) -> None:
    """S0-5."""
    chat = open_chat(scene, "--yolo")
    chat.send("run echo be''gun; sleep 60\r")
    chat.wait_for("begun")
    chat.send("a draft")
    chat.wait_for("\u203a a draft")
    chat.send("\x1b")
    chat.wait_for(lambda screen: "■ Cancelled." in screen and idle(screen))
    assert "\u203a a draft" in chat.shown()
    scene_has_no_sleep(scene)
    chat.send("\x03")
    chat.wait_for(lambda screen: "a draft" not in screen)
    leave(chat)


def scene_has_no_sleep(scene: Scene) -> None:
    assert not scene.living("sleep 60")


def test_prompts_typed_while_busy_run_in_order_and_the_newest_can_be_taken_back(scene: Scene) -> None:
    """S3-16, S3-17."""
    gate = scene.gate("gate")
    chat = open_chat(scene, "--yolo")
    chat.send(f"{GATED}\r")
    chat.wait_for("begun")
    for number, name in enumerate(("one", "two", "three"), start=1):
        chat.send(f"create {name}.txt with {name}\r")
        chat.wait_for(queued(number))
    chat.send("\x1b[A")
    chat.wait_for(lambda screen: "2 queued" in screen and "\u203a create three.txt with three" in screen)
    chat.send("\x03")
    chat.wait_for(lambda screen: "\u203a create three.txt" not in screen)
    assert not (scene.folder / "one.txt").exists()
    gate.open()
    chat.wait_for(lambda screen: "two.txt" in screen and "queued" not in screen and idle(screen))
    leave(chat)
    begun = [record.text for record in scene.records(TurnStarted) if isinstance(record, TurnStarted)]
    assert begun == [GATED, "create one.txt with one", "create two.txt with two"]
    assert len(scene.records(PromptWithdrawn)) == 1
    assert [(scene.folder / f"{name}.txt").exists() for name in ("one", "two", "three")] == [True, True, False]


def test_a_digit_typed_ahead_never_answers_an_approval(scene: Scene) -> None:
    """A key pressed before the question appeared stays a draft; Alt and a digit answers beside it."""
    chat = open_chat(scene)
    chat.send("create b.txt with hi\r")
    chat.wait_for("Working")
    chat.send("1")
    chat.wait_for(lambda screen: QUESTION in screen and "1 Yes" in screen and "\u203a 1" in screen)
    assert not scene.records(ApprovalAnswered)
    assert not (scene.folder / "b.txt").exists()
    chat.send("\x1b1")
    chat.wait_for(lambda screen: "\u203a 1" in screen and idle(screen))
    assert (scene.folder / "b.txt").read_text().strip() == "hi"
    chat.send("\x7f")
    leave(chat)


def test_a_paste_without_marks_approves_nothing_and_is_one_text(scene: Scene) -> None:
    """Issue 7, C1."""
    chat = open_chat(scene)
    chat.send("create b.txt with hi\r")
    chat.wait_for("1 Yes")
    chat.send("1. mend the test\r2. run it\r")
    chat.wait_for(lambda screen: "because \u203a 1. mend the test" in screen and "2. run it" in screen)
    assert not scene.records(ApprovalAnswered)
    chat.send("\x03")
    chat.wait_for(lambda screen: "2. run it" not in screen and "1 Yes" in screen)
    chat.send("\x1b[B")
    chat.wait_for("\u276f 1 Yes")
    chat.send("y")
    chat.wait_for(lambda screen: (scene.folder / "b.txt").exists() and idle(screen))
    assert "✓ You approved b.txt" in chat.everything()
    leave(chat)


def test_no_with_a_reason_goes_to_the_model_and_the_session_answer_is_kept(scene: Scene) -> None:
    chat = open_chat(scene)
    chat.send("create b.txt with hi\r")
    chat.wait_for("1 Yes")
    chat.send("4")
    chat.wait_for("type the reason")
    chat.send("not this name\r")
    chat.wait_for(lambda screen: "not this name" in screen and idle(screen))
    assert not (scene.folder / "b.txt").exists()
    chat.send("create c.txt with hi\r")
    chat.wait_for("1 Yes")
    chat.send("2")
    chat.wait_for(lambda screen: (scene.folder / "c.txt").exists() and idle(screen))
    chat.send("create c.txt with ho\r")
    chat.wait_for(lambda screen: (scene.folder / "c.txt").read_text().strip() == "ho" and idle(screen))
    leave(chat)


def test_a_paste_of_fifty_lines_becomes_one_prompt_with_every_line(scene: Scene) -> None:
    lines = "\n".join(f"line {number}" for number in range(1, 51))
    chat = open_chat(scene, "--yolo")
    pasted = f"create p.txt with\n```\n{lines}\n```"
    chat.send(f"\x1b[200~{pasted}\x1b[201~")
    chat.wait_for(lambda screen: "\u203a [" in screen)
    assert "line 20" not in chat.shown()
    chat.send("\r")
    chat.wait_for(lambda screen: (scene.folder / "p.txt").exists() and idle(screen))
    assert (scene.folder / "p.txt").read_text().split("\n")[:50] == lines.split("\n")
    (started,) = scene.records(TurnStarted)
    assert isinstance(started, TurnStarted)
    assert started.text == pasted
    leave(chat)


def test_a_shell_command_of_the_persons_own_runs_on_a_terminal_and_is_shared(scene: Scene) -> None:
    chat = open_chat(scene)
    chat.send("!test -t 0 && test -t 1 && echo on a term''inal; exit 3\r")
    chat.wait_for(lambda screen: "on a terminal" in screen and idle(screen))
    (shared,) = scene.records(ShellShared)
    assert isinstance(shared, ShellShared)
    assert (shared.output.strip(), shared.exit_code) == ("on a terminal", 3)
    chat.send("!echo be''gun; sleep 60\r")
    chat.wait_for("begun")
    chat.send("\x03")
    chat.wait_for(lambda screen: "sleep 60 ·" not in screen and idle(screen))
    scene_has_no_sleep(scene)
    leave(chat)
    assert not scene.records(TurnFinished)


def test_keys_typed_before_the_company_is_on_stage_are_not_lost(scene: Scene) -> None:
    """A fast typist, or a script that writes to the terminal at once."""
    chat = scene.chat()
    chat.send("show a.txt\r")
    chat.wait_for(lambda screen: "hello there" in screen and idle(screen))
    leave(chat)
