"""Backslashes, entities and addresses: what is a mark's and what is a path's."""

from __future__ import annotations

import pytest

from ui.text.inline import inline
from ui.text.rows import plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\\*a\\* snake\\_case \\`b\\`", "*a* snake_case `b`"),
        ("1\\. and\n\\- b\n\\# c", "1. and\n- b\n# c"),
        ("\\[x](y) \\<b>", "[x](y) <b>"),
        ("&lt;&amp;&#x41;&copy;", "<&A\u00a9"),
        ("<me@x.org> <https://x.y>", "me@x.org https://x.y"),
    ],
)
def test_what_keeps_a_character_from_being_a_mark_goes(text: str, shown: str) -> None:
    assert plain(inline(text)) == shown


@pytest.mark.parametrize(
    "text",
    [
        "C:\\temp\\new C:\\_x\\*y*",
        "\\\\server\\share",
        "\\d+\\.\\d+ ^\\s*\\*",
        "a\\.b\\-c \\(x\\) \\$HOME",
        "docker run \\",
        "&nosuch; &; AT&T a&b;",
        "vector<std::string> <a:b>",
    ],
)
def test_paths_patterns_and_commands_keep_every_character(text: str) -> None:
    assert plain(inline(text)) == text


def test_an_entity_never_becomes_a_control_character_unseen() -> None:
    assert plain(inline("&#0;&#xD800;&#1114112;")) == "\ufffd\ufffd\ufffd"
