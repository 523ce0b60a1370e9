"""The settings of one command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.errors import ConfigError
from config.load import Flag
from config.places import locate
from ui.arguments import Arguments
from ui.startup.load_settings import load_settings


def test_flags_and_the_file_of_the_command_line_reach_the_settings(tmp_path: Path) -> None:
    file = tmp_path / "more.toml"
    file.write_text("tools.head = 7\ntools.tail = 8")
    arguments = Arguments(directory=tmp_path, settings_file=file, flags=(Flag("tools.tail", 9, "--tail"),))
    loaded = load_settings(arguments, locate({"HOME": str(tmp_path)}))
    assert (loaded.settings.tools.head, loaded.settings.tools.tail) == (7, 9)
    assert loaded.origin("tools.tail") == "flag --tail"


def test_a_rule_for_a_tool_that_nobody_has_is_refused_with_what_was_meant(tmp_path: Path) -> None:
    """In a deny rule a slip of the pen would forbid nothing."""
    for key, rule, said in (
        ("policy.deny", "write_fiel", "there is no tool write_fiel; did you mean write_file?"),
        ("policy.allow", "nosuchtool(x)", "there is no tool nosuchtool; the tools are ask_user, edit_file"),
        ("policy.ask", "x_*", "there is no tool x_*"),
    ):
        arguments = Arguments(directory=tmp_path, flags=(Flag(key, (rule,), "--rules"),))
        with pytest.raises(ConfigError) as caught:
            load_settings(arguments, locate({"HOME": str(tmp_path)}))
        assert str(caught.value).startswith(f"flag --rules: {key}: {said}")
    arguments = Arguments(
        directory=tmp_path, flags=(Flag("policy.deny", ("*_file(x)", "*", "run_command(rm *)"), "--rules"),)
    )
    later = ("mcp__*", "mcp__github__*(x)")
    arguments = Arguments(directory=tmp_path, flags=(Flag("policy.deny", later, "--rules"),))
    assert load_settings(arguments, locate({"HOME": str(tmp_path)})).settings.policy.deny == later
    assert load_settings(arguments, locate({"HOME": str(tmp_path)})).settings.policy.deny


def test_a_further_folder_must_be_one(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for name in ("file", "none"):
        arguments = Arguments(directory=tmp_path, flags=(Flag("tools.add_dirs", (str(tmp_path / name),), "--add-dir"),))
        with pytest.raises(ConfigError, match=rf"flag --add-dir: tools\.add_dirs: .*{name} is no folder"):
            load_settings(arguments, locate({"HOME": str(tmp_path)}))


def test_relative_paths_are_seen_from_the_folder_to_work_in(tmp_path: Path) -> None:
    """Not from the folder of the process, which is another one here."""
    (tmp_path / "further").mkdir()
    (tmp_path / "more.toml").write_text("tools.head = 7")
    flag = Flag("tools.add_dirs", ("further",), "--add-dir")
    arguments = Arguments(directory=tmp_path, settings_file=Path("more.toml"), flags=(flag,))
    loaded = load_settings(arguments, locate({"HOME": str(tmp_path)}))
    assert loaded.settings.tools.head == 7
    assert loaded.settings.tools.add_dirs == ("further",)
