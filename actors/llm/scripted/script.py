"""The script of a scripted model: which requests it expects, and what it answers step by step.

Read from TOML or JSON; docs/scripted-model.md describes the format. One script serves every carrier: the simulation's
port, the transport `script://`, the loopback server. Pure but for `load_script`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import msgspec

from actors.llm.scripted.chat_request import ChatRequest
from config.errors import ConfigError

Seconds = Annotated[float, msgspec.Meta(ge=0)]
Count = Annotated[int, msgspec.Meta(ge=1)]


class ScriptedPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the script; an unknown key is an error."""


class CallStep(ScriptedPart, frozen=True):
    """A tool call. `arguments` is a table, or a text that is sent as it is; it arrives in so many fragments."""

    name: str
    arguments: dict[str, object] | str = ""
    id: str = ""
    fragments: Count = 2


class UsageStep(ScriptedPart, frozen=True):
    """Tokens, as the server would count them."""

    input: int = 0
    """All of it, what was cached included."""
    output: int = 0
    cached: int = 0
    """The part of the input that came out of the provider's cache."""


class ScriptedStep(ScriptedPart, frozen=True, omit_defaults=True):
    """One thing the model does. Exactly one of the keys up to `finish` is set; the rest refine it."""

    delta: str | None = None
    reasoning: str | None = None
    call: CallStep | None = None
    stall: Seconds | None = None
    cut: Literal["end", "reset"] | None = None
    """Break the connection off: in an orderly way, or with a reset."""
    status: Annotated[int, msgspec.Meta(ge=200, le=599)] | None = None
    raw: str | None = None
    """Bytes of the body as they are; nothing is added before or after."""
    usage: UsageStep | None = None
    finish: str | None = None
    """The finish reason; `none` ends the stream without one and without the end marker."""

    repeat: Count = 1
    """How often a delta, reasoning or raw step is sent."""
    every: Seconds = 0.0
    """Seconds before each repetition."""
    headers: dict[str, str] = {}
    """Of the response, with `status`."""
    body: str = ""
    """Of the response, with `status` other than 200."""

    def __post_init__(self) -> None:
        chosen = [kind for kind in KINDS if getattr(self, kind) is not None]
        if len(chosen) != 1:
            found = " and ".join(chosen) or "none"
            raise ValueError(f"a step holds exactly one of {', '.join(KINDS)}; this one holds {found}")


KINDS = ("delta", "reasoning", "call", "stall", "cut", "status", "raw", "usage", "finish")

ScriptedAnswer: TypeAlias = Callable[[ChatRequest], tuple[ScriptedStep, ...]]
"""A model without a network: what it does when it is asked this."""


class ScriptedExchange(ScriptedPart, frozen=True):
    """What is expected, and the answer. An expectation that is left out fits everything."""

    steps: tuple[ScriptedStep, ...]
    expect: str | None = None
    """Part of the last user message."""
    expect_regex: str | None = None
    """A pattern found in the last user message."""
    expect_results: tuple[str, ...] = ()
    """Parts of the tool results since the model spoke last, one for each, in call order."""
    request: Count | None = None
    """The number of the request, counted from 1."""
    times: Count | Literal["any"] = 1
    """How many requests this answers."""

    def __post_init__(self) -> None:
        if self.expect_regex is not None:
            try:
                re.compile(self.expect_regex)
            except re.error as problem:
                raise ValueError(f"expect_regex is no pattern: {problem}") from problem


class Script(ScriptedPart, frozen=True):
    """A whole script."""

    exchanges: tuple[ScriptedExchange, ...]
    seed: int = 0
    """Where `script://` cuts the bytes it hands out; 0 leaves each event whole."""
    any_order: bool = False
    """Any exchange that fits may answer; otherwise each is used up before the next."""


