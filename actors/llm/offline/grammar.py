"""The offline model's grammar: a prompt becomes a plan of requests, in stages.

Pure. Requests joined by `and` or a new line share a stage where none can depend on another; `then` begins a new one.
What is quoted, in backticks or fenced is never looked into.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from actors.llm.offline.phrases import RequestKind, phrases

EXAMPLES = (
    "list the files in src",
    "show README.md lines 1-20",
    "find “retry” in src",
    "outline src/app.py",
    "create notes.txt with “hello”",
    "replace “old” with “new” in notes.txt",
    "delete notes.txt",
    "run git status",
    "run the tests and show what fails",
    "todo: read the code, write a test, fix it",
    "ask me which colour: red / green",
)
HELP = "I can do this, also several at once, joined by “and”, “then” or new lines:\n\n" + "\n".join(
    f"- `{example}`" for example in EXAMPLES
)

READS = frozenset({"help", "list", "show", "find", "outline", "todo"})
WRITES = frozenset({"create", "replace", "delete"})


@dataclass(frozen=True, slots=True)
class OfflineRequest:
    """One thing to do. `parts` are the named pieces of its phrase; `clause` is what the person wrote."""

    kind: RequestKind
    clause: str
    parts: tuple[tuple[str, str], ...] = ()

    def part(self, name: str) -> str:
        """A piece of the phrase, empty where it was left out."""
        return dict(self.parts).get(name, "")

    @property
    def file(self) -> str:
        """The file that is written, empty where none is."""
        return bare(self.part("file") or self.part("everywhere"))


@dataclass(frozen=True, slots=True)
class OfflinePlan:
    """Stages, one after the other, of requests that may run side by side; and what made no sense."""

    stages: tuple[tuple[OfflineRequest, ...], ...]
    unknown: tuple[str, ...] = ()


VERB = (
    r"(?:please\s+)?(?:list|ls|show|read|open|cat|print|display|find|search|grep|look|outline|create|write|make|replace"
    r"|change|delete|remove|run|execute|test|todo|ask|tell|help)\b"
)
SPLIT = re.compile(
    r"(?<!\s)(?:(?:\s*+[,;.]\s++|\s++)(?P<word>and\s++then|then|and|afterwards)\s++|\s*+;\s*+|\s*+,\s++"
    r"|[^\S\n]*+\.?[^\S\n]*+\n\s*+(?:[-*]\s++|\d++[.)]\s++)?(?P<line_word>(?:then|and)\s++)?|[.!]\s++)"
    rf"(?={VERB})",
    re.IGNORECASE,
)
"""Possessive, and never begun within a run of blanks: a page of blanks costs a page, not its cube."""
QUOTES = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]*`|\"[^\"]*\"|“[^”]*”|(?<!\w)'[^']*'(?!\w)"
    r"|\b(?:with|containing)(?:\s+the)?(?:\s+(?:content|contents|text|lines))?:?[ \t]*\n(?!\s*```).*\Z"
    r"|(?<=todo)[:\s][^\n]*(?:\n\s*[-*\d\[][^\n]*)*",
    re.DOTALL | re.IGNORECASE,
)
POLITE = re.compile(
    r"^(?:(?:please|now|first|then|and|also|hey|can you|could you|would you|i want you to)[,\s]+)+", re.IGNORECASE
)


def read_plan(prompt: str) -> OfflinePlan:
    """The plan in a prompt; without stages where nothing in it was understood."""
    stages: list[list[OfflineRequest]] = []
    unknown: list[str] = []
    for clause, follows in _clauses(prompt):
        request = read_request(clause)
        if request is None:
            unknown.append(clause)
        elif stages and not follows and all(_may_share(earlier, request) for earlier in stages[-1]):
            stages[-1].append(request)
        else:
            stages.append([request])
    return OfflinePlan(tuple(tuple(stage) for stage in stages), tuple(unknown))


def read_request(clause: str) -> OfflineRequest | None:
    """One request; None where the phrase is none of ours."""
    clause = POLITE.sub("", clause.strip())
    for kind, pattern in phrases():
        match = pattern.match(f" {clause}")
        if match is not None:
            parts = tuple((name, value) for name, value in match.groupdict().items() if value is not None)
            return OfflineRequest(kind, clause, parts)
    shell = re.match(r"[$!]\s*(?P<command>\S.*)", clause, re.DOTALL)
    if shell:
        return OfflineRequest("run", clause, (("command", shell["command"]),))
    _, introduced, rest = clause.partition(": ")  # «Mend the sum: run the tests»
    return read_request(rest) if introduced else None


def unquoted(text: str) -> str:
    """The text without the quotes, backticks or fence around it."""
    text = text.strip(" \t")
    fence = re.fullmatch(r"\s*```[^\n]*\n(.*?)\n?```\s*", text, re.DOTALL)
    if fence is not None:
        return fence[1]
    for opening, closing in ('""', "“”", "''", "``"):
        if len(text) > 1 and text[0] == opening and text[-1] == closing and closing not in text[1:-1]:
            return text[1:-1]
    return text


def bare(text: str) -> str:
    """A name: unquoted, and without the punctuation of the sentence it ends."""
    name = unquoted(text)
    return name if set(name) <= {"."} else name.rstrip("?!,;:").removesuffix(".") or name


def _clauses(prompt: str) -> list[tuple[str, bool]]:
    """The prompt's clauses; True for one that waits for those before it."""
    hidden = QUOTES.sub(lambda match: "\0" * len(match[0]), prompt)
    clauses: list[tuple[str, bool]] = []
    start, follows = 0, False
    for match in SPLIT.finditer(hidden):
        if _belongs_to_tests(prompt[start : match.start()], prompt[match.end() :]):
            continue
        clauses.append((prompt[start : match.start()], follows))
        start, follows = match.end(), bool(re.search("then|afterwards", match[0], re.IGNORECASE))
    clauses.append((prompt[start:], follows))
    return [(clause.strip(), follows) for clause, follows in clauses if clause.strip(" \t\r\n.,;")]


def _belongs_to_tests(before: str, after: str) -> bool:
    """«run the tests and show what fails» is one request."""
    return bool(
        re.search(r"\btests?\s*\Z", before, re.IGNORECASE)
        and re.match(r"(?:show|tell|list)(?:\s+me)?\s+(?:what|which|the\s+fail)", after, re.IGNORECASE)
    )


def _may_share(earlier: OfflineRequest, later: OfflineRequest) -> bool:
    """Whether the later request cannot depend on the earlier one."""
    if "ask" in (earlier.kind, later.kind):
        return False
    if earlier.kind in READS:
        return True
    if earlier.kind in WRITES:
        return later.kind in WRITES and earlier.file != later.file
    return later.kind in ("run", "test")
