"""Keys and headers that commands print."""

from __future__ import annotations

import sys

import pytest

from config.errors import ConfigError
from config.models.provider_access import ProviderAccess
from ui.startup.credentials import with_credentials

PYTHON = (sys.executable, "-c")


def access(*, key: tuple[str, ...] = (), headers: tuple[str, ...] = ()) -> ProviderAccess:
    return ProviderAccess("x", "http://h/v1", "m", table="x", key_command=key, headers_command=headers)


def test_a_key_is_the_first_line_that_the_command_prints() -> None:
    done = with_credentials(access(key=(*PYTHON, "print('key-1234 \\nuser: me')")))
    assert (done.key.reveal(), done.key_command) == ("key-1234", ())
    assert "key-1234" not in repr(done)
    assert done.secrets() == ("key-1234",)


def test_headers_are_added_to_those_configured() -> None:
    done = with_credentials(access(headers=(*PYTHON, "print('X-A: 1\\n\\nX-B: a: b')")))
    assert done.headers == (("X-A", "1"), ("X-B", "a: b"))


def test_without_commands_nothing_runs() -> None:
    plain = access()
    assert with_credentials(plain) is plain


@pytest.mark.parametrize(
    ("key", "headers", "expected"),
    [
        ("print()", "", "printed nothing"),
        ("print('a\\x1b[2J')", "", "no header may hold"),
        ("print('schlüssel')", "", "no header may hold"),
        ("", "print('no header')", "no header"),
        ("", "print('X Y: 1')", "no header"),
    ],
)
def test_what_cannot_be_sent_is_refused(key: str, headers: str, expected: str) -> None:
    wanted = access(key=(*PYTHON, key) if key else (), headers=(*PYTHON, headers) if headers else ())
    with pytest.raises(ConfigError, match=expected):
        with_credentials(wanted)
