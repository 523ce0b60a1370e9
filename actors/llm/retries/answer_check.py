"""Whether what a model sent is an answer: used by the LLM streamer, for every dialect.

An answer says something or calls something. One that does neither is no success, whatever its stop reason is; one that
the provider withheld is none either. Calls are put right where that is unambiguous. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from actors.blocks import ToolCall
from actors.llm.call_arguments import repaired_call
from actors.llm.port import Failed

if TYPE_CHECKING:
    from actors.transcript import AssistantMessage
    from tools.tool import ToolDefinition

LONGEST_REASON = 400
"""Characters of a refusal that are quoted."""


def checked(message: AssistantMessage, tools: tuple[ToolDefinition, ...]) -> AssistantMessage | Failed:
    """The answer, its calls put right; or why it is none."""
    if message.stop_reason == "filtered":
        return Failed("filtered", _withheld(message))
    if message.stop_reason == "length" or message.calls:
        return _repaired(message, tools)
    if message.stop_reason == "paused":
        return Failed("cut", "The model server paused its answer again and again without ending it; try again later.")
    if message.stop_reason == "tool_calls":
        return Failed("empty", "The model wanted to call a tool and named none.", retryable=True)
    if message.text.strip():
        return message
    what = "nothing but reasoning" if message.reasoning.strip() else "an empty answer"
    return Failed("empty", f"The model gave {what}.", retryable=True)


def _repaired(message: AssistantMessage, tools: tuple[ToolDefinition, ...]) -> AssistantMessage:
    names = frozenset(tool.name for tool in tools)
    blocks = tuple(repaired_call(block, names) if isinstance(block, ToolCall) else block for block in message.blocks)
    return message if blocks == message.blocks else replace(message, blocks=blocks)


def _withheld(message: AssistantMessage) -> str:
    reason = f" ({message.raw_stop_reason})" if message.raw_stop_reason else ""
    said = " ".join(message.text.split())[:LONGEST_REASON]
    tail = f": {said.rstrip('.')}" if said else ""
    return f"The provider or its model withheld the answer{reason}{tail}. Ask in other words, or choose another model."
