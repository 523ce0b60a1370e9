"""What the offline model does for each request: tool calls, one round after the other, and a report of what came back.

A deed is a generator: it yields the calls of a round and is sent their results. Pure; it says nothing that the results
do not say.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TypeAlias

from actors.llm.offline.grammar import HELP, OfflineRequest, bare, unquoted
from actors.llm.offline.phrases import QUOTED, RequestKind
from actors.llm.offline.project_tests import command_for, failing_lines
from actors.llm.scripted.script import CallStep

SHOWN_FILES = 40
SHOWN_LINES = 60
SHOWN_OUTPUT = 30
TEST_TIME_LIMIT = 600

OUTLINES = {
    "py": r"^\s*(async def|def|class) ",
    "md": r"^#{1,6} ",
    "rs": r"^\s*(pub(\([a-z]+\))? )?(async )?(fn|struct|enum|trait|impl|mod) ?",
    "go": r"^(func|type) ",
    "rb": r"^\s*(def|class|module) ",
    "sh": r"^(function )?[A-Za-z_]+ ?\(\)",
    "toml": r"^\[",
}
ANY_OUTLINE = (
    r"^\s*(export )?(default )?(public |private |static |abstract )*(async )?(function|class|interface|struct|enum) "
)

LEFT_OUT = re.compile(r"\[… [\d,]+ bytes left out(?: …)?\]")
"""The note in a result for what it does not hold, see `tools.text.bounded_text`."""
ENDING = re.compile(
    r"\[(?P<how>exit code -?\d+, .*|ended by signal .*|ended at its time limit .*|cancelled after .*)\]"
)
"""The note about a command's end; what stands below it are further notes, what stands above it was printed."""


@dataclass(frozen=True, slots=True)
class ActionResult:
    """The answer to one call, as it came over the wire."""

    outcome: str
    text: str

    @classmethod
    def read(cls, content: str) -> ActionResult:
        """From a tool message: a call that went wrong says so in its first word."""
        match = re.match(r"\[(error|timeout|cancelled|denied)\] ?", content)
        return cls(match[1], content[match.end() :]) if match else cls("ok", content)

    @property
    def ok(self) -> bool:
        """The call did what it was asked."""
        return self.outcome == "ok"

    def lines(self) -> list[str]:
        """The lines without the notes in brackets at the end."""
        return [line for line in self.text.splitlines() if not re.fullmatch(r"\[.*\]", line)]

    def ending(self) -> tuple[str, list[str]]:
        """How a command ended, empty where the result does not say, and what it had printed."""
        lines = self.text.splitlines()
        for place in reversed(range(len(lines))):
            if match := ENDING.fullmatch(lines[place]):
                how = match["how"].partition(";")[0]
                return how if how.startswith("ended") else f"ended: {how}", lines[:place]
        return "", lines

    def notes(self) -> list[str]:
        """The notes in brackets."""
        return [line[1:-1] for line in self.text.splitlines() if re.fullmatch(r"\[.*\]", line)]


@dataclass(frozen=True, slots=True)
class ActionEnd:
    """What came out. Not `well`: nothing that was to follow should be done."""

    text: str
    well: bool = True


Rounds: TypeAlias = Generator[tuple[CallStep, ...], tuple[ActionResult, ...], ActionEnd]


class OfflineAction:
    """A request being carried out."""

    def __init__(self, rounds: Rounds, request: OfflineRequest) -> None:
        self.calls: tuple[CallStep, ...] = ()
        self.end: ActionEnd | None = None
        self.intention = INTENTIONS[request.kind]
        self._rounds = rounds
        try:
            self.calls = next(rounds)
        except StopIteration as stop:
            self.end = stop.value

    def take(self, results: tuple[ActionResult, ...]) -> None:
        """The results of the calls."""
        try:
            self.calls = self._rounds.send(results)
        except StopIteration as stop:
            self.calls, self.end = (), stop.value


def begin(request: OfflineRequest) -> Rounds:
    """The deed for this request."""
    return ACTIONS[request.kind](request)


