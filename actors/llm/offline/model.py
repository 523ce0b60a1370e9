"""The embedded model: no language model but a fixed grammar, for who has no key, for the README and for tests.

It sits behind `offline://model` on the same wire as a real one and makes real tool calls. A pure function of the
request: what it does next follows from the last prompt and from the results that came since. docs/offline-model.md
is its manual.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from actors.llm.offline.actions import ActionEnd, ActionResult, OfflineAction, begin
from actors.llm.offline.grammar import HELP, OfflinePlan, read_plan
from actors.llm.scripted.chat_request import ChatRequest
from actors.llm.scripted.script import CallStep, ScriptedStep
from actors.shared_shell import without_shared

BANNER = (
    "I am `offline`, not a language model: I follow a few fixed phrases. For a real model set OPENAI_API_KEY or "
    "OPENAI_BASE_URL, or name a provider in ~/.config/callboard/config.toml.\n\n"
)


def answer(asked: ChatRequest) -> tuple[ScriptedStep, ...]:
    """What the offline model does when it is asked this."""
    banner = BANNER if asked.is_first() else ""
    plan = read_plan(without_shared(asked.prompt()))
    if not plan.stages:
        return tuple(_words(banner + _not_understood(plan)))
    play = PlanExecution(plan, {tool.function.name for tool in asked.tools})
    for results in _rounds(asked):
        play.take(results)
    if play.calls:
        return (*_words(banner + play.intention()), *(ScriptedStep(call=call) for call in play.calls))
    return tuple(_words(banner + play.report()))


class PlanExecution:
    """One prompt being worked on: the results so far lead to the next calls, or to the report."""

    def __init__(self, plan: OfflinePlan, tools: set[str]) -> None:
        self.calls: tuple[CallStep, ...] = ()
        self._plan = plan
        self._tools = tools
        self._stage = -1
        self._running: list[OfflineAction] = []
        self._ends: list[ActionEnd] = []
        self._said: set[str] = set()
        self._advance()

    def take(self, results: tuple[ActionResult, ...]) -> None:
        """The results of the calls, in their order."""
        waiting = iter(results)
        self._said.update(self._intentions())
        for action in self._running:
            if action.calls:
                action.take(tuple(next(waiting, ActionResult("cancelled", "")) for _ in action.calls))
        self._advance()

    def intention(self) -> str:
        """A line to say before the calls; empty if it was said before."""
        lines = [line for line in self._intentions() if line not in self._said]
        return "; ".join(lines) + "." if lines else ""

    def _intentions(self) -> dict[str, None]:
        return dict.fromkeys(action.intention for action in self._running if action.calls)

    def report(self) -> str:
        """What came out of it all."""
        parts = [end.text for end in self._ends]
        left = [request.clause for stage in self._plan.stages[self._stage + 1 :] for request in stage]
        if left:
            parts.append("I stopped there. Not done: " + "; ".join(f"`{clause}`" for clause in left) + ".")
        if self._plan.unknown:
            parts.append(_not_understood(self._plan))
        return "\n\n".join(parts)

    def _advance(self) -> None:
        """The calls that can be made now; begins the next stage where nothing is left of this one."""
        while True:
            self.calls = tuple(call for action in self._running for call in action.calls)
            if self.calls:
                self._refuse_missing()
                if self.calls:
                    return
                continue
            done = [action.end for action in self._running if action.end is not None]
            self._ends += done
            self._running = []
            if any(not end.well for end in done) or self._stage + 1 >= len(self._plan.stages):
                return
            self._stage += 1
            self._running = [OfflineAction(begin(request), request) for request in self._plan.stages[self._stage]]

    def _refuse_missing(self) -> None:
        """A tool that is not on offer cannot be called."""
        for action in self._running:
            missing = next((call.name for call in action.calls if call.name not in self._tools), None)
            if missing is not None:
                refusal = ActionResult("denied", f"the tool {missing} is switched off here")
                action.take(tuple(refusal for _ in action.calls))
        self.calls = tuple(call for action in self._running for call in action.calls)


def _rounds(asked: ChatRequest) -> Iterator[tuple[ActionResult, ...]]:
    """The results of each of the model's steps since the prompt."""
    messages = asked.since_prompt()
    results = {message.tool_call_id: message.content or "" for message in messages if message.role == "tool"}
    for message in messages:
        if message.role == "assistant" and message.tool_calls:
            yield tuple(ActionResult.read(results.get(call.id, "[cancelled] ")) for call in message.tool_calls)


def _not_understood(plan: OfflinePlan) -> str:
    if not plan.unknown:
        return HELP
    clauses = "; ".join(f"“{clause[:200]}”" for clause in plan.unknown)
    return f"I did not understand {clauses}, and did nothing about it. {HELP}"


def _words(text: str) -> Iterator[ScriptedStep]:
    for word in re.findall(r"\s*\S+|\s+$", text):
        yield ScriptedStep(delta=word)
