"""The chat as a person sees it: real loop, keys and frames, an emulated terminal, a company that only listens."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

from actors.ids import CallId
from actors.messages import (
    AnswerApproval,
    ApprovalRequested,
    CancelTurn,
    NoticeRaised,
    PromptRefused,
    QueueChanged,
    ReplyStreamed,
    RequestSettled,
    SubmitPrompt,
    WithdrawPrompt,
)
from actors.phase_messages import DrainScreen, ScreenDrained
from actors.records import PromptAccepted, PromptWithdrawn, ReplyCompleted, TurnFinished, TurnStarted
from actors.transcript import AssistantMessage, Usage
from tests.ui.chat_stage import Stage, opening_in, play
from tests.ui.dialogue import CALL, PROMPT, REQUEST, TURN
from ui.chat.front_end import reflows

APPROVAL = ApprovalRequested(TURN, CALL, "run_command", "make", "make", "run_command(make)")
OPTIONS = "1 Yes"


def begin(stage: Stage) -> None:
    stage.publish(TurnStarted(TURN, PROMPT, "do it"))
    stage.wait_for("Working")


def test_a_typed_prompt_is_submitted_and_the_loop_goes_on(tmp_path: Path) -> None:
    """S0-20: Enter starts the work in the background; the next key is taken at once."""

    def script(stage: Stage) -> None:
        stage.type("hello\r")
        assert stage.company.wait_until_told(SubmitPrompt)[0].text == "hello"
        stage.type("more")
        stage.wait_for("\u203a more")

    assert play(tmp_path, script).exit_code == 0


def test_a_streamed_answer_is_shown_above_the_line_and_the_draft_stays(tmp_path: Path) -> None:
    """S0-8, S3-1."""

    def script(stage: Stage) -> None:
        begin(stage)
        stage.type("my draft")
        stage.publish(ReplyStreamed(TURN, REQUEST, "first line\nsecond "))
        shown = stage.wait_for(lambda shown: "second" in shown and "\u203a my draft" in shown)
        assert shown.index("first line") < shown.index("second") < shown.index("my draft")

    play(tmp_path, script)


def test_text_that_was_streamed_is_not_repeated_by_the_whole_answer(tmp_path: Path) -> None:
    def script(stage: Stage) -> None:
        begin(stage)
        stage.publish(
            ReplyStreamed(TURN, REQUEST, "only once"),
            ReplyCompleted(TURN, REQUEST, AssistantMessage.of("only once"), Usage(3, 4)),
            TurnFinished(TURN, PROMPT, "done", "only once", Usage(3, 4), 1, 0.1),
        )
        stage.wait_for("3 in 4 out")

    assert play(tmp_path, script).terminal_output.everything().count("only once") == 1


def test_escape_and_ctrl_c_cancel_the_turn(tmp_path: Path) -> None:
    """S0-5."""

    def script(stage: Stage) -> None:
        begin(stage)
        stage.type("\x1b")
        stage.company.wait_until_told(CancelTurn)
        stage.type("\x03")
        stage.company.wait_until_told(CancelTurn, 2)

    play(tmp_path, script)


def test_alt_enter_and_ctrl_j_make_new_lines(tmp_path: Path) -> None:
    def script(stage: Stage) -> None:
        stage.type("a\x1b\rb\nc\r")
        assert stage.company.wait_until_told(SubmitPrompt)[0].text == "a\nb\nc"
        assert not stage.company.told(CancelTurn)

    play(tmp_path, script)


def test_ctrl_c_empties_the_line_and_the_history_has_it(tmp_path: Path) -> None:
    def script(stage: Stage) -> None:
        stage.type("half a thought")
        stage.wait_for("half a thought")
        stage.type("\x03")
        stage.wait_for(lambda shown: "half a thought" not in shown)
        stage.type("\x1b[A")
        stage.wait_for("half a thought")

    play(tmp_path, script)


def test_ctrl_c_twice_quits(tmp_path: Path) -> None:
    def script(stage: Stage) -> None:
        stage.type("\x03")
        stage.wait_for("Ctrl-C again quits")
        stage.type("\x03")
        stage.company.wait_until_told(ScreenDrained)

    assert play(tmp_path, script).exit_code == 0


def test_a_digit_answers_a_question_that_was_seen(tmp_path: Path) -> None:
    def script(stage: Stage) -> None:
        begin(stage)
        stage.publish(APPROVAL)
        stage.wait_for(OPTIONS)
        stage.type("2")
        assert stage.company.wait_until_told(AnswerApproval)[0] == AnswerApproval(TURN, CALL, "session")

    play(tmp_path, script)


def test_a_key_typed_before_the_question_appeared_never_answers_it(tmp_path: Path) -> None:
    """Pain 6."""

    def script(stage: Stage) -> None:
        begin(stage)
        stage.type("1")
        stage.publish(APPROVAL)
        stage.wait_for(lambda shown: OPTIONS in shown and "\u203a 1" in shown)
        stage.type("4")
        stage.wait_for("\u203a 14")
        assert not stage.company.told(AnswerApproval)
        stage.type("\x1b2")
        assert stage.company.wait_until_told(AnswerApproval)[0].answer == "session"
        stage.wait_for("\u203a 14")

    play(tmp_path, script)


def test_a_no_carries_what_was_typed_as_its_reason(tmp_path: Path) -> None:
    def script(stage: Stage) -> None:
        begin(stage)
        stage.publish(APPROVAL)
        stage.wait_for(OPTIONS)
        stage.type("4")
        stage.wait_for("no, because")
        stage.type("use ninja\r")
        assert stage.company.wait_until_told(AnswerApproval)[0] == AnswerApproval(TURN, CALL, "no", "use ninja")

    play(tmp_path, script)


def test_a_withdrawn_question_leaves_its_answer_as_a_draft(tmp_path: Path) -> None:
    """Pain 7."""

    def script(stage: Stage) -> None:
        begin(stage)
        stage.publish(APPROVAL)
        stage.wait_for(OPTIONS)
        stage.type("because")
        stage.wait_for("no, because \u203a because")
        stage.publish(RequestSettled(TURN, CALL))
        stage.wait_for(lambda shown: "\u203a because" in shown and "no, because" not in shown)

    play(tmp_path, script)


def test_a_refused_prompt_returns_to_the_line_before_the_draft(tmp_path: Path) -> None:
    """S3-18, pain 7."""

    def script(stage: Stage) -> None:
        stage.type("first\r")
        prompt = stage.company.wait_until_told(SubmitPrompt)[0].prompt
        stage.type("second")
        stage.wait_for("\u203a second")
        stage.publish(PromptRefused(prompt, "first", "the queue is full"))
        stage.wait_for(lambda shown: "Not taken: the queue is full" in shown and "\u203a first\n  second" in shown)

    play(tmp_path, script)


def test_up_on_an_empty_line_takes_the_queued_prompt_back(tmp_path: Path) -> None:
    """S3-16."""

    def script(stage: Stage) -> None:
        begin(stage)
        stage.type("later\r")
        prompt = stage.company.wait_until_told(SubmitPrompt)[0].prompt
        stage.publish(PromptAccepted(prompt, "later"), QueueChanged((prompt,)))
        stage.wait_for("1 queued")
        stage.type("\x1b[A")
        assert stage.company.wait_until_told(WithdrawPrompt)[0].prompt == prompt
        stage.publish(PromptWithdrawn(prompt, "later"), QueueChanged(()))
        stage.wait_for("\u203a later")

    play(tmp_path, script)


def test_a_long_paste_is_a_label_until_it_is_sent(tmp_path: Path) -> None:
    """S0-19: paste."""
    text = "\n".join(f"line {number}" for number in range(12))

    def script(stage: Stage) -> None:
        stage.type(f"see \x1b[200~{text}\x1b[201~")
        stage.wait_for("see [pasted 12 lines]")
        stage.type("\r")
        assert stage.company.wait_until_told(SubmitPrompt)[0].text == f"see {text}"

    play(tmp_path, script)


def test_ten_thousand_pending_messages_are_shown_before_the_end(tmp_path: Path) -> None:
    """S3-8, S3-12…15: the last message is visible, and the screen is drained before it is given back."""

    def script(stage: Stage) -> None:
        for number in range(10_000):
            stage.publish(NoticeRaised("info", f"notice {number}"))
        stage.company.publish(DrainScreen(0, "quit"))
        stage.company.wait_until_told(ScreenDrained)

    stage = play(tmp_path, script)
    everything = stage.terminal_output.everything()
    assert all(f"· notice {number}\n" in everything for number in range(0, 10_000, 7))
    assert "notice 9999" in stage.terminal_output.shown()


def test_nothing_is_written_after_the_screen_is_drained(tmp_path: Path) -> None:
    """The last write shows the cursor and ends bracketed paste; the live region is gone."""

    def script(stage: Stage) -> None:
        stage.type("a draft")
        stage.wait_for("a draft")

    stage = play(tmp_path, script)
    assert not stage.terminal_output.screen.cursor.hidden
    assert "\u203a" not in stage.terminal_output.shown()
    whole = b"".join(stage.terminal_output.writes)
    assert whole.rfind(b"\x1b[?2004l") > whole.rfind(b"\x1b[?2004h")
    assert whole.rfind(b"\x1b[?25h") > whole.rfind(b"\x1b[?25l")
    assert whole.rfind(b"\x1b[?7h") > whole.rfind(b"\x1b[?7l")


def test_a_closed_keyboard_ends_in_order(tmp_path: Path) -> None:
    """S0-19: closed; pain 4."""

    def script(stage: Stage) -> None:
        stage.close_keyboard()
        stage.company.wait_until_told(ScreenDrained)

    assert play(tmp_path, script).exit_code == 129


def test_sigterm_ends_in_order(tmp_path: Path) -> None:
    """S3-13."""

    def script(stage: Stage) -> None:
        signal.raise_signal(signal.SIGTERM)
        stage.company.wait_until_told(ScreenDrained)

    stage = play(tmp_path, script)
    assert stage.exit_code == 143
    assert "SIGTERM (exit code 143)" in stage.terminal_output.shown()


def test_nothing_is_drawn_and_nobody_wakes_while_nothing_happens(tmp_path: Path) -> None:
    """S0-3, S0-6: when the chat is idle no timer is armed, once the last key cannot be half of a chord any more."""

    def script(stage: Stage) -> None:
        stage.publish(TurnStarted(TURN, PROMPT, "do it"))
        stage.wait_for("Working")
        stage.publish(TurnFinished(TURN, PROMPT, "done", "", Usage(), 1, 0.1))
        stage.wait_for(lambda shown: "Working" not in shown)
        timers: list[object] = []
        loop = stage.chat.controller.application.loop
        assert loop is not None
        seen = stage.terminal_output.news

        def look() -> None:
            with seen:
                scheduled: list[asyncio.TimerHandle] = vars(loop)["_scheduled"]
                timers.append([handle for handle in scheduled if not handle.cancelled()])
                seen.notify_all()

        loop.call_soon_threadsafe(lambda: loop.call_later(1.5, look))
        with seen:
            assert seen.wait_for(lambda: timers, 20)
        assert timers == [[]]

    play(tmp_path, script)


def test_a_resize_draws_everything_anew_once(tmp_path: Path) -> None:
    """S0-19: resize; S3-2, pain 2."""

    def script(stage: Stage) -> None:
        stage.publish(NoticeRaised("info", "something said"))
        stage.wait_for("something said")
        stage.terminal_output.resize(24, 40)
        signal.raise_signal(signal.SIGWINCH)
        shown = stage.wait_for(lambda shown: "Acme · fast-1" in shown and shown.count("\u203a") == 1)
        assert shown.count("something said") == 1

    play(tmp_path, script, size=(24, 60))


def test_what_is_typed_before_the_company_stands_is_not_lost(tmp_path: Path) -> None:
    """Pain 7: the first prompt of the command line goes the same way."""

    def script(stage: Stage) -> None:
        assert stage.company.wait_until_told(SubmitPrompt)[0].text == "from the command line"

    play(tmp_path, script, first="from the command line")


def test_the_talk_so_far_and_warnings_come_first(tmp_path: Path) -> None:
    earlier = (
        TurnStarted(TURN, PROMPT, "what was asked"),
        ReplyCompleted(TURN, REQUEST, AssistantMessage.of("what was answered"), Usage()),
    )

    def script(stage: Stage) -> None:
        shown = stage.wait_for("an old key")
        assert shown.index("what was asked") < shown.index("what was answered") < shown.index("an old key")
        assert "Working" not in shown

    play(tmp_path, script, opening=opening_in(tmp_path, earlier, ("an old key",)))


def test_two_questions_are_asked_one_after_the_other(tmp_path: Path) -> None:
    def script(stage: Stage) -> None:
        begin(stage)
        other = ApprovalRequested(TURN, CallId("call-2"), "write_file", "b.txt", "b.txt", "")
        stage.publish(APPROVAL, other)
        stage.wait_for(lambda shown: OPTIONS in shown and "1 of 2" in shown)
        stage.type("1")
        stage.wait_for(lambda shown: "Write " in shown and OPTIONS in shown)
        stage.type("1")
        assert [answer.call for answer in stage.company.wait_until_told(AnswerApproval, 2)] == [CALL, CallId("call-2")]

    play(tmp_path, script)


def test_a_question_opens_when_all_that_it_is_about_stands_on_the_terminal(tmp_path: Path) -> None:
    """Pain 6: nobody answers what they cannot have seen."""
    lines = "\n".join(f"echo line-{number}" for number in range(6_000))

    def script(stage: Stage) -> None:
        begin(stage)
        stage.publish(ApprovalRequested(TURN, CALL, "run_command", lines, lines, ""))
        stage.wait_for(OPTIONS)
        until = next(place for place, data in enumerate(stage.terminal_output.writes) if b" Yes" in data)
        before = b"".join(stage.terminal_output.writes[:until])
        assert all(b"echo line-%d" % number in before for number in (0, 3_000, 5_999))

    play(tmp_path, script)


def test_most_terminals_wrap_anew_and_some_do_not() -> None:
    assert reflows({"TERM": "xterm-256color"})
    assert reflows({"TERM": "screen-256color", "TMUX": "/run/tmux"})
    assert not reflows({"TERM": "linux"})
    assert not reflows({"TERM": "xterm-256color", "XTERM_VERSION": "XTerm(390)"})
