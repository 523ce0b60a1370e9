"""How much of a request a content block takes: bytes of UTF-8, provider state and framing included.

Used by `actors.transcript`, which keeps the sum, and by `actors.context`, which makes tokens of it. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from actors.blocks import ContentBlock, ImageBlock, ReasoningBlock, ResultBlock, TextBlock, ToolCall, UnknownBlock

FRAME = 20
"""Of each block: roles, ids, brackets."""
IMAGE = 5_000
"""Of an image, whatever its file has: providers count some 1,500 tokens."""


def text_size(text: str) -> int:
    """Bytes of the text; half a surrogate pair counts as what replaces it."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def block_size(block: ContentBlock) -> int:
    """Bytes of one block, as far as a dialect sends it."""
    match block:
        case TextBlock(text=text, state=state):
            size = text_size(text)
        case ReasoningBlock(state=state):
            size = 0
        case ToolCall(name=name, arguments=arguments, state=state):
            size = len(name) + text_size(arguments)
        case ResultBlock(result=result, state=state):
            size = text_size(result.text)
        case ImageBlock(state=state):
            size = IMAGE
        case UnknownBlock():
            return 0
        case _:
            assert_never(block)
    return FRAME + size + (0 if state is None else text_size(state.data))


def blocks_size(blocks: Iterable[ContentBlock]) -> int:
    """Bytes of several."""
    return sum([block_size(block) for block in blocks])
