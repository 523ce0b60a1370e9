"""How the path of a request finds the endpoint that answers it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from actors.llm.scripted.endpoint import endpoint_at, fragments, unknown_path
from actors.llm.scripted.script import CallStep

ROOT = Path(__file__).resolve().parents[4]
ASK_FOR_ONE = """
import sys
from actors.llm.scripted.endpoint import endpoint_at
endpoint_at("/v1/chat/completions")
print(*sorted(name for name in sys.modules if name.startswith("actors.llm.scripted.endpoints.")))
"""


@pytest.mark.parametrize(
    ("path", "ends"),
    [
        ("/v1/chat/completions", "/chat/completions"),
        ("/v1/messages", "/messages"),
        ("/v1/messages/", "/messages"),
        ("/v1/messages?beta=true", "/messages"),
        ("/openai/deployments/x/chat/completions?api-version=2", "/chat/completions"),
        ("script:///tmp/what is it?.toml/v1/messages", "/messages"),
    ],
)
def test_the_end_of_the_path_names_it(path: str, ends: str) -> None:
    found = endpoint_at(path)
    assert found is not None
    assert found.PATH.endswith(ends)


@pytest.mark.parametrize(
    "path", ["", "/", "/v1", "/v1/models", "/v1/../endpoint", "/v1/__init__", "/os", "/v1/Messages"]
)
def test_another_path_has_none(path: str) -> None:
    assert endpoint_at(path) is None


def test_only_the_one_that_is_asked_is_imported() -> None:
    done = subprocess.run([sys.executable, "-c", ASK_FOR_ONE], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["actors.llm.scripted.endpoints.chat_completions"]


def test_what_has_no_endpoint_is_answered_with_404_and_the_path() -> None:
    assert unknown_path("/v1/x").status == 404
    assert "/v1/x" in unknown_path("/v1/x").body


@pytest.mark.parametrize("pieces", [1, 2, 5, 100])
def test_arguments_come_in_fragments_that_make_the_whole(pieces: int) -> None:
    found = fragments(CallStep("f", '{"a": 1}', fragments=pieces))
    assert "".join(found) == '{"a": 1}'
    assert len(found) <= pieces
    assert fragments(CallStep("f", fragments=pieces)) == ()
