"""Keys are never read by anyone, wherever they turn up."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.secrets import HIDDEN, Redactor, Secret, redact


def test_a_secret_shows_itself_only_when_asked() -> None:
    secret = Secret("hunter2000")
    assert "hunter" not in f"{secret} {secret!r} {[secret]}"
    assert secret.reveal() == "hunter2000"
    assert bool(secret)
    assert not Secret()
    assert repr(Secret()) == "[none]"


@pytest.mark.parametrize(
    "text",
    [
        "key sk-abcdefgh12345678 used",
        "Authorization: Bearer abcdefgh12345678",
        '{"api_key": "abcdefgh12345678"}',
        "api-key=abcdefgh12345678",
        "https://me:abcdefgh12345678@host/x",
        "ghp_abcdefgh12345678abcd",
        "password: abcdefgh12345678",
    ],
)
def test_what_looks_like_a_key_is_blackened(text: str) -> None:
    assert "abcdefgh12345678" not in redact(text)
    assert HIDDEN in redact(text)


@pytest.mark.parametrize(
    "text", ["sketch the sk- prefix", "the bearer of news", "http://host:80/path@x", "no secrets here"]
)
def test_ordinary_text_stays(text: str) -> None:
    assert redact(text) == text


printable = st.text(st.characters(exclude_categories=("C", "Z")), min_size=4)


@given(printable, st.text(), st.text())
def test_a_known_secret_never_survives_also_inside_json(secret: str, before: str, after: str) -> None:
    if secret not in HIDDEN:
        assert secret not in redact(f"{before} {secret} {after}", (secret,)).replace(HIDDEN, "")
        written = json.dumps(secret, ensure_ascii=False)
        assert written[1:-1] not in redact(f"[{written}]", (secret,)).replace(HIDDEN, "")


def test_a_redactor_takes_known_secrets_out_of_texts_and_never_out_of_keys() -> None:
    redactor = Redactor(('k"ey-1', "type-a"))
    line = msgspec.json.encode({"type-a": 'x k"ey-1 y', "list": ['k"ey-1', 1, None], "in": {"a": "b"}}) + b"\n"
    hidden = redactor.hide_in_line(line)
    assert msgspec.json.decode(hidden) == {"type-a": "x [hidden] y", "list": ["[hidden]", 1, None], "in": {"a": "b"}}
    assert hidden.endswith(b"}\n")
    assert redactor.hide_in_line(b'{"a": "b"}\n') == b'{"a": "b"}\n', "as it was, to the byte"
    assert redactor.hide_in_line(b"no JSON: type-a\xff\n") == b"no JSON: [hidden]\xff\n"
    assert redactor.hide_in_lines(line + line) == hidden + hidden
