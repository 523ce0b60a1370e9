"""The workplace: streams are drawn at the frame rate, keys at once, offers and branch in the live region."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from actors.messages import NoticeRaised, ReplyStreamed, SubmitPrompt
from actors.records import TurnStarted
from tests.ui.chat_stage import Stage, play
from tests.ui.dialogue import PROMPT, REQUEST, TURN
from ui.chat.draft import FILE, Draft, read, write


def test_a_key_shows_in_the_middle_of_a_flood(tmp_path: Path) -> None:
    """S0-8, S1-19, pain 3 and 5: the promise that it never freezes."""

    def script(stage: Stage) -> None:
        stage.publish(TurnStarted(TURN, PROMPT, "do it"))
        for number in range(20_000):
            if number == 10_000:
                stage.type("in between")
            stage.publish(ReplyStreamed(TURN, REQUEST, f"word{number} "))
        stage.wait_for("\u203a in between")

    stage = play(tmp_path, script)
    frames = [number for number, data in enumerate(stage.terminal_output.writes) if b"in between" in data]
    assert frames[0] < len(stage.terminal_output.writes) - 1


def test_many_events_are_few_frames(tmp_path: Path) -> None:
    """S3-9."""

    def script(stage: Stage) -> None:
        for number in range(2_000):
            stage.publish(NoticeRaised("info", f"n{number}"))
        stage.wait_for("n1999")

    assert len(play(tmp_path, script).terminal_output.writes) < 400


def test_a_draft_of_earlier_is_in_the_line_and_a_first_prompt_leaves_it_there(tmp_path: Path) -> None:
    write(tmp_path / "state" / FILE, Draft("see [pasted 12 lines] for later", (("[pasted 12 lines]", "1\n2"),)))

    def script(stage: Stage) -> None:
        (first,) = stage.company.wait_until_told(SubmitPrompt)
        assert first.text == "do it"
        stage.wait_for("\u203a see [pasted 12 lines] for later")
        stage.type("!\r")
        assert stage.company.wait_until_told(SubmitPrompt, 2)[1].text == "see 1\n2 for later!"

    play(tmp_path, script, first="do it")
    assert not (tmp_path / "state" / FILE).exists()


def test_the_end_keeps_what_stands_in_the_line(tmp_path: Path) -> None:
    def script(stage: Stage) -> None:
        stage.type("half a thought")
        stage.wait_for("half a thought")

    play(tmp_path, script)
    assert read(tmp_path / "state" / FILE) == Draft("half a thought")


def test_the_branch_of_the_folder_is_on_the_status_line(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/topic\n")

    def script(stage: Stage) -> None:
        stage.wait_for("⎇ topic")

    play(tmp_path, script)


def test_code_is_coloured_off_the_loop_and_nothing_overtakes_it(tmp_path: Path) -> None:
    """S0-11."""
    code = "".join(f"x{number} = {number}\n" for number in range(30))

    def script(stage: Stage) -> None:
        stage.publish(ReplyStreamed(TURN, REQUEST, f"```python\n{code}```\nafter the code\n\n"))
        shown = stage.wait_for("after the code")
        assert shown.index("x29 = 29") < shown.index("after the code")

    stage = play(tmp_path, script)
    assert b"\x1b[0;36m29" in b"".join(stage.terminal_output.writes)


def test_a_resize_that_has_not_settled_at_the_end_is_called_off(tmp_path: Path) -> None:
    stage = play(tmp_path, lambda _: None)
    controller, loop = stage.chat.controller, asyncio.new_event_loop()
    rows = controller.view.rows
    controller.attach(loop)
    stage.terminal_output.resize(rows + 10, 80)
    controller.resized()
    controller.detach()
    controller.resized()
    loop.call_later(0.2, loop.stop)
    loop.run_forever()
    loop.close()
    assert controller.view.rows == rows


def test_a_branch_that_is_not_found_out_is_asked_for_once(tmp_path: Path) -> None:
    """Each look at a dead disk keeps a thread for ever."""

    class Slow(asyncio.SelectorEventLoop):
        asked = 0

        def run_in_executor(self, executor: object, func: object, *args: object) -> asyncio.Future[Any]:
            del executor, func, args
            self.asked += 1
            return self.create_future()

    controller, loop = play(tmp_path, lambda _: None).chat.controller, Slow()
    controller.attach(loop)
    for _ in range(100):
        controller.find_branch()
    controller.detach()
    loop.close()
    assert loop.asked == 1
