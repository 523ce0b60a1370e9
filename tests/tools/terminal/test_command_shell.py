"""Which shell commands are given to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tools.terminal.command_shell import CommandShell, NoShellError, choose_shell

if TYPE_CHECKING:
    from pathlib import Path


def test_bash_reads_no_start_up_file_and_sh_gets_the_command_only() -> None:
    bash, plain = CommandShell("/x/bash", "bash"), CommandShell("/bin/sh", "sh")
    assert bash.argv("a b") == ("/x/bash", "--noprofile", "--norc", "-o", "pipefail", "-c", "a b")
    assert plain.argv("a b") == ("/bin/sh", "-c", "a b")


def test_a_shell_is_chosen_by_name_or_by_path(tmp_path: Path) -> None:
    assert choose_shell("sh") == CommandShell("/bin/sh", "sh")
    assert choose_shell("/bin/sh") == CommandShell("/bin/sh", "sh")
    (tmp_path / "bash").touch(mode=0o755)
    assert choose_shell(str(tmp_path / "bash")) == CommandShell(str(tmp_path / "bash"), "bash")
    (tmp_path / "dash").touch(mode=0o755)
    assert choose_shell("dash", {"PATH": str(tmp_path)}) == CommandShell(str(tmp_path / "dash"), "sh")


@pytest.mark.parametrize("wanted", ["zsh", "/usr/bin/fish", "bash -x", "/nowhere/bash", "./bash", "/bin", "python"])
def test_a_shell_that_is_not_there_or_that_the_policy_cannot_read_is_refused(wanted: str) -> None:
    with pytest.raises(NoShellError):
        choose_shell(wanted)


def test_a_program_in_the_current_folder_is_never_the_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dash").touch(mode=0o755)
    monkeypatch.chdir(tmp_path)
    for path in (".", "", "bin:."):
        with pytest.raises(NoShellError):
            choose_shell("dash", {"PATH": path})
