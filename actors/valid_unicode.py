"""Text that every encoder takes: half a surrogate pair, as a file name that is not UTF-8 brings it, becomes a mark.

Whatever enters the conversation from outside goes through here, so that what is live, what is written and what is sent
are the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from tools.tool import ToolResult


def valid_unicode(text: str) -> str:
    """The text itself, or with a question mark for each character that is none."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def valid_unicode_result(result: ToolResult, hide: Callable[[str], str] = str) -> ToolResult:
    """The result with all of its texts sound; `hide` takes known secrets out of those that show content."""
    todo = result.todo
    return replace(
        result,
        text=hide(valid_unicode(result.text)),
        modified=tuple(map(valid_unicode, result.modified)),
        spill=None if result.spill is None else valid_unicode(result.spill),
        diff=hide(valid_unicode(result.diff)),
        todo=None if todo is None else tuple(replace(item, text=hide(valid_unicode(item.text))) for item in todo),
    )