def _help(request: OfflineRequest) -> Rounds:
    del request
    yield from ()
    return ActionEnd(HELP)


def _list(request: OfflineRequest) -> Rounds:
    place = bare(request.part("place")) or "."
    place = "." if place.lower() in ("here", "it", "this", "workspace", "project") else place
    glob = bare(request.part("glob"))
    arguments: dict[str, object] = {"path": place}
    if glob:
        arguments["glob"] = glob
    (result,) = yield (CallStep("list_files", arguments),)
    where = "here" if place == "." else f"in {_code(place)}"
    if not result.ok:
        return _failed(f"list the files {where}", result)
    lines = result.lines()
    if result.text.startswith("No files"):
        return ActionEnd(f"There are no files {where}.")
    many = "at least " if any("more" in note for note in result.notes()) else ""
    return ActionEnd(f"There {_are(len(lines), 'file', many)} {where}:\n\n{_listed(lines, SHOWN_FILES)}")


def _show(request: OfflineRequest) -> Rounds:
    files = [bare(name) for name in re.findall(NAMES, request.part("files")) if name.lower() != "and"]
    limits: dict[str, object] = {}
    if request.part("range"):
        first, *last = (int(number) for number in re.findall(r"\d+", request.part("range")))
        limits = {"first_line": max(1, first), "line_count": max(1, *(number - first + 1 for number in last), 1)}
    results = yield tuple(CallStep("read_file", {"path": name, **limits}) for name in files)
    shown = [_shown(name, result) for name, result in zip(files, results, strict=True)]
    return ActionEnd("\n\n".join(shown), well=all(result.ok for result in results))


def _shown(name: str, result: ActionResult) -> str:
    if not result.ok:
        return _failed(f"read {_code(name)}", result).text
    lines = [re.sub(r"^ *\d+\t", "", line) for line in result.lines()]
    notes = "".join(f" ({note})" for note in result.notes())
    return f"{_code(name)}, {_count(len(lines), 'line')}{notes}:\n\n{_fenced(lines, SHOWN_LINES)}"


def _find(request: OfflineRequest) -> Rounds:
    text, place = unquoted(request.part("text")), bare(request.part("place")) or "."
    place = "." if place.lower() in ("all", "all files", "files", "here", "it", "project") else place
    text = text if text != request.part("text") else text.rstrip("?.!")
    (result,) = yield (CallStep("search_text", {"pattern": text, "path": place, "literal": True}),)
    where = "anywhere" if place == "." else f"in {_code(place)}"
    if not result.ok:
        return _failed(f"search for {_code(text)}", result)
    if result.text.startswith("No line matches"):
        return ActionEnd(f"{_code(text)} is not {where}.")
    lines = result.lines()
    files = sum(not line.startswith(" ") for line in lines)
    many = "at least " if any("more" in note for note in result.notes()) else ""
    places = f"{many}{_count(len(lines) - files, 'line')} in {_count(files, 'file')}"
    return ActionEnd(f"{_code(text)} is on {places}:\n\n{_fenced(lines, SHOWN_LINES)}")


def _outline(request: OfflineRequest) -> Rounds:
    name = bare(request.part("file"))
    pattern = OUTLINES.get(name.rpartition(".")[2], ANY_OUTLINE)
    (result,) = yield (CallStep("search_text", {"pattern": pattern, "path": name, "max_results": 500}),)
    if not result.ok:
        return _failed(f"outline {_code(name)}", result)
    if result.text.startswith("No line matches"):
        return ActionEnd(f"I found no functions, classes or headings in {_code(name)}.")
    lines = [line.removeprefix("  ") for line in result.lines() if line.startswith(" ")]
    return ActionEnd(f"Outline of {_code(name)}, {_count(len(lines), 'entry')}:\n\n{_fenced(lines, SHOWN_LINES)}")


