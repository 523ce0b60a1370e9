"""Checks a user's own scenario: the person does something, and the model's script answers it.

Used before the first run by `actors.drill.public`, and by `actors.drill.user.user_tools`, which knows the tools. Only
looks.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, cast, get_args

from actors.context.summary import ASK
from actors.drill.plan.scenario import Act, Program, Scenario
from actors.drill.simulated.model_port import answer
from actors.drill.user.user_checks import TOOLS, items_of, refused
from actors.llm.port import Finished
from actors.llm.scripted.chat_request import ChatRequest, RequestMessage
from actors.llm.scripted.script import Script, ScriptedExchange, ScriptedStep, problems
from actors.messages import ShareShell, SubmitPrompt
from actors.records import ApprovalAnswer
from config.errors import ConfigError
from config.settings import PermissionMode
from tools.tool import ToolError

if TYPE_CHECKING:
    from tools.toolbox import Toolbox

ACTS = 'the acts of a Scenario are a tuple with a comma, such as (prompt("pay the bill"),)'
SCRIPT = 'the script of a Scenario is script(exchange("pay", …), …)'
ANSWERS = "an answer of exchange(…) is says(…), call(…), or both with a + between"
PROGRAMS = 'the programs of a Scenario are a table such as {"make": Program(…)}'


def check_scenario(scenario: Scenario) -> None:
    """Whether the person does something, and the model has an answer to it that comes to an end."""
    if not items_of(scenario.acts, Act, ACTS):
        raise ConfigError(f"{scenario.name}: the person does nothing; {ACTS}")
    _check_choice("mode", scenario.mode, get_args(PermissionMode))
    _check_choice("approves", scenario.approves, get_args(ApprovalAnswer))
    programs = cast("object", scenario.programs)
    if not isinstance(programs, dict):
        raise refused(PROGRAMS, programs)
    items_of(scenario.programs.values(), Program, PROGRAMS)
    if not isinstance(cast("object", scenario.script), Script):
        raise refused(SCRIPT, scenario.script)
    for exchange in items_of(scenario.script.exchanges, ScriptedExchange, SCRIPT):
        _check_end(exchange)
    _check_prompts(scenario)


def check_calls(script: Script, toolbox: Toolbox) -> None:
    """Whether each tool that the script calls is there. Wrong arguments may be meant: they are a warning.

    Raises:
        ConfigError: one is not.
    """
    for call in (call for exchange in script.exchanges for call in answer(exchange.steps).calls):
        try:
            toolbox.tool(call.name)
        except ToolError as problem:
            raise ConfigError(f"the script calls {call.name}. {problem}. Your own: {TOOLS}") from None
        try:
            toolbox.decode(call.name, call.arguments)
        except ToolError as problem:
            warnings.warn(f"a call of the script will be refused, and its tool not run: {problem}", stacklevel=3)


def _check_end(exchange: ScriptedExchange) -> None:
    last = answer(items_of(exchange.steps, ScriptedStep, ANSWERS)).signals[-1][1]
    if exchange.times == "any" and isinstance(last, Finished) and last.message.calls:
        name = last.message.calls[-1].name
        raise ConfigError(
            f"exchange({exchange.expect!r}, …): its last answer calls {name}. The last answer is given however often "
            'the model is asked, so this one would call for ever: let it hold no calls, and end with says("…")'
        )


def _check_prompts(scenario: Scenario) -> None:
    """Whether each prompt has a number of its own and an answer, and each exchange a prompt or a summary."""
    ids = scenario.prompts()
    if len(set(ids)) < len(ids):
        raise ConfigError(f'{scenario.name}: two prompts have one number; count them: prompt("…"), prompt("…", 2)')
    exchanges = scenario.script.exchanges
    waiting = dict.fromkeys(range(len(exchanges)))
    texts = [act.send.text for act in scenario.acts if isinstance(act.send, SubmitPrompt)]
    for text in texts:
        fitting = [place for place in range(len(exchanges)) if _fits(exchanges[place], text)]
        if not fitting:
            expected = ", ".join(dict.fromkeys(repr(exchange.expect) for exchange in exchanges)) or "nothing"
            raise ConfigError(f"the script has no answer to the prompt {text!r}: its exchanges expect {expected}")
        for place in fitting:
            waiting.pop(place, None)
            if scenario.script.any_order and exchanges[place].times == "any":
                break  # what comes later is never asked
    waiting = {place: None for place in waiting if not _fits(exchanges[place], ASK)}
    told = any(isinstance(act.send, ShareShell) for act in scenario.acts)
    if waiting and not told:
        expect = exchanges[next(iter(waiting))].expect
        raise ConfigError(f"exchange({expect!r}, …) answers no prompt: none holds it, or an earlier exchange answers")


def _fits(exchange: ScriptedExchange, text: str) -> bool:
    bare = ScriptedExchange((), exchange.expect, exchange.expect_regex)
    return not problems(bare, ChatRequest((RequestMessage("user", text),)), 1)


def _check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise refused(f"{name}= of a Scenario is one of {', '.join(map(repr, choices))}", value)
