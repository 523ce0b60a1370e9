"""Comments over several lines wait for their end; nothing else does."""

from __future__ import annotations

import pytest

from ui.text.open_token import opened


@pytest.mark.parametrize(
    ("language", "text", "closer"),
    [
        ("c", "x; /* why", "*/"),
        ("c", "/* why */ x; /* more", "*/"),
        ("c", "/* why */", ""),
        ("js", 'glob("src/*")', ""),
        ("js", "// see /*", ""),
        ("python", "/*", ""),
        ("html", "<!-- why", "-->"),
        ("", "/*", ""),
    ],
)
def test_a_comment_is_open_until(language: str, text: str, closer: str) -> None:
    assert opened(language, text) == closer
