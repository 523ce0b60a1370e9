"""Templates become patterns."""

from __future__ import annotations

import pytest

from actors.llm.offline.phrases import TEMPLATES, pattern_of, phrases


@pytest.mark.parametrize("text", [" show a.py", " read  me the a.py", " SHOW THE a.py ."])
def test_alternatives_and_what_may_be_left_out(text: str) -> None:
    match = pattern_of("show|read [me] [the] <file:name>").match(text)
    assert match is not None
    assert match["file"] == "a.py"


@pytest.mark.parametrize("text", [" hide a.py", " show", " show a b", "show a"])
def test_other_words_do_not_fit(text: str) -> None:
    assert pattern_of("show|read [me] [the] <file:name>").match(text) is None


def test_optional_parts_may_hold_optional_parts() -> None:
    pattern = pattern_of("list [in [the] <place:name>]")
    assert [bool(pattern.match(text)) for text in (" list", " list in src", " list in the src", " list the")] == [
        True, True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize("quoted", ["`a b`", '"a b"', "“a b”", "'a b'"])
def test_a_name_may_be_quoted(quoted: str) -> None:
    match = pattern_of("show <file:name>").match(f" show {quoted}")
    assert match is not None
    assert match["file"] == quoted


def test_every_template_is_a_pattern() -> None:
    assert len(phrases()) == len(TEMPLATES)
    assert phrases() is phrases()
