"""The words that take the place of what was said."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from actors.context.facts import CommandFact, FileFact, SessionFacts
from actors.context.summary import EARLIER_KEPT, SpokenWords, question, summary_text, without_model
from actors.transcript import AssistantMessage, TranscriptMessage, UserMessage
from tools.tool import TodoItem

ROOM = 10_000


@given(some.text())
def test_the_task_stands_in_it_word_for_word(task: str) -> None:
    assert task in summary_text(SpokenWords(task), SessionFacts(), ROOM)


def test_it_tells_what_is_known_for_certain_beside_the_notes() -> None:
    facts = SessionFacts(
        (FileFact("a.py", "changed"), FileFact("b.py", "read")),
        (CommandFact("make", 2),),
        (TodoItem("first", "done"), TodoItem("second", "active")),
        "Decisions: none.",
    )
    text = summary_text(SpokenWords("task", ("before",)), facts, ROOM)
    for part in ("a.py", "b.py", "make (exit code 2)", "[x] first", "[~] second", "Decisions: none.", "before"):
        assert part in text


def test_of_many_earlier_prompts_the_first_and_the_newest_stay() -> None:
    prompts = tuple(f"prompt {number} " + "x" * 500 for number in range(100))
    text = summary_text(SpokenWords("task", prompts), SessionFacts(), ROOM)
    assert "prompt 0 " in text
    assert "prompt 99 " in text
    assert "prompt 50 " not in text
    assert "more are in the session's journal" in text
    assert len(text) < ROOM + 1_000


def test_a_long_earlier_prompt_keeps_its_ends() -> None:
    text = summary_text(SpokenWords("", ("begin" + "x" * 100_000 + "end",)), SessionFacts(), ROOM)
    assert "begin" in text
    assert "end</prompt>" in text
    assert len(text) < EARLIER_KEPT + 500


def test_without_a_model_the_beginnings_of_the_last_answers_stay() -> None:
    answers = [AssistantMessage.of(f"I do {number}. " * 100) for number in range(40)]
    messages: list[TranscriptMessage] = [UserMessage.of("go"), *answers]
    notes = without_model(messages, "older notes", 3_000)
    assert "I do 39." in notes
    assert "I do 3. " not in notes
    assert "older notes" in notes
    assert len(notes) <= 3_000
    assert without_model((), "", 100) == ""


def test_the_question_names_its_bound_and_what_the_person_wants_kept() -> None:
    assert "at most 300 words" in question(300, "")
    assert question(300, "the schema {x}").endswith("the schema {x}")
