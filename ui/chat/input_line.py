"""The input line: prompt-toolkit's buffer and window for it, its label, long pastes, drafts that are given back.

Built by `ui.chat.front_end`. What the line means is not decided here: `ui.chat.keys` reports the keys,
`ui.screen.update` decides.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.completion import Completer
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition, is_searching
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import History
from prompt_toolkit.layout.containers import ConditionalContainer, HSplit, Window
from prompt_toolkit.layout.controls import BufferControl, SearchBufferControl
from prompt_toolkit.layout.dimension import Dimension
from prompt_toolkit.layout.layout import Layout
from prompt_toolkit.layout.processors import BeforeInput, Processor, Transformation, TransformationInput

from tools.text.screen_text import visible
from ui.chat.completion import wanted
from ui.screen.messages import Paste
from ui.screen.model import ScreenModel
from ui.screen.prompting import MARK
from ui.text.rows import width

TALLEST = 10
"""Rows of the input line; a longer draft scrolls inside."""
LONGEST_PASTE = 2_000
TALLEST_PASTE = 10
"""Characters and lines beyond which a paste is shown as a label."""


class InputParts(Struct, frozen=True):
    """The line, as prompt-toolkit sees it."""

    buffer: Buffer
    layout: Layout


class HiddenMarks(Processor):
    """Shows what could hide in the line (a soft hyphen, a direction mark) as it is shown everywhere else."""

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        """Implement `Processor`; only lines that hold such a character cost anything."""
        fragments = transformation_input.fragments
        text = "".join(fragment[1] for fragment in fragments)
        if text.isascii() or visible(text) == text:
            return Transformation(fragments)
        return _with_marks(text, fragments)


def _with_marks(text: str, fragments: StyleAndTextTuples) -> Transformation:
    styles = [fragment[0] for fragment in fragments for _ in fragment[1]]
    shown = [_mark(text, at) for at in range(len(text))]
    starts = [0]
    for mark in shown:
        starts.append(starts[-1] + len(mark))
    sources = [at for at, mark in enumerate(shown) for _ in mark] + [len(text)]
    return Transformation(
        [*zip(styles, shown, strict=True)],
        source_to_display=lambda place: starts[min(place, len(text))],
        display_to_source=lambda place: sources[min(place, len(sources) - 1)],
    )


def _mark(text: str, at: int) -> str:
    """The character as it is shown; a joiner shows only where there is nothing to join."""
    character = text[at]
    if character == "\t" or (character in "\u200c\u200d" and at and not text[at - 1].isascii()):
        return character
    return visible(character)


def build(history: History, completer: Completer, label: Callable[[], str]) -> InputParts:
    """The input line with its history, its search and what it offers; `label` stands before the first row."""
    buffer = Buffer(
        history=history,
        multiline=True,
        completer=completer,
        complete_while_typing=Condition(lambda: wanted(buffer.document.text_before_cursor)),
    )
    search = SearchBufferControl(Buffer(multiline=False), [BeforeInput("search: ", style="class:dim")])
    control = BufferControl(
        buffer, [HiddenMarks()], search_buffer_control=search, preview_search=True, focus_on_click=False
    )
    window = Window(
        control,
        height=Dimension(min=1, max=TALLEST),
        wrap_lines=True,
        dont_extend_height=True,
        get_line_prefix=lambda number, wrapped: _prefix(label(), number, wrapped),
    )
    searching = ConditionalContainer(Window(search, height=1, dont_extend_height=True), filter=is_searching)
    return InputParts(buffer, Layout(HSplit([window, searching]), focused_element=window))


def _prefix(label: str, number: int, wrapped: int) -> StyleAndTextTuples:
    if number or wrapped:
        return [("", " " * (width(label) + 1))]
    return [("class:prompt", f"{label} ")]


def label_of(view: ScreenModel) -> str:
    """What stands before the line: what Enter would make of it."""
    ask = view.asking
    if ask is None or ask.state != "feedback":
        return f"shell {MARK}" if view.shell else MARK
    if ask.selected is not None and not ask.reason:
        return MARK
    return f"no, because {MARK}" if ask.approval is not None else f"answer {MARK}"


def shortened(text: str, taken: tuple[tuple[str, str], ...]) -> Paste | None:
    """A label for a long text, unlike every label that is taken; None where the text may stand as it is."""
    lines = text.count("\n") + 1
    if len(text) <= LONGEST_PASTE and lines <= TALLEST_PASTE:
        return None
    count = f"{lines} lines" if lines > 1 else f"{len(text)} characters"
    labels = {label for label, _ in taken}
    number, label = 1, f"[pasted {count}]"
    while label in labels:
        number += 1
        label = f"[pasted {count} #{number}]"
    return Paste(label, text)


def put(buffer: Buffer, text: str) -> None:
    """This and nothing else stands in the line; the way through the history begins anew."""
    buffer.reset(Document(text, len(text)))
    buffer.on_text_changed.fire()
