"""What the input line offers: commands behind `/`, models behind `/model`, files behind `@`.

prompt-toolkit asks on a worker thread (the folder is walked there), `rows` shows the answer in the live region. The
list of files is kept for some seconds; nothing is indexed before the first `@`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from prompt_toolkit.buffer import CompletionState
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from tools.files.ignored import visible_files
from tools.text.screen_text import visible
from ui.screen.slash_commands import COMMANDS
from ui.text.rows import Row, clip, line, width

MOST_ENTRIES = 50_000
"""Entries of a folder that are looked at."""
OFFERED = 50
SHOWN = 6
FRESH = 10.0
"""Seconds for which a list of files is good."""

_FILE = re.compile(r"(?:^|\s)@([^\s@]*)$")
_MODEL = re.compile(r"^/model\s+(\S*)$")
_COMMAND = re.compile(r"^/([\w-]*)$")


class LineCompleter(Completer):
    """Offers commands, models and files; `now` is a monotonic clock."""

    def __init__(self, folder: Path, now: Callable[[], float], models: tuple[str, ...] = ()) -> None:
        self._folder, self._now, self._models = folder, now, models
        self._files: tuple[str, ...] = ()
        self._until = float("-inf")

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """What fits at the cursor, best first."""
        del complete_event
        before = document.text_before_cursor
        command, file = _COMMAND.match(before), _FILE.search(before)
        if command is not None:
            return self._commands(command[1])
        if (model := _MODEL.match(before)) is not None:
            return self._named(model[1])
        return self._paths(file[1]) if file is not None else ()

    async def get_completions_async(
        self, document: Document, complete_event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        """The same on a worker thread; who stops asking does not wait for it, though the folder may never answer."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(None, lambda: list(self.get_completions(document, complete_event)))
        for completion in found:
            yield completion

    def _commands(self, typed: str) -> Iterator[Completion]:
        for command in COMMANDS:
            if command.name.startswith(typed.lower()):
                yield Completion(command.name, -len(typed), display_meta=command.offer)

    def _named(self, typed: str) -> Iterator[Completion]:
        for name in self._models:
            if typed.lower() in name.lower():
                yield Completion(name, -len(typed))

    def _paths(self, typed: str) -> Iterator[Completion]:
        found = sorted(
            ((rank, len(path), path) for path in self._listed() if (rank := _rank(path, typed)) is not None),
        )
        for _, _, path in islice(found, OFFERED):
            yield Completion(path, -len(typed))

    def _listed(self) -> tuple[str, ...]:
        if self._now() >= self._until:
            found = visible_files(self._folder, MOST_ENTRIES)
            self._files = tuple(path.relative_to(self._folder).as_posix() for path in found)
            self._until = self._now() + FRESH
        return self._files


def _rank(path: str, typed: str) -> int | None:
    """How well the path fits, 0 is best; None where the letters do not even come in this order."""
    name, low, wanted = path.rpartition("/")[2].lower(), path.lower(), typed.lower()
    for rank, fits in enumerate((name.startswith(wanted), low.startswith(wanted), wanted in name, wanted in low)):
        if fits:
            return rank
    letters = iter(low)
    return 4 if all(letter in letters for letter in wanted) else None


def wanted(text: str) -> bool:
    """The line ends in something that is completed while typing."""
    return any(each.match(text) for each in (_COMMAND, _MODEL)) or _FILE.search(text) is not None


def rows(state: CompletionState | None, columns: int) -> tuple[Row, ...]:
    """The offers as live rows, around the chosen one."""
    if state is None or not state.completions:
        return ()
    offers, chosen = state.completions, state.complete_index
    start = max(0, min((chosen or 0) - SHOWN // 2, len(offers) - SHOWN))
    shown = offers[start : start + SHOWN]
    longest = max(width(visible(offer.display_text)) for offer in shown)
    offered = tuple(
        clip(_offer(offer, longest, chosen=index == chosen), columns) for index, offer in enumerate(shown, start)
    )
    more = len(offers) - start - len(shown)
    return (*offered, clip(line(f"  ↓ {more} more", "class:dim"), columns)) if more else offered


def _offer(offer: Completion, longest: int, *, chosen: bool) -> Row:
    text = visible(offer.display_text)
    style = "class:completion.chosen" if chosen else "class:completion"
    return (("", "  "), (style, text), ("class:dim", " " * (longest - width(text) + 2) + offer.display_meta_text))
