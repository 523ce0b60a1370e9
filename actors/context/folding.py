"""The free gains of a compaction: what the model has read and hardly needs again, made shorter without asking anyone.

The result of a read that a later read of the same thing supersedes becomes one line; a long result keeps its head, its
tail, and the path of the whole. Only results change: calls, answers and prompts stay, and every call keeps its answer.
Pure; used by `actors.context.compaction`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from actors.blocks import ToolCall
from actors.context.facts import arguments_of, calls_of, path_of
from actors.ids import CallId
from actors.records import FoldedResult
from actors.transcript import ToolMessage, TranscriptMessage

SHORT = 1_600
"""Characters of an old result that is left as it is."""
FOLDED_MARK = "characters are folded away here"
SUPERSEDED = "[This earlier content was dropped: {path} was read again later.]"


class FoldingRule(Struct, frozen=True):
    """Results before the message at `until` keep `most` characters, half of them from each end.

    Those after it keep `later`; None: all. `journal` is where the whole is found if no file of its own has it.
    """

    until: int
    most: int = SHORT // 2
    later: int | None = None
    journal: str = ""


def folds(messages: Sequence[TranscriptMessage], rule: FoldingRule) -> tuple[FoldedResult, ...]:
    """The results to replace; those that would not get shorter are not among them."""
    return tuple(_folds(messages, rule))


def _folds(messages: Sequence[TranscriptMessage], rule: FoldingRule) -> Iterator[FoldedResult]:
    calls = calls_of(messages)
    superseded = _superseded(messages, calls)
    for place, message in enumerate(messages):
        if not isinstance(message, ToolMessage):
            continue
        text, call = message.result.text, calls.get(message.call)
        if place < rule.until and message.call in superseded and call is not None:
            short = SUPERSEDED.format(path=path_of(call)[:SHORT])
            if len(short) < len(text):
                yield FoldedResult(message.call, short)
                continue
        most = rule.most if place < rule.until else rule.later
        if most is not None and len(text) > 2 * most:
            yield FoldedResult(message.call, _ends(message, call, most, rule.journal))


def _ends(message: ToolMessage, call: ToolCall | None, most: int, journal: str) -> str:
    text = message.result.text
    half = most // 2
    return f"{text[:half]}\n[… {len(text) - most} {FOLDED_MARK}; {_whole(message, call, journal)} …]\n{text[-half:]}"


def _whole(message: ToolMessage, call: ToolCall | None, journal: str) -> str:
    if message.result.spill:
        return f"the whole is in {message.result.spill}"
    if call is not None and (path := path_of(call)):
        return f"look at {path[:SHORT]} again, in parts, for the whole"
    return f"the whole is in {journal}, the record of {message.call}" if journal else "call again for the whole"


def _superseded(messages: Sequence[TranscriptMessage], calls: dict[CallId, ToolCall]) -> set[CallId]:
    """Reads whose content a later read shows again: of the same place with the same arguments, or of the whole."""
    again: set[str] = set()
    whole: set[str] = set()
    found: set[CallId] = set()
    for message in reversed(messages):
        if not isinstance(message, ToolMessage) or (call := calls.get(message.call)) is None:
            continue
        result, path = message.result, path_of(call)
        if not path or result.outcome != "ok" or result.exit_code is not None or result.modified:
            continue
        same, place = f"{call.name} {call.arguments}", f"{call.name} {path}"
        if same in again or place in whole:
            found.add(message.call)
        again.add(same)
        if len(arguments_of(call)) == 1 and not result.more:
            whole.add(place)
    return found
