"""What strict servers share: a request as the rules read it, what was issued with answers, and the turns that are asked.

Used by the rules and by what writes the answers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Fields: TypeAlias = dict[str, Any]

TOOL_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Step:
    """One answer of the model: what it thinks, says and calls."""

    reasoning: str
    text: str
    calls: tuple[tuple[str, Fields], ...] = ()


STEPS = (
    Step("I should look first.", "Let me see. Grüße!", (("list_files", {"path": "."}),)),
    Step("Two at once.", "", (("read_file", {"path": "a.txt"}), ("search_text", {"pattern": "hello"}))),
    Step("", "", (("read_file", {"path": "a.txt"}),)),
    Step("Now I know.", "All read."),
)
"""A turn with three rounds of tools: text beside a call, parallel calls alone, a call without anything else."""


@dataclass
class Issued:
    """What the server gave out, by the id of the call or the item it came with."""

    states: dict[str, Any] = field(default_factory=dict)
    calls: int = 0
    """How many calls were made so far in the session."""

    def next_call(self) -> int:
        """The number of the next call, from 0."""
        number, self.calls = self.calls, self.calls + 1
        return number


@dataclass(frozen=True)
class StrictRequest:
    """A request. `headers` have lower-case names."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Fields


Rule: TypeAlias = Callable[[StrictRequest, Issued], str | None]
"""Returns what is wrong, or None. May raise KeyError, TypeError or ValueError for a body of another shape."""


def step_after(results: int) -> Step:
    """The answer to a conversation with so many tool results since the last prompt."""
    asked = 0
    for step in STEPS:
        if results <= asked:
            return step
        asked += len(step.calls)
    return STEPS[-1]


def first_problem(rules: Iterable[Rule], request: StrictRequest, issued: Issued) -> str | None:
    """What the first broken rule says; None where all hold."""
    for rule in rules:
        try:
            problem = rule(request, issued)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            problem = f"{rule.__name__}: the body has another shape ({error!r})"
        if problem is not None:
            return problem
    return None


def only(fields: Mapping[str, Any], *allowed: str) -> str | None:
    """A problem where there are fields that the server does not know."""
    unknown = sorted(set(fields) - set(allowed))
    return f"Unrecognized request argument supplied: {', '.join(unknown)}" if unknown else None


def is_json_object(text: object) -> bool:
    """Whether a text is a JSON object."""
    return isinstance(text, str) and isinstance(json.loads(text), dict)


def at_path(path: str) -> Rule:
    """The path of the request is this one."""

    def right_path(request: StrictRequest, issued: Issued) -> str | None:
        del issued
        return None if request.path == path else f"404: there is no {request.path}"

    return right_path


def with_header(name: str, value: str = "") -> Rule:
    """This header is sent, with this value or any."""

    def right_header(request: StrictRequest, issued: Issued) -> str | None:
        del issued
        sent = request.headers.get(name, "")
        return None if (sent == value if value else sent) else f"header {name} is missing or wrong"

    return right_header


def with_query(name: str, value: str) -> Rule:
    """This parameter stands in the address."""

    def right_query(request: StrictRequest, issued: Issued) -> str | None:
        del issued
        return None if request.query.get(name) == value else f"Missing required query parameter: {name}"

    return right_query
