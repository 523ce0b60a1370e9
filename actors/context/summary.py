"""The words of a compaction: what a model is asked for, and the message that takes the place of what was said.

The message begins with the person's own words, which no summary may change: the task as it was typed, earlier prompts
in short. Then what the calls themselves tell (to-do list, files, commands), then the model's summary; without a model
the beginnings of its last answers. Pure; used by `actors.context.compaction`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from actors.context.facts import SessionFacts
from actors.transcript import AssistantMessage, TranscriptMessage

TITLE = "[Earlier messages of this conversation were compacted; this takes their place.]"
EARLIER_KEPT = 4_000
"""Characters of an earlier prompt."""
GLIMPSE = 240
"""Characters of an answer in a summary made without a model."""
GLIMPSES = 12
GAP = " […] "
LATELY = "What the answers said lately, the beginning of each, newest last:"
MARKS = {"pending": "[ ]", "active": "[~]", "done": "[x]"}
ASK = """\
The conversation so far is about to be compacted, because the context window is nearly full. Write the summary with \
which you yourself will go on. Do not call any tool, do not go on with the task, answer with the summary only, in at \
most {words} words, under these headings:

Decisions: what was decided and why, what was tried and did not work.
To-do: what is done, what is being done, what is left.
Files: each file that matters, and its state.
Commands: commands that work here, with their working folder.
Running: what was being run or waited for.
Open questions: what is not known yet.

The person's own words, the to-do list and the list of changed files are kept beside it; do not repeat them."""
FOCUS = "\n\nThe person asks to keep above all: {focus}"


class SpokenWords(Struct, frozen=True):
    """What the person said in the messages that are replaced. `task` is empty where it stands in what stays."""

    task: str = ""
    earlier: tuple[str, ...] = ()


def question(words: int, focus: str) -> str:
    """What the model is asked."""
    return ASK.format(words=words) + (FOCUS.format(focus=focus) if focus else "")


def summary_text(spoken: SpokenWords, facts: SessionFacts, most: int) -> str:
    """The message that takes the place of what was said. `most` bounds the characters of earlier prompts."""
    return "\n\n".join((TITLE, *_words(spoken, most), *_facts(facts), *((facts.notes,) if facts.notes else ())))


def without_model(messages: Sequence[TranscriptMessage], notes: str, most: int) -> str:
    """Notes made of the earlier ones and of how the last answers begin; at most so many characters."""
    texts = [message.text.strip() for message in messages if isinstance(message, AssistantMessage)]
    kept = _short(notes, 2 * most // 3)
    room = most - len(kept) - len(LATELY) - 2
    said: list[str] = []
    for text in reversed([text for text in texts if text][-GLIMPSES:]):
        glimpse = f"\n- {_short(text, GLIMPSE)}"
        room -= len(glimpse)
        if room < 0:
            break
        said.append(glimpse)
    lately = LATELY + "".join(reversed(said)) if said else ""
    return "\n\n".join(filter(None, (kept, lately)))


def _words(spoken: SpokenWords, most: int) -> Iterator[str]:
    if earlier := _earlier(spoken.earlier, most):
        yield f"Earlier prompts of the person, oldest first:\n{earlier}"
    if spoken.task:
        yield f"The task, in the person's own words:\n<task>\n{spoken.task}\n</task>"


def _earlier(prompts: Sequence[str], most: int) -> str:
    """As many as there is room for: the first one, which mostly says what it is all about, and the newest."""
    shortened = [f"<prompt>{_short(prompt, EARLIER_KEPT)}</prompt>" for prompt in prompts]
    room = most - len(shortened[0]) if shortened else 0
    kept: list[str] = []
    for text in reversed(shortened[1:]):
        room -= len(text)
        if room < 0:
            break
        kept.append(text)
    left_out = len(shortened) - 1 - len(kept)
    between = [f"({left_out} more are in the session's journal)"] if left_out > 0 else []
    return "\n".join([*shortened[:1], *between, *reversed(kept)])


def _facts(facts: SessionFacts) -> Iterator[str]:
    if facts.todo:
        yield "\n".join(("To-do list:", *(f"{MARKS[item.state]} {item.text}" for item in facts.todo)))
    if changed := [fact.path for fact in facts.files if fact.state == "changed"]:
        yield f"Files changed so far: {', '.join(changed)}"
    if read := [fact.path for fact in facts.files if fact.state == "read"]:
        yield f"Files and folders looked at: {', '.join(read)}"
    if facts.commands:
        told = (f"- {fact.command} (exit code {fact.exit_code})" for fact in facts.commands)
        yield "\n".join(("Commands that were run, with how they ended last:", *told))


def _short(text: str, most: int) -> str:
    half = most // 2
    return text if len(text) <= most + len(GAP) else f"{text[:half]}{GAP}{text[len(text) - half :]}"
