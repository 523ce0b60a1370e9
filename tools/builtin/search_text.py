"""The tool that searches the text of files with a regular expression.

ripgrep does it in a child process, which ends as soon as there is more than a result can hold.
"""

from __future__ import annotations

import re
from typing import Annotated

from msgspec import Meta, Struct

from tools.job import JobReport, JobRequest
from tools.search.line_patterns import over_line_ends
from tools.search.ripgrep import (
    HIDDEN,
    STEADY,
    Trailer,
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

_FOUND = re.compile(r"(?:\./)?([^\0]*)\0(\d+)([:-])(.*)", re.DOTALL)


class SearchTextArguments(Struct, frozen=True):
    """What search_text is asked."""

    pattern: Annotated[
        str, Meta(min_length=1, description="A regular expression; it goes beyond one line only where it has \\n.")
    ]
    path: Annotated[str, Meta(description="The folder or file, relative to the workspace.")] = "."
    glob: Annotated[str, Meta(description="Only in files like this, such as *.py or !*_test.go.")] = ""
    literal: Annotated[bool, Meta(description="Take the pattern as plain text.")] = False
    ignore_case: Annotated[bool, Meta(description="Take capital and small letters as alike.")] = False
    context_lines: Annotated[int, Meta(ge=0, le=20, description="Lines to show before and after each.")] = 0
    max_results: Annotated[int, Meta(ge=1, le=1_000, description="How many lines to find at most.")] = 100
    include_ignored: Annotated[bool, Meta(description="Also in files that .gitignore hides.")] = False


class SearchText(Tool[SearchTextArguments]):
    """Lines by file, each with its number; lines of context have a minus where found ones have a colon."""

    name = "search_text"
    description = (
        "Search the text of files with a regular expression, in all folders below the path, "
        "without binary files, what .gitignore hides, and files that the policy keeps from being read."
    )
    effects = "none"
    arguments = SearchTextArguments

    def execute(self, arguments: SearchTextArguments, workspace: Workspace) -> JobRequest:
        """The search as a job."""
        path = workspace.resolve(arguments.path)
        require_searchable(path, workspace)
        glob = anchored(arguments.glob, path, workspace.root)
        command = (*STEADY, *_options(arguments, glob), "--", target(path, workspace.root))
        orders = ("search", str(arguments.context_lines), str(arguments.max_results), *workspace.withheld)
        return JobRequest(pipeline(command, *orders), str(workspace.root), environment=(("PATH", own_search_path()),))

    def conclude(self, arguments: SearchTextArguments, report: JobReport) -> ToolResult:
        """What was found, and whether there is more."""
        failed = failure(report, "Mend the pattern, or set literal=true to search for it as it stands")
        if failed:
            return failed
        lines, more, trailer = taken_apart(report)
        kept, found = _first_found(lines, arguments.max_results)
        if not found:
            return ToolResult("ok", _nothing(arguments, trailer) + warnings(report))
        text, was_cut = cut("\n".join(_grouped(kept)))
        more = more or was_cut or len(kept) < len(lines)
        note = f"\n[{found} shown, there are more: narrow it with path, glob or pattern]" if more else ""
        return ToolResult(
            "timeout" if report.end == "timeout" else "ok",
            text + note + trailer.notes("searched") + warnings(report),
            more=more,
        )

    def subject(self, arguments: SearchTextArguments, workspace: Workspace | None = None) -> str:
        """The folder or file."""
        return path_subject(arguments.path, workspace)


def _options(arguments: SearchTextArguments, glob: str) -> tuple[str, ...]:
    pattern, literal = over_line_ends(arguments.pattern, literal=arguments.literal)
    chosen = (
        (f"--glob={glob}", bool(glob)),
        ("--fixed-strings", literal),
        ("--ignore-case", arguments.ignore_case),
        ("--no-ignore", arguments.include_ignored),
        ("--multiline", not literal and ("\n" in pattern or r"\n" in pattern)),
    )
    return (
        *(option for option, wanted in chosen if wanted),
        *HIDDEN,
        "--crlf",
        f"--context={arguments.context_lines}",
        f"--max-count={arguments.max_results + 1}",
        f"--regexp={pattern}",
    )


def _first_found(lines: list[str], most: int) -> tuple[list[re.Match[str] | None], int]:
    """Lines parsed, None for a gap between them, up to so many found ones; and how many were found."""
    kept: list[re.Match[str] | None] = []
    found = 0
    for line in lines:
        parsed = _FOUND.fullmatch(line)
        if parsed and parsed[3] == ":":
            if found == most:
                break
            found += 1
        kept.append(parsed)
    return kept, found


def _grouped(lines: list[re.Match[str] | None]) -> list[str]:
    """With the path once above the lines of each file."""
    shown: list[str] = []
    path = ""
    for line in lines:
        if line is None:
            shown.append("--")
            continue
        if line[1] != path:
            path = line[1]
            shown.append(f"{path}:")
        shown.append(f"  {line[2]}{line[3]} {line[4]}".rstrip("\r"))
    return shown


def _nothing(arguments: SearchTextArguments, trailer: Trailer) -> str:
    where = f"{arguments.path}, in files like {arguments.glob}" if arguments.glob else arguments.path
    return f"No line matches {arguments.pattern!r} in {where}{trailer.notes('searched')}"


TOOL = SearchText()
