"""What the line offers."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable
from pathlib import Path

import pytest
from prompt_toolkit.buffer import CompletionState
from prompt_toolkit.completion import CompleteEvent, Completion
from prompt_toolkit.document import Document

from ui.chat.chat_loop import ChatLoop
from ui.chat.completion import LineCompleter, rows, wanted
from ui.text.rows import plain


def offered(folder: Path, typed: str) -> list[str]:
    completer = LineCompleter(folder, lambda: 0.0)
    return [offer.text for offer in completer.get_completions(Document(typed), CompleteEvent())]


def project(folder: Path) -> Path:
    for path in ("src/main.py", "src/domain.py", "readme.md", "notes/mail.txt", "build/main.o"):
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text("")
    (folder / ".gitignore").write_text("build/\n")
    return folder


def test_commands_behind_a_slash(tmp_path: Path) -> None:
    assert offered(tmp_path, "/st") == ["status"]
    assert "help" in offered(tmp_path, "/")
    assert offered(tmp_path, "not a /st") == []


def test_files_behind_an_at_the_best_first_and_no_ignored_ones(tmp_path: Path) -> None:
    found = offered(project(tmp_path), "look at @ma")
    assert found[:3] == ["src/main.py", "notes/mail.txt", "src/domain.py"]
    assert "build/main.o" not in found


def test_letters_in_order_will_do(tmp_path: Path) -> None:
    assert offered(project(tmp_path), "@mtx") == ["notes/mail.txt"]
    assert offered(project(tmp_path), "mail@ma") == []


def test_only_commands_and_files_are_completed_while_typing() -> None:
    assert wanted("/he")
    assert wanted("see @")
    assert not wanted("plain words")


def test_offers_are_rows_around_the_chosen_one(tmp_path: Path) -> None:
    document = Document("/")
    offers = list(LineCompleter(tmp_path, lambda: 0.0).get_completions(document, CompleteEvent()))
    state = CompletionState(document, offers, complete_index=len(offers) - 1)
    shown = rows(state, 40)
    assert len(shown) == 6
    assert offers[-1].text in plain(shown[-1])
    assert any(style == "class:completion.chosen" for style, _ in shown[-1])
    assert rows(None, 40) == ()


def test_offers_come_from_a_worker_and_who_stops_asking_waits_for_none(tmp_path: Path) -> None:
    """A folder on a dead disk never answers."""
    go, reached = threading.Event(), asyncio.Event()

    class Dead(LineCompleter):
        def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
            loop.call_soon_threadsafe(reached.set)
            go.wait(20.0)
            return super().get_completions(document, complete_event)

    async def asked(completer: LineCompleter) -> list[str]:
        return [offer.text async for offer in completer.get_completions_async(Document("/st"), CompleteEvent())]

    async def main() -> None:
        assert await asked(LineCompleter(tmp_path, lambda: 0.0)) == ["status"]
        asking = asyncio.create_task(asked(Dead(tmp_path, lambda: 0.0)))
        await reached.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert not go.is_set()

    with asyncio.Runner(loop_factory=ChatLoop) as runner:
        loop = runner.get_loop()
        runner.run(main())
    go.set()


def test_a_row_says_how_many_more_offers_there_are(tmp_path: Path) -> None:
    """Issue 7, C6."""
    document = Document("/")
    offers = list(LineCompleter(tmp_path, lambda: 0.0).get_completions(document, CompleteEvent()))
    shown = rows(CompletionState(document, offers), 40)
    assert plain(shown[-1]) == f"  ↓ {len(offers) - 6} more"


def test_models_are_offered_behind_the_command_by_any_part_of_their_name(tmp_path: Path) -> None:
    completer = LineCompleter(tmp_path, lambda: 0.0, ("anthropic/claude-x", "groq/llama", "fast"))

    def named(text: str) -> list[str]:
        return [offer.text for offer in completer.get_completions(Document(text), CompleteEvent())]

    assert named("/model ") == ["anthropic/claude-x", "groq/llama", "fast"]
    assert named("/model CLAUDE") == ["anthropic/claude-x"]
    assert named("/model a b") == []
    assert wanted("/model cl")
