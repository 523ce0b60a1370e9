"""The open line: its full rows are let go as they will look for good, whatever comes behind them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ui.screen.open_paragraph import let_go
from ui.text.emphasis import LONGEST_MARK
from ui.text.markdown import Block, Lines, Markdown, close, feed
from ui.text.paragraph import Paragraph
from ui.text.rows import Row, plain

MARKED = "one|**two three**|**two three four five**|`four`|*five*|2 * 3|[six](http://x.y)|a_b|日本語|~~7~~"
WORDS = st.sampled_from(MARKED.split("|"))
LEADS = st.sampled_from(["", "- ", "  * ", "1. ", "> ", "- [ ] "])


def grown(text: str, size: int, columns: int) -> tuple[list[Row], list[Row]]:
    """The rows that were let go while the line grew, and those that came with its end."""
    state, tail, early, late = Markdown(), "", list[Row](), list[Row]()
    for at in range(0, len(text), size):
        state, blocks, tail = let_go(state, tail + text[at : at + size], columns)
        early.extend(rows_of(blocks))
    state, blocks = feed(state, tail, columns)
    late.extend(rows_of((*blocks, *close(state, columns)[1])))
    return early, late


def rows_of(blocks: tuple[Block, ...]) -> list[Row]:
    return [row for block in blocks if isinstance(block, Lines) for row in block.rows]


def whole(text: str, columns: int) -> list[Row]:
    state, blocks = feed(Markdown(), text, columns)
    return rows_of((*blocks, *close(state, columns)[1]))


@given(LEADS, st.lists(WORDS, min_size=1, max_size=60), st.integers(1, 30), st.integers(20, 60))
def test_however_it_grows_it_looks_as_if_it_had_come_at_once(
    lead: str, words: list[str], size: int, columns: int
) -> None:
    text = lead + " ".join(words)
    early, late = grown(text, size, columns)
    assert [plain(row).rstrip() for row in early + late] == [plain(row).rstrip() for row in whole(text, columns)]


def test_a_paragraph_is_let_go_row_by_row_and_rendered() -> None:
    early, late = grown("some **bold words** and `code` " * 20, 7, 40)
    assert len(early) > len(late)
    assert not any(mark in plain(row) for row in early for mark in "*`")


def test_a_row_waits_for_the_mark_that_is_open_in_it() -> None:
    state, blocks, tail = let_go(Markdown(), "begun **and not closed" + " word" * 20, 20)
    assert (blocks, tail) == ((), "")
    assert isinstance(state.leaf, Paragraph)
    assert (state.leaf.row, state.leaf.text[:3]) == ((("", "begun"),), " **")


def test_a_mark_that_is_never_closed_is_text_in_the_end() -> None:
    early, _ = grown("**" + "word " * LONGEST_MARK, 10, 40)
    assert plain(early[0]).startswith("**word")


def test_headings_rules_tables_and_fences_wait_for_their_end() -> None:
    for text in ("# a title ", "| a | b ", "``` text ", "- - - - - "):
        assert grown(text * 10, 5, 20)[0] == []


def test_text_without_blanks_does_not_wait_for_one() -> None:
    early, late = grown("語" * 2_000, 10, 40)
    assert "".join(map(plain, early + late)) == "語" * 2_000
    assert len(early) > 50
