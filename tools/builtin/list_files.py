"""The tool that lists the files of a folder, all of them or folded to a depth.

ripgrep does it in a child process, so that ignore rules are honoured and a large tree costs this process nothing.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from tools.job import JobReport, JobRequest
from tools.search.ripgrep import (
    HIDDEN,
    STEADY,
    anchored,
    failure,
    pipeline,
    require_searchable,
    taken_apart,
    target,
    warnings,
)
from tools.terminal.search_path import own_search_path
from tools.text.bounded_text import cut
from tools.tool import Tool, ToolResult
from tools.workspace import Workspace, path_subject

Depth = Annotated[int, Meta(ge=1, le=100)]


class ListFilesArguments(Struct, frozen=True):
    """What list_files is asked."""

    path: Annotated[str, Meta(description="The folder, relative to the workspace.")] = "."
    glob: Annotated[str, Meta(description="Only files like this, such as *.py or src/**/test_*.py.")] = ""
    depth: Annotated[
        Depth | None,
        Meta(description="1 shows the folder's own files, and its folders with the count of files in them; 2 goes on."),
    ] = None
    max_results: Annotated[int, Meta(ge=1, le=5_000, description="How many entries to show at most.")] = 1_000
    include_ignored: Annotated[bool, Meta(description="Also what .gitignore hides.")] = False


class ListFiles(Tool[ListFilesArguments]):
    """Sorted paths; folders that are not gone into end with a slash and have a count."""

    name = "list_files"
    description = (
        "List the files of a folder and of all folders in it, sorted, without what .gitignore hides. "
        "In a large tree begin with depth=1 or 2."
    )
    effects = "none"
    arguments = ListFilesArguments

    def execute(self, arguments: ListFilesArguments, workspace: Workspace) -> JobRequest:
        """The search as a job."""
        path = workspace.resolve(arguments.path)
        require_searchable(path, workspace)
        folder = target(path, workspace.root).rstrip("/") + ("/" if path.is_dir() else "")
        options = ("--no-ignore",) if arguments.include_ignored else ()
        globs = (f"--glob={anchored(arguments.glob, path, workspace.root)}",) if arguments.glob else ()
        command = ("--files", *STEADY, *globs, *HIDDEN, *options, "--", folder)
        orders = ("list", str(arguments.depth or 0), folder)
        environment = (("LC_ALL", "C"), ("PATH", own_search_path()))
        return JobRequest(pipeline(command, *orders), str(workspace.root), environment=environment)

    def conclude(self, arguments: ListFilesArguments, report: JobReport) -> ToolResult:
        """The entries, and whether there are more."""
        failed = failure(report, "Try another path or glob")
        if failed:
            return failed
        lines, more, trailer = taken_apart(report)
        shown = lines[: arguments.max_results]
        if arguments.depth is not None:
            shown = [_counted(line) for line in shown]
        if not shown:
            return ToolResult("ok", f"No files{_condition(arguments)}{trailer.notes('listed')}{warnings(report)}")
        text, was_cut = cut("\n".join(shown))
        more = more or was_cut or len(lines) > len(shown)
        note = "\n[there are more: narrow it with path or glob, or fold it with depth=1]" if more else ""
        return ToolResult(
            "timeout" if report.end == "timeout" else "ok",
            text + note + trailer.notes("listed") + warnings(report),
            more=more,
        )

    def subject(self, arguments: ListFilesArguments, workspace: Workspace | None = None) -> str:
        """The folder."""
        return path_subject(arguments.path, workspace)


def _counted(line: str) -> str:
    """A folder keeps its count, a file is one anyway."""
    count, _, path = line.lstrip(" ").partition(" ")
    if not path.endswith("/"):
        return path
    return f"{path} ({count} {'file' if count == '1' else 'files'})"


def _condition(arguments: ListFilesArguments) -> str:
    like = f" like {arguments.glob}" if arguments.glob else ""
    return f"{like} in {arguments.path}"


TOOL = ListFiles()
