"""What the chat uses of prompt-toolkit that is not its public interface, so that an upgrade is seen here first."""

from __future__ import annotations

import inspect
import re
from importlib.metadata import version
from typing import Any

import pytest
from prompt_toolkit.history import History
from prompt_toolkit.input.posix_utils import PosixStdinReader
from prompt_toolkit.input.vt100 import Vt100Input
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.renderer import Renderer

from tests.packaging.source_files import product
from ui.chat.history import FileHistory
from ui.terminal.inline_renderer import InlineRenderer
from ui.terminal.terminal_io import FrameOutput, KeyInput, KeyReader

PRIVATE: dict[type[Any], tuple[type[Any], set[str]]] = {
    InlineRenderer: (Renderer, {"_bracketed_paste_enabled", "_last_screen", "_last_size"}),
    FrameOutput: (Vt100_Output, {"_buffer"}),
    KeyReader: (PosixStdinReader, {"_stdin_decoder"}),
    KeyInput: (Vt100Input, set()),
    FileHistory: (History, {"_loaded", "_loaded_strings"}),
}
"""Our subclasses, and by each the private names of its base that it reads or sets."""
OWN = re.compile(r"self\.(_[a-z]\w*)")


def private_names(code: type[Any]) -> set[str]:
    return set(OWN.findall(inspect.getsource(code)))


def test_the_version_is_of_the_minor_that_was_tried() -> None:
    assert version("prompt_toolkit").split(".")[:2] == ["3", "0"]


@pytest.mark.parametrize("ours", PRIVATE, ids=lambda ours: ours.__name__)
def test_every_private_name_that_is_used_is_listed_and_there(ours: type[Any]) -> None:
    """A name that both have by accident would be found here too."""
    theirs, listed = PRIVATE[ours]
    assert private_names(ours) & private_names(theirs) == listed


def test_no_other_class_of_ours_is_a_subclass_of_theirs() -> None:
    modules = [source for source in product() if "prompt_toolkit" in source.text and source.path.startswith("ui/")]
    bases = {theirs.__name__ for theirs, _ in PRIVATE.values()}
    found = {
        name
        for source in modules
        for name in re.findall(r"^class (\w+)\((?:%s)\b" % "|".join(sorted(bases)), source.text, re.MULTILINE)  # noqa: UP031
    }
    assert found == {ours.__name__ for ours in PRIVATE}


def test_nothing_is_imported_from_a_private_module() -> None:
    private = re.compile(r"prompt_toolkit(\.\w+)*\._")
    assert not [(source.path, name) for source in product() for name in source.imported() if private.match(name)]
