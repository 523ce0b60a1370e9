"""Which front end it is; tests/ui/headless and tests/ui/cli see the rest from outside."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from config.errors import ConfigError
from config.places import locate
from tests.packaging.source_files import ROOT
from ui.arguments import Arguments, parse
from ui.startup import run_session


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (["-p", "x", "--input-format", "stream-json"], "take the prompt away"),
        (["-p", "x", "--include-partial-messages"], "--output-format stream-json"),
    ],
)
def test_flags_that_contradict_each_other_are_refused(argv: list[str], expected: str) -> None:
    with pytest.raises(ConfigError, match=expected):
        run_session.main(parse(argv), locate({"HOME": "/nowhere"}))


def test_a_chat_needs_a_terminal_to_read_and_one_to_write(tmp_path: Path) -> None:
    if sys.stdin.isatty():
        pytest.skip("the person who runs this test sits at a terminal")
    with pytest.raises(ConfigError, match="callboard -p"):
        run_session.main(Arguments(directory=tmp_path), locate({"HOME": str(tmp_path)}))


def test_the_headless_front_end_is_where_it_is_looked_for() -> None:
    assert callable(import_module(run_session.HEADLESS).open_front_end)


def test_the_chat_is_loaded_without_tls_and_whoever_needs_it_later_has_it() -> None:
    script = (
        "import sys, ui.startup.run_session; ui.startup.run_session.front_end_module(ui.startup.run_session.CHAT)\n"
        "print('ssl' in sys.modules, '_ssl' in sys.modules)\n"
        "import ssl; print(ssl.create_default_context().check_hostname)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False", "True"]