def load_script(path: Path) -> Script:
    """The script in this file; JSON if its name ends so, else TOML.

    Raises:
        ConfigError: it cannot be read or is no script; the text says where.
    """
    try:
        content = path.read_bytes()
        if path.suffix == ".json":
            return msgspec.json.decode(content, type=Script)
        return msgspec.toml.decode(content, type=Script)
    except FileNotFoundError as problem:
        raise ConfigError(f"The script {path} cannot be used: there is no such file") from problem
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise ConfigError(f"The script {path} cannot be used: {problem}") from problem


class ScriptPlayer:
    """Plays one script to one client. A `ScriptedAnswer`, and the only part with state."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._left = [0 if exchange.times == "any" else exchange.times for exchange in script.exchanges]
        self._next = 0
        self.requests = 0

    def __call__(self, asked: ChatRequest) -> tuple[ScriptedStep, ...]:
        """The steps of the exchange that fits; status 400 with the difference where none does."""
        self.requests += 1
        for place in self._candidates():
            exchange = self._script.exchanges[place]
            if not problems(exchange, asked, self.requests):
                self._use(place)
                return exchange.steps
        return (ScriptedStep(status=400, body=_refusal(self._difference(asked))),)

    def unused(self) -> tuple[int, ...]:
        """The places of the exchanges that still wait for a request, from 0."""
        exchanges = self._script.exchanges
        return tuple(place for place, left in enumerate(self._left) if left > 0 and exchanges[place].times != "any")

    def _candidates(self) -> Iterable[int]:
        places = range(len(self._left)) if self._script.any_order else range(self._next, len(self._left))
        for place in places:
            unlimited = self._script.exchanges[place].times == "any"
            if unlimited or self._left[place] > 0:
                yield place
                if not self._script.any_order and not unlimited:
                    return  # in order: only an unlimited one may be passed over

    def _use(self, place: int) -> None:
        self._left[place] -= 1
        self._next = place

    def _difference(self, asked: ChatRequest) -> str:
        title = f"The script has no answer to request {self.requests}."
        places = list(self._candidates())
        if not places:
            return f"{title} All of its {len(self._left)} exchanges are used up. What came:\n{_came(asked)}"
        parts = [
            f"Exchange {place + 1} of {len(self._left)} does not fit:\n"
            + "\n".join(problems(self._script.exchanges[place], asked, self.requests))
            for place in places
        ]
        return "\n".join((title, *parts))


def problems(exchange: ScriptedExchange, asked: ChatRequest, number: int) -> list[str]:
    """Why the exchange does not fit the request: nothing if it does, else lines as of a diff."""
    found: list[str] = []
    prompt, results = asked.prompt(), asked.results()
    if exchange.request is not None and exchange.request != number:
        found += [f"- request {exchange.request}", f"+ request {number}"]
    if exchange.expect is not None and exchange.expect not in prompt:
        found += _compared("the last user message to contain", exchange.expect, prompt)
    if exchange.expect_regex is not None and not re.search(exchange.expect_regex, prompt):
        found += _compared("the last user message to match", exchange.expect_regex, prompt)
    wanted = exchange.expect_results
    if len(wanted) > len(results):
        found += [f"- {len(wanted)} tool results", f"+ {len(results)} tool results"]
    for place, (part, result) in enumerate(zip(wanted, results, strict=False), 1):
        if part not in result:
            found += _compared(f"tool result {place} to contain", part, result)
    return found


def _compared(what: str, expected: str, came: str) -> list[str]:
    lines = difflib.ndiff(expected.splitlines(), _short(came).splitlines())
    return [f"expected {what}:", *(line for line in lines if not line.startswith("?"))]


def _came(asked: ChatRequest) -> str:
    results = "\n".join(f"+ result: {_short(result)}" for result in asked.results())
    return f"+ user: {_short(asked.prompt())}\n{results}".rstrip()


def _short(text: str, limit: int = 2_000) -> str:
    return text if len(text) <= limit else text[:limit] + " …"


def _refusal(text: str) -> str:
    return msgspec.json.encode({"error": {"message": text, "type": "script_mismatch"}}).decode()
