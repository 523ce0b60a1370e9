"""Resizes on a terminal that wraps its rows anew: no stale copy of the live region, and nothing said is lost."""

from __future__ import annotations

import re
import shutil
from functools import partial

import pytest

from tests.journeys.scene import Scene
from tests.journeys.tmux_terminal import TmuxTerminal

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="there is no tmux")

WORDS = 300
SPINNER = re.compile("[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] (?:Working|Waiting)")
LIVE = re.compile(r"Esc interrupts|^\u203a *$|^scripted · |^offline · |May run_command", re.MULTILINE)


def resized(scene: Scene, chat: TmuxTerminal, rows: int, columns: int) -> None:
    """Resize, and wait for the first frame in the new size: nothing is drawn until it stands."""
    chat.resize(rows, columns)
    before = SPINNER.findall(chat.shown())[-1:]
    scene.wait_for(lambda: SPINNER.findall(chat.shown())[-1:] not in ([], before), "frame in the new size")


def has(chat: TmuxTerminal, text: str) -> bool:
    return text in chat.everything()


@pytest.mark.parametrize("height", [24, 10])
def test_a_streamed_paragraph_survives_resizes_without_a_stale_row(scene: Scene, height: int) -> None:
    """Pain 2."""
    steps = ",\n".join(f'{{ stall = 0.01 }}, {{ delta = "w{number:03} **bold** 日本 " }}' for number in range(WORDS))
    script = scene.write("words.toml", f"[[exchanges]]\nsteps = [{steps}]")
    with scene.tmux("-m", f"script:{script}", size=(height, 80)) as chat:
        scene.wait_for(lambda: "/help" in chat.shown(), "prompt")
        chat.send("go", "Enter")
        for reached, columns in ((40, 50), (100, 80), (160, 50), (200, 120)):
            scene.wait_for(partial(has, chat, f"w{reached:03}"), f"word {reached}")
            resized(scene, chat, height, columns)
        scene.wait_for(lambda: f"w{WORDS - 1:03}" in chat.shown() and "/help" in chat.shown(), "end of the answer")
        everything = chat.everything()
    assert re.findall(r"w(\d{3})", everything) == [f"{number:03}" for number in range(WORDS)]
    assert len(LIVE.findall(everything)) == len(("\u203a", "scripted"))


def test_a_question_survives_resizes_without_a_copy(scene: Scene) -> None:
    """Pain 2: also where the window is too low for it for a while."""
    command = "echo one && echo something that is rather long and wider than fifty columns for sure && echo two"
    with scene.tmux(size=(24, 80)) as chat:
        scene.wait_for(lambda: "/help" in chat.shown(), "prompt")
        chat.send(f"run {command}", "Enter")
        scene.wait_for(lambda: "4 no" in chat.shown(), "question")
        before = chat.everything().partition("Waiting for you")[0][:-2]
        for rows, columns in ((24, 50), (24, 80), (10, 30), (24, 80), (40, 120), (24, 80)):
            resized(scene, chat, rows, columns)
        scene.wait_for(lambda: "4 no" in chat.shown(), "question that is open again")
        everything = chat.everything()
    assert everything.startswith(before)
    assert len(LIVE.findall(everything)) == len(("Esc interrupts", "May run_command", "\u203a", "offline"))
