"""The conversation as a Messages request has it: messages of user and assistant in turns, written down once each.

Used by `dialect`. Neighbours of one role become one message. Results stand first in the message of the user, in the
order of their calls, and a call that lacks one gets it. Nothing that was written changes: the bytes of one request go
on from those of the request before, but for the two marks at which the provider caches. These stand at the end of the
last two messages of the user, which is where the present and the preceding request end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from actors.blocks import ReasoningBlock
from actors.llm.dialects.anthropic.blocks import (
    LONGEST_NAME,
    UNUSABLE,
    answer_blocks,
    result_block,
    text_block,
)
from actors.llm.wire_words import UNANSWERED, result_text
from actors.transcript import ToolMessage, UserMessage

if TYPE_CHECKING:
    from collections.abc import Callable

    from actors.blocks import ProviderState, ToolCall
    from actors.ids import CallId
    from actors.transcript import AssistantMessage, TranscriptMessage

CACHE_MARK = b',"cache_control":{"type":"ephemeral"}'
MARKED_MESSAGES = 2
"""Messages of the user that end in a mark. With that of the system prompt there are three; four are allowed."""

BEGINNING = "(The beginning of the conversation is left out.)"
"""What the first answer of a conversation answers, where that is not there any more."""


class History:
    """The messages of one conversation with one model. `owned` tells whose state may go back."""

    def __init__(self, owned: Callable[[ProviderState], bool], *, own_ids: bool = False) -> None:
        self._owned = owned
        self._own_ids = own_ids
        self._kept = bytearray()
        self._role = ""
        self._ends: list[int] = []
        """Where messages of the user end that an answer follows: behind the last block, before its closing brace."""
        self._asked: dict[CallId, str] = {}
        """Calls of the last answer, with their ids on the wire."""
        self._results: dict[CallId, bytes] = {}
        self._wire_ids: set[str] = set()
        self._after: list[bytes] = []
        """What follows the results: answers to no call."""
        self._begun_thoughtless: bool | None = None
        """Whether the first answer since the last prompt had no thought that goes back; None: there is none yet."""

    @property
    def thoughtless(self) -> bool:
        """Calls are being answered that were asked for without a thought: thinking cannot begin in the middle."""
        return bool(self._begun_thoughtless and self._asked)

    def append(self, message: TranscriptMessage) -> None:
        """One more message."""
        if isinstance(message, ToolMessage):
            self._take_result(message)
            return
        self._write_results()
        if isinstance(message, UserMessage):
            self._begun_thoughtless = None
            self._write("user", text_block(message.text))
        else:
            self._write_answer(message)

    def body(self, head: bytes) -> bytes:
        """The request behind its head, up to the end."""
        tail = self._pending()
        ends = self._ends[-MARKED_MESSAGES:]
        if not tail and self._role == "user":
            ends = [*self._ends[1 - MARKED_MESSAGES :], len(self._kept) - 1]
        elif tail:
            ends = self._ends[1 - MARKED_MESSAGES :]
        parts: list[bytes | memoryview] = [head]
        start = 0
        for end in ends:
            parts += (memoryview(self._kept)[start:end], CACHE_MARK)
            start = end
        parts.append(memoryview(self._kept)[start:])
        if tail:
            parts += (b"" if self._role == "user" else _opening("user", self._role), tail[:-1], CACHE_MARK, b"}")
        parts.append(b"]}]}" if self._role or tail else b"]}")
        return b"".join(parts)

    def _take_result(self, message: ToolMessage) -> None:
        identifier = self._asked.get(message.call)
        if identifier is None or message.call in self._results:  # the provider refuses a result without its call
            told = text_block(f"[{message.name}] {result_text(message)}")
            if self._asked:
                self._after.append(told)
            else:
                self._write("user", told)
            return
        failed = message.result.outcome != "ok"
        self._results[message.call] = result_block(identifier, result_text(message), failed=failed)

    def _pending(self) -> bytes:
        """The results of the calls that were asked for last, in the order of the calls."""
        results = (
            self._results.get(call) or result_block(identifier, UNANSWERED, failed=True)
            for call, identifier in self._asked.items()
        )
        return b",".join((*results, *self._after))

    def _write_results(self) -> None:
        if self._asked:
            self._write("user", self._pending())
            self._asked.clear()
            self._results.clear()
            self._after.clear()

    def _write_answer(self, message: AssistantMessage) -> None:
        if not self._role:
            self._write("user", text_block(BEGINNING))
        if not message.interrupted:
            for call in message.calls:
                self._asked.setdefault(call.id, self._wire_id(call))
        if self._begun_thoughtless is None:
            self._begun_thoughtless = not any(
                isinstance(block, ReasoningBlock) and block.state is not None and self._owned(block.state)
                for block in message.blocks
            )
        for block in answer_blocks(message, self._owned, self._asked):
            self._write("assistant", block)

    def _write(self, role: str, block: bytes) -> None:
        if role == self._role:
            self._kept += b","
        else:
            if self._role == "user":
                self._ends.append(len(self._kept) - 1)
            self._kept += _opening(role, self._role)
            self._role = role
        self._kept += block

    def _wire_id(self, call: ToolCall) -> str:
        """The provider's id; ours where it gave none, one that it would refuse, or one that it had given before."""
        own = UNUSABLE.sub("_", call.id)
        theirs = call.provider_id
        refused = self._own_ids or len(theirs) > LONGEST_NAME or UNUSABLE.search(theirs)
        identifier, number = own if refused else theirs, 0
        while not identifier or identifier in self._wire_ids:
            identifier = f"{own}_{number}" if number else own
            number += 1
        self._wire_ids.add(identifier)
        return identifier


def _opening(role: str, before: str) -> bytes:
    """The beginning of a message, up to its first block."""
    return b'%b{"role":"%b","content":[' % (b"]}," if before else b"", role.encode())
