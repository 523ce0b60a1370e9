"""The user's mistake, as an exception."""

from __future__ import annotations

from config.errors import ConfigError


def test_its_text_is_all_that_is_shown() -> None:
    assert str(ConfigError("file: key: what to do")) == "file: key: what to do"
