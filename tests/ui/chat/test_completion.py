"""What the line offers."""

from __future__ import annotations

from pathlib import Path

from prompt_toolkit.buffer import CompletionState
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

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
