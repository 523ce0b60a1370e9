"""The journal's format: any record is read back as it was written."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as some

from actors import records
from actors.journal.journal import encode, read_back
from tests.actors.message_shapes import made

RECORDS = get_args(records.Record)


@pytest.mark.parametrize("record_class", RECORDS, ids=lambda record_class: record_class.__name__)
@given(data=some.data())
def test_a_record_survives_the_journals_encoding(record_class: type[records.Record], data: some.DataObject) -> None:
    """S2-8: what is read back is what was written, and it can be told apart from everything else."""
    record = data.draw(made(record_class))
    again = read_back(encode(1, 0.0, record))
    assert again.skipped == ()
    assert again.records == (record,)
    assert hash(again.records[0]) == hash(record)
    assert type(again.records[0]) is record_class