def _create(request: OfflineRequest) -> Rounds:
    name, content = bare(request.part("file")), _content(request.part("content"))
    write = CallStep("write_file", {"path": name, "content": content})
    (result,) = yield (write,)
    if result.outcome == "error" and "read" in result.text:  # it is there already: look at it, then write again
        (seen,) = yield (CallStep("read_file", {"path": name}),)
        if seen.ok:
            (result,) = yield (write,)
    if not result.ok:
        return _failed(f"write {_code(name)}", result)
    return ActionEnd(f"Done: {result.text.replace(name, _code(name), 1)}.")


def _replace(request: OfflineRequest) -> Rounds:
    name = request.file
    old, new = unquoted(request.part("old")), unquoted(request.part("new"))
    (seen,) = yield (CallStep("read_file", {"path": name}),)
    if not seen.ok:
        return _failed(f"read {_code(name)}", seen)
    arguments: dict[str, object] = {"path": name, "old": old, "new": new}
    if request.part("everywhere"):
        arguments["replace_all"] = True
    (result,) = yield (CallStep("edit_file", arguments),)
    if not result.ok:
        return _failed(f"replace {_code(old)} in {_code(name)}", result)
    return ActionEnd(f"Done: {result.text.replace(name, _code(name), 1)}.")


def _delete(request: OfflineRequest) -> Rounds:
    name = bare(request.part("file"))
    (result,) = yield (CallStep("run_command", {"command": f"rm -- {shlex.quote(name)}"}),)
    return ActionEnd(f"{_code(name)} is deleted.") if result.ok else _failed(f"delete {_code(name)}", result)


def _run(request: OfflineRequest) -> Rounds:
    command = unquoted(request.part("command"))
    (result,) = yield (CallStep("run_command", {"command": command}),)
    if result.outcome in ("denied", "cancelled"):
        return _failed(f"run {_code(command)}", result)
    ending, lines = result.ending()
    if not ending:
        return _failed(f"run {_code(command)}", result)
    output = f".\n\n{_fenced(lines, SHOWN_OUTPUT, last=True)}" if lines else "; it printed nothing."
    return ActionEnd(f"{_code(command)} {ending}{output}", well=result.ok)


def _test(request: OfflineRequest) -> Rounds:
    del request
    (found,) = yield (CallStep("list_files", {"path": "."}),)
    if not found.ok:
        return _failed("look for the tests", found)
    command = command_for(found.lines())
    if command is None:
        return ActionEnd("I found no tests that I know how to run; say `run COMMAND`.", well=False)
    (result,) = yield (CallStep("run_command", {"command": command, "time_limit": TEST_TIME_LIMIT}),)
    if result.outcome in ("denied", "cancelled"):
        return _failed(f"run the tests ({_code(command)})", result)
    if result.ok:
        *_, last = ("", *(line for line in result.lines() if line.strip()))
        return ActionEnd(f"The tests pass: {_code(command)}" + (f" says {_code(last.strip())}." if last else "."))
    ending, lines = result.ending()
    if not ending:
        return _failed(f"run the tests ({_code(command)})", result)
    failing = failing_lines(lines)
    told = _fenced(failing or lines, SHOWN_OUTPUT, last=True)
    what = (
        f"These lines of {_code(command)} say what fails" if failing else f"{_code(command)} went wrong; its last lines"
    )
    return ActionEnd(f"The tests do not pass: {_code(command)} {ending}. {what}:\n\n{told}")


def _todo(request: OfflineRequest) -> Rounds:
    items = [_todo_item(text) for text in re.split(r"\s*\n\s*|\s*[,;]\s*", request.part("items")) if text.strip()]
    (result,) = yield (CallStep("todo_list", {"items": items}),)
    return ActionEnd(f"The list:\n\n{_fenced(result.lines(), 50)}") if result.ok else _failed("keep the list", result)


def _todo_item(text: str) -> dict[str, str]:
    match = re.match(r"(?:[-*]\s+|\d+[.)]\s+)?(?:\[(?P<mark>[ x>])\]\s*)?(?P<text>.*)", text.strip(), re.DOTALL)
    mark = match["mark"] if match else ""
    return {"text": match["text"] if match else text, "state": {"x": "done", ">": "active"}.get(mark or "", "pending")}


