"""What a server says about an error, wherever it put it."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.llm.error_body import LONGEST_READ, error_of, error_of_body

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda children: (
        st.lists(children)
        | st.dictionaries(
            st.sampled_from(["error", "message", "metadata", "raw", "code", "details", "retryDelay"]) | st.text(),
            children,
        )
    ),
)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b'{"errors": [{"message": "m", "code": 7003}], "success": false}', "m"),
        (b'{"code": "x", "msg": "m"}', "m"),
        (b'{"Message": "m"}', "m"),
        (b'{"error": {"errorMessage": "m"}}', "m"),
        (b'{"object": "error", "message": "m", "code": 400}', "m"),
        (b'{"type": "error", "error": {"type": "overloaded_error", "message": "m"}}', "m"),
    ],
)
def test_the_words_are_found(body: bytes, text: str) -> None:
    assert error_of_body(body).text == text


@pytest.mark.parametrize(("code", "status"), [(429, 429), ("503", 503), (True, 0), (40303, 0), ("abc", 0), (200, 0)])
def test_a_status_is_one_of_an_error(code: object, status: int) -> None:
    assert error_of({"message": "m", "code": code}).status == status


def test_the_codes_of_a_gateway_and_of_what_is_behind_it_count() -> None:
    raw = msgspec.json.encode({"error": {"message": "inner", "code": "context_length_exceeded"}}).decode()
    error = error_of({"error": {"message": "outer", "code": "upstream", "metadata": {"raw": raw}}})
    assert error.codes == ("upstream", "context_length_exceeded")
    assert error.text == "outer: inner"


@given(JSON)
def test_no_shape_is_a_surprise(value: object) -> None:
    assert len(error_of(value).text) <= LONGEST_READ + 2


@given(st.binary(max_size=200))
def test_no_body_is_a_surprise(body: bytes) -> None:
    error_of_body(body)
