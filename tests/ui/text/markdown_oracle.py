"""What a CommonMark parser says that a text holds: its words and its code, in order. The oracle of the markdown tests.

References and HTML are switched off: the chat shows both as they were written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tools.text.screen_text import visible
from ui.text.markdown import Block, Code, Lines, Markdown, close, feed
from ui.text.rows import plain


def parser() -> MarkdownIt:
    """CommonMark with tables and struck text; addresses are not encoded."""
    made = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("reference")
    made.normalizeLink = lambda url: url  # type: ignore[method-assign] # the chat shows the address as it came
    made.validateLink = lambda url: bool(url) or not url  # type: ignore[method-assign] # nothing is followed
    return made


_PARSER = parser()


def spoken(text: str) -> str:
    """Everything that the text says, with blanks between blocks: words, code, addresses of links, numbers of items."""
    pieces: list[str] = []
    numbers: list[int | None] = []
    for token in _PARSER.parse(text.expandtabs(4)):
        if token.type == "ordered_list_open":
            numbers.append(int(token.attrGet("start") or 1))
        elif token.type == "bullet_list_open":
            numbers.append(None)
        elif token.type.endswith("_list_close"):
            numbers.pop()
        elif token.type == "list_item_open" and (number := numbers[-1]) is not None:
            pieces.append(f"{number}{token.markup} ")
            numbers[-1] = number + 1
        elif token.type in ("fence", "code_block"):
            pieces.append(token.content)
        elif token.type == "inline":
            pieces.append("".join(_inline(token.children or [])))
    return "\n".join(map(visible, "\n".join(pieces).split("\n")))


def _inline(tokens: Sequence[Token]) -> Iterator[str]:
    label, targets = "", list[tuple[str, str, int]]()
    for token in tokens:
        said = ""
        if token.type in ("text", "code_inline", "text_special"):
            said = token.content
        elif token.type in {"softbreak", "hardbreak"}:
            said = "\n"
        elif token.type == "image":
            inner = "".join(_inline(token.children or []))
            said = inner + _target(inner, token.attrGet("src"), token.attrGet("title"))
        elif token.type == "link_open":
            targets.append((str(token.attrGet("href") or ""), str(token.attrGet("title") or ""), len(label)))
        elif token.type == "link_close":
            href, title, start = targets.pop()
            said = "" if token.info == "auto" else _target(label[start:], href, title)
        label += said
        yield said


def _target(label: str, address: object, title: object) -> str:
    target = str(address or "") + (f' "{title}"' if title else "")
    return f" ({target})" if target and target != label else ""


def blocks_of(text: str, columns: int) -> list[Block]:
    """What the chat makes of the text."""
    state, blocks = Markdown(), list[Block]()
    for line in text.split("\n"):
        state, more = feed(state, line, columns)
        blocks.extend(more)
    return [*blocks, *close(state, columns)[1]]


def drawn(blocks: Sequence[Block]) -> list[str]:
    """The rows of the blocks as text."""
    rows: list[str] = []
    for block in blocks:
        match block:
            case Lines():
                rows.extend(map(plain, block.rows))
            case Code():
                leads = (block.lead, *[block.hang] * len(block.lines))
                rows.extend(plain(lead) + line for lead, line in zip(leads, block.lines, strict=False))
    return rows


def said(text: str, columns: int = 10_000) -> str:
    """What the chat draws of the text."""
    return "\n".join(drawn(blocks_of(text, columns)))
