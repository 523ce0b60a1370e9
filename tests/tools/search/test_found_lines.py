"""What ripgrep reports, as lines that fit a result."""

from __future__ import annotations

import base64
import json
from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st

from tools.search.found_lines import LEAD_BYTES, SHOWN_BYTES, FileHits, FoundLine, hits_of


def record(kind: str, **data: object) -> bytes:
    return json.dumps({"type": kind, "data": data}).encode() + b"\n"


def text(value: bytes) -> dict[str, str]:
    try:
        return {"text": value.decode()}
    except UnicodeDecodeError:
        return {"bytes": base64.b64encode(value).decode()}


def report(*lines: bytes, path: bytes = b"a", stopped: int | None = None) -> FileHits:
    whole = b"".join((record("begin", path=text(path)), *lines, record("end", path=text(path), binary_offset=stopped)))
    (found,) = hits_of(BytesIO(whole + record("summary")))
    return found


def match(line: bytes, *spans: tuple[int, int], number: int = 1) -> bytes:
    hits = [{"start": start, "end": end} for start, end in spans]
    return record("match", lines=text(line), line_number=number, submatches=hits)


def test_lines_come_by_file_with_names_and_text_of_any_bytes() -> None:
    context = record("context", lines=text(b"gr\xfcn\r\n"), line_number=6, submatches=[])
    found = report(match(b"hit\n", (0, 3), number=5), context, path=b"caf\xe9", stopped=9)
    assert found == FileHits(
        b"caf\xe9", (FoundLine(5, found=True, data=b"hit"), FoundLine(6, found=False, data=b"gr\xfcn")), 9, 0
    )


def test_a_match_of_several_lines_is_so_many_rows() -> None:
    rows = report(match(b"a{\r\n  b\n}\n", (1, 9), number=3)).rows
    assert [(row.number, row.data) for row in rows] == [(3, b"a{"), (4, b"  b"), (5, b"}")]


@given(st.integers(0, 3_000), st.integers(0, 3_000), st.integers(1, 50))
def test_of_a_long_line_the_hit_is_shown_and_the_rest_is_counted(before: int, after: int, length: int) -> None:
    line = b"x" * before + b"H" * length + b"y" * after
    (row,) = report(match(line, (before, before + length))).rows
    assert row.before + len(row.data) + row.after == len(line)
    assert line[row.before :].startswith(row.data)
    assert len(row.data) <= SHOWN_BYTES
    assert b"H" * length in row.data
    assert row.hidden == 0


def test_hits_that_are_not_shown_are_counted() -> None:
    (row,) = report(
        match(b"H" + b"x" * 2_000 + b"H" + b"x" * 2_000 + b"H", (0, 1), (2_001, 2_002), (4_002, 4_003))
    ).rows
    assert (row.before, row.hidden) == (0, 2)


@given(st.integers(SHOWN_BYTES, 900))
def test_no_character_is_cut_in_two(before: int) -> None:
    line = ("☎" * before + "H" + "☎" * 900).encode()
    (row,) = report(match(line, (3 * before, 3 * before + 1))).rows
    assert "H" in row.data.decode()
    assert row.before >= 3 * before - LEAD_BYTES


def test_a_record_that_is_too_long_is_counted_and_the_next_one_is_read() -> None:
    huge = match(b"x" * (64 * 1_048_576), (0, 1))
    found = report(huge, match(b"hit", (0, 3), number=2))
    assert (found.endless, [row.data for row in found.rows]) == (1, [b"hit"])
