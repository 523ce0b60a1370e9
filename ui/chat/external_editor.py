"""A person's own editor for the input line: a private file, the program, and the text it leaves behind.

`ui.chat.front_end` calls `edited` on a worker thread while the screen is suspended; everything else goes on meanwhile.
"""

from __future__ import annotations

import shlex
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tools.terminal.search_path import program_on_path


class EditorError(Exception):
    """The editor could not be run, or failed; the text says what to do. `left` is what it wrote, None if nothing."""

    def __init__(self, problem: str, left: str | None = None) -> None:
        super().__init__(problem)
        self.left = left


class Editor:
    """One run of the editor; `end` may be called from another thread."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._command = _command(environment)
        self._process: subprocess.Popen[bytes] | None = None
        self._ended = False

    def edited(self, text: str) -> str:
        """The text as the person left it.

        Raises:
            EditorError: there is no editor, or it failed; what it has written until then comes with the error.
        """
        with tempfile.TemporaryDirectory(prefix="callboard-") as folder:
            path = Path(folder) / "prompt.md"
            path.write_text(text, encoding="utf-8")
            code = self._run(path)
            left = _left_in(path, text)
            if code:
                line = "as it was" if left is None else "what it left in the file"
                raise EditorError(f"{self._command[0]} ended with exit code {code}; the line is {line}.", left)
            return text if left is None else left

    def _run(self, path: Path) -> int:
        try:
            self._process = subprocess.Popen([*self._command, str(path)])  # noqa: S603 - the person's own choice
        except OSError as problem:
            raise EditorError(f"{self._command[0]} cannot be run ({problem}): set VISUAL or EDITOR.") from problem
        if self._ended:
            self._process.terminate()
        return self._process.wait()

    def end(self) -> None:
        """The program ends: so does the editor."""
        self._ended = True
        if self._process is not None:
            self._process.terminate()


def _left_in(path: Path, before: str) -> str | None:
    """What stands in the file now; None where that is nothing new, or cannot be read."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace").rstrip("\n")
    except OSError:
        return None
    return text if text != before else None


def _command(environment: Mapping[str, str]) -> list[str]:
    for name in ("VISUAL", "EDITOR"):
        words = shlex.split(environment.get(name, ""))
        if words:
            program = words[0] if "/" in words[0] else program_on_path(words[0])
            return [program or words[0], *words[1:]]
    return next(([found] for name in ("nano", "vim", "vi") if (found := program_on_path(name))), ["vi"])
