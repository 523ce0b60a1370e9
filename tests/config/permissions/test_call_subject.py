"""What rules about reading keep from a search."""

from __future__ import annotations

from config.permissions.call_subject import withheld_patterns
from config.settings import Policy


def test_a_search_leaves_out_what_is_denied_or_asked_about() -> None:
    policy = Policy(deny=("read_file(.env)", "search_text(a/*)", "write_file(b)", "read_file"), ask=("read_*(c)",))
    assert withheld_patterns(policy) == (".env", "a/*", "c")
