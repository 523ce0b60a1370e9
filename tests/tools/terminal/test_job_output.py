"""Head, tail, live text and spill file, without a process."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tools.terminal.job_output import FLOOD_TAIL, SHOWN_MOST, LiveText, Spill, StreamKeeper, spill_path

PIECES = st.lists(st.text(max_size=40).map(str.encode) | st.binary(max_size=40), max_size=30)


@given(PIECES, st.integers(1, 50), st.integers(1, 50))
def test_head_and_tail_are_the_ends_and_the_rest_is_counted(pieces: list[bytes], head: int, tail: int) -> None:
    keeper = StreamKeeper(head, tail)
    for piece in pieces:
        keeper.feed(piece)
    data = b"".join(pieces)
    kept = keeper.kept()
    assert kept.total == len(data)
    assert kept.omitted == max(0, len(data) - head - tail)
    if not kept.omitted:
        assert kept.head + kept.tail == data.decode(errors="replace")
    elif data.isascii():
        assert (kept.head, kept.tail) == (data[:head].decode(), data[-tail:].decode())


@given(st.text(min_size=1, max_size=60), st.integers(1, 20), st.integers(1, 20))
def test_a_cut_never_shows_half_a_character(text: str, head: int, tail: int) -> None:
    keeper = StreamKeeper(head, tail)
    keeper.feed(text.encode())
    kept = keeper.kept()
    assert text.startswith(kept.head)
    assert text.endswith(kept.tail)


@given(st.text(max_size=200), st.lists(st.integers(0, 400), max_size=20))
def test_live_text_is_the_text_whatever_the_pieces(text: str, cuts: list[int]) -> None:
    live, shown, data = LiveText(), "", text.encode()
    edges = sorted({0, len(data), *(min(cut, len(data)) for cut in cuts)})
    for start, end in pairwise(edges):
        live.feed(data[start:end])
        shown += live.take()
    assert shown + live.take(final=True) == text


def test_live_text_of_a_flood_is_its_last_lines_and_a_count() -> None:
    live = LiveText()
    lines = b"".join(b"line %06d\n" % number for number in range(100_000))
    for start in range(0, len(lines), 10_000):
        live.feed(lines[start : start + 10_000])
    text = live.take()
    notice, *shown = text.splitlines()
    assert notice == f"[… {len(lines) - len(shown) * 12:,} bytes not shown here …]"
    assert shown[-1] == "line 099999"
    assert shown[0].startswith("line ")
    assert len(text) <= SHOWN_MOST


def test_live_text_of_one_endless_line_begins_with_a_whole_character() -> None:
    live = LiveText()
    live.feed("€".encode() * 100_000)
    notice, shown = live.take().splitlines()
    assert "not shown" in notice
    assert set(shown) == {"€"}
    assert len(shown.encode()) > FLOOD_TAIL - 3


def test_an_escape_that_never_ends_is_not_held_for_ever() -> None:
    live = LiveText()
    live.feed(b"\x1b]0;" + b"x" * 1_000)
    assert len(live.take()) == 1_004


def test_a_spill_opens_its_file_only_when_memory_is_not_enough(tmp_path: Path) -> None:
    spill = Spill(tmp_path / "deep" / "job.log", 10)
    spill.write(b"0123456789")
    before = spill.path
    assert before is None
    assert not (tmp_path / "deep").exists()
    spill.write(b"ab")
    spill.write(b"cd")
    spill.close()
    spill.close()
    assert spill.path
    assert Path(spill.path).read_bytes() == b"0123456789abcd"


@given(st.text(max_size=300))
def test_the_spill_of_any_job_name_is_a_file_in_its_folder(name: str) -> None:
    path = spill_path(Path("/folder"), name)
    assert path.parent == Path("/folder")
    assert not path.name.startswith(".")
    assert len(path.name) < 200
