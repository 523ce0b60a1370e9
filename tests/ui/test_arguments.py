"""No arguments are a value without a parser, and the same one that the parser gives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from config.errors import ConfigError
from tests.packaging.source_files import ROOT
from ui.arguments import Arguments, parse
from ui.cli.command_line import read


def test_without_arguments_it_is_a_chat() -> None:
    assert parse([]) == Arguments() == read([])


def test_without_arguments_no_parser_is_loaded() -> None:
    script = "import sys, ui.arguments; ui.arguments.parse([]); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"argparse", "ui.cli.command_line"} & set(done.stdout.split())


def test_with_arguments_they_are_read() -> None:
    assert parse(["-p", "fix it"]).prompt == "fix it"


def test_a_path_of_the_command_line_is_seen_from_the_folder_to_work_in(tmp_path: Path) -> None:
    arguments = Arguments(directory=tmp_path)
    assert arguments.folder == tmp_path
    assert arguments.anchored(Path("a/b")) == tmp_path / "a" / "b"
    assert arguments.anchored(Path("/a/b")) == Path("/a/b")


def test_without_a_folder_it_is_said_what_to_do() -> None:
    with pytest.raises(ConfigError, match="the current folder is gone; change to one that exists, or name it with -C"):
        _ = Arguments().folder
    assert Arguments().anchored(Path("/a")) == Path("/a")