def _ask(request: OfflineRequest) -> Rounds:
    question = unquoted(request.part("question"))
    choices = [bare(choice) for choice in re.split(r"\s*(?:/|,|\bor\b)\s*", request.part("choices")) if choice.strip()]
    arguments: dict[str, object] = {"question": question if question.endswith("?") else f"{question}?"}
    if choices:
        arguments["choices"] = choices
    (result,) = yield (CallStep("ask_user", arguments),)
    return ActionEnd(f"You said: {result.text}") if result.ok else _failed("ask you", result)


def _failed(what: str, result: ActionResult) -> ActionEnd:
    """A call that did not work, in one sentence that claims nothing else."""
    said = result.text.strip()
    match result.outcome:
        case "denied":
            return ActionEnd(f"I was not allowed to {what}{f': {said}' if said else '.'}", well=False)
        case "cancelled":
            return ActionEnd(f"I was stopped before I could {what}.", well=False)
        case "timeout":
            return ActionEnd(f"I ran out of time when I tried to {what}: {said}", well=False)
        case _:
            return ActionEnd(f"I could not {what}: {said}", well=False)


def _content(text: str) -> str:
    """The content of a new file; it ends with a line end."""
    block = text.lstrip(" \t")
    fenced = block.strip().startswith("```")
    content = block[1:] if block.startswith("\n") and not fenced else unquoted(text.strip())
    if text.strip().startswith('"'):
        content = content.replace("\\n", "\n").replace("\\t", "\t")
    return content if not content or content.endswith("\n") else f"{content}\n"


def _fenced(lines: list[str], limit: int, *, last: bool = False) -> str:
    """Lines as code, the first or the last of them where they are many; counted only where the result has all."""
    fence = "````" if any("```" in line for line in lines) else "```"
    left = len(lines) - limit
    if left > 0:
        others = lines[:-limit] if last else lines[limit:]
        number = "many lines" if any(map(LEFT_OUT.fullmatch, others)) else _count(left, "line")
        note = f"… {number} {'before' if last else 'more'}"
        lines = [note, *lines[-limit:]] if last else [*lines[:limit], note]
    return "\n".join((fence, *lines, fence))


def _code(text: str) -> str:
    """Names, commands and texts as code: in backticks, one more than the text has in a row; on one line."""
    text = " ".join(text.split("\n"))
    longest = max(map(len, re.findall("`+", text)), default=0)
    ticks = "`" * (longest + 1)
    edge = " " if text.startswith("`") or text.endswith("`") or (text[:1] == text[-1:] == " " and text.strip()) else ""
    return f"{ticks}{edge}{text}{edge}{ticks}" if text else "``"


def _listed(lines: list[str], limit: int) -> str:
    shown = [f"- {_code(line)}" for line in lines[:limit]]
    return "\n".join([*shown, f"- … and {len(lines) - limit} more"] if len(lines) > limit else shown)


def _count(number: int, noun: str) -> str:
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number} {noun if number == 1 else plural}"


def _are(number: int, noun: str, many: str) -> str:
    return f"{'is' if number == 1 and not many else 'are'} {many}{_count(number, noun)}"


NAMES = QUOTED + r"|[^\s,]+"

ACTIONS: dict[RequestKind, Callable[[OfflineRequest], Rounds]] = {
    "help": _help,
    "list": _list,
    "show": _show,
    "find": _find,
    "outline": _outline,
    "create": _create,
    "replace": _replace,
    "delete": _delete,
    "run": _run,
    "test": _test,
    "todo": _todo,
    "ask": _ask,
}

INTENTIONS: dict[RequestKind, str] = {
    "help": "",
    "list": "I list the files",
    "show": "I read what you want to see",
    "find": "I search",
    "outline": "I look for functions, classes and headings",
    "create": "I write the file",
    "replace": "I read the file and change it",
    "delete": "I delete the file",
    "run": "I run the command",
    "test": "I look how the tests are run, and run them",
    "todo": "I keep the list",
    "ask": "I have a question",
}
