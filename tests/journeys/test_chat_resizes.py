"""Resizes on a terminal that wraps its rows anew: no stale copy of the live region, and nothing said is lost."""

from __future__ import annotations

import random
import re
import shutil
from functools import partial

import pytest

from tests.journeys.scene import Scene
from tests.journeys.tmux_terminal import TmuxTerminal

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="there is no tmux")

WORDS = 300
SPINNER = re.compile("[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] (?:Working|Waiting)")
LIVE = re.compile(r"Esc interrupts|^\u203a *$|^scripted · |^offline · |Run this command", re.MULTILINE)


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


DRAFT = "a draft that is rather long so that it wraps in a window of forty columns or fewer and then once more"


@pytest.mark.parametrize("seed", [0, 7])
def test_a_storm_of_resizes_doubles_and_loses_no_word(scene: Scene, seed: int) -> None:
    """Issue 7, C5: a paragraph streams, a prompt is queued, a wrapped draft stands in the line; seed 0 is 80→40→80."""
    steps = ",\n".join(f'{{ stall = 0.01 }}, {{ delta = "w{number:03} **bold** 日本 " }}' for number in range(WORDS))
    script = scene.write(
        "storm.toml", f"[[exchanges]]\nsteps = [{steps}]\n[[exchanges]]\nsteps = [{{ delta = 'bye' }}]"
    )
    chance = random.Random(seed)  # noqa: S311 - sizes of a window
    with scene.tmux("-m", f"script:{script}", size=(24, 80)) as chat:
        scene.wait_for(lambda: "/help" in chat.shown(), "prompt")
        chat.send("go", "Enter")
        scene.wait_for(lambda: has(chat, "w005"), "word 5")
        chat.send("-l", "queued")
        scene.wait_for(lambda: "queued" in chat.shown(), "text in the line")
        chat.send("Enter")
        scene.wait_for(lambda: "1 queued" in chat.shown(), "queued prompt")
        chat.send("-l", DRAFT)
        scene.wait_for(lambda: "once more" in chat.shown(), "draft")
        for reached in range(20, 260, 30):
            scene.wait_for(partial(has, chat, f"w{reached:03}"), f"word {reached}")
            columns = chance.randint(20, 120) if seed else (80 if reached % 60 == 20 else 40)
            chat.resize(24, columns)
        chat.resize(24, 80)
        scene.wait_for(lambda: "bye" in chat.shown() and "/help" in chat.shown(), "end of both answers")
        everything = chat.everything()
    assert re.findall(r"w(\d{3})", everything) == [f"{number:03}" for number in range(WORDS)]
    assert len(re.findall(r"^scripted · ", everything, re.MULTILINE)) == 1
    assert everything.count("a draft that is") == everything.count("once more") == 1
    assert "Esc interrupts" not in everything


@pytest.mark.parametrize("seed", range(2))
def test_an_open_question_with_a_draft_and_a_queue_survives_a_storm(scene: Scene, seed: int) -> None:
    """Issue 7, C5, and issue 10."""
    chance = random.Random(seed)  # noqa: S311 - sizes of a window
    with scene.tmux(size=(24, 80)) as chat:
        scene.wait_for(lambda: "/help" in chat.shown(), "prompt")
        chat.send("run echo one && echo something that is rather long and wider than fifty columns, echo two", "Enter")
        scene.wait_for(lambda: "4 No" in chat.shown(), "question")
        chat.send("Tab")
        scene.wait_for(lambda: "no, because" in chat.shown(), "reason")
        chat.send("-l", DRAFT)
        scene.wait_for(lambda: "once more" in chat.shown(), "draft")
        for _ in range(12):
            chat.resize(chance.randint(12, 40), chance.randint(30, 120))
        resized(scene, chat, 24, 80)
        scene.wait_for(lambda: "type the reason" in chat.shown(), "question in its old size")
        everything = chat.everything()
    assert everything.count("Run this command?") == everything.count("a draft that is") == 1
    assert len(re.findall(r"^offline · ", everything, re.MULTILINE)) == 1


def test_a_question_survives_resizes_without_a_copy(scene: Scene) -> None:
    """Pain 2: also where the window is too low for it for a while."""
    command = "echo one && echo something that is rather long and wider than fifty columns for sure && echo two"
    with scene.tmux(size=(24, 80)) as chat:
        scene.wait_for(lambda: "/help" in chat.shown(), "prompt")
        chat.send(f"run {command}", "Enter")
        scene.wait_for(lambda: "4 No" in chat.shown(), "question")
        before = chat.everything().partition("Waiting for you")[0][:-2]
        for rows, columns in ((24, 50), (24, 80), (10, 30), (24, 80), (40, 120), (24, 80)):
            resized(scene, chat, rows, columns)
        scene.wait_for(lambda: "4 No" in chat.shown(), "question that is open again")
        everything = chat.everything()
    assert everything.startswith(before)
    assert len(LIVE.findall(everything)) == len(("Esc interrupts", "Run this command", "\u203a", "offline"))
