"""What every test starts from: a home of its own, no keys and no settings of the person who runs the tests."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import hypothesis
import pytest

FOREIGN = ("ANTHROPIC_", "CALLBOARD_", "GEMINI_", "OPENAI_", "OPENROUTER_", "XDG_")
ALSO_FOREIGN = (
    "ALL_PROXY",
    "COLUMNS",
    "EDITOR",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "LINES",
    "NO_COLOR",
    "PYTHONPATH",
    "VISUAL",
)

for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGQUIT):
    signal.signal(number, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
"""Whoever starts the tests in the background makes them deaf to these, and every program that they start."""

hypothesis.settings.register_profile("callboard", deadline=None, database=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("callboard")
"""Everybody's run looks for new examples; where a change is judged they are the same ones every time."""


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh home folder and a plain environment, inherited by every process that a test starts."""
    for name in list(os.environ):
        if name.startswith(FOREIGN) or name.upper() in ALSO_FOREIGN:
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for variable, folder in (
        ("CONFIG", ".config"),
        ("STATE", ".local/state"),
        ("DATA", ".local/share"),
        ("CACHE", ".cache"),
    ):
        monkeypatch.setenv(f"XDG_{variable}_HOME", str(home / folder))
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("TERM", "xterm-256color")
    return home
