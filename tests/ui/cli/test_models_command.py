"""`callboard models`, as a person and as a script runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from config.settings import Provider, Settings
from tests.servers.raw_server import Line, RawServer
from ui.cli.models_command import listings

PROGRAM = (sys.executable, str(Path(__file__).parents[3] / "callboard.py"))
KEY = "sk-0123456789abcdef"


def serve(line: Line) -> None:
    """Two models: one with a name that a terminal would obey, one that repeats the key."""
    line.hear()
    names = json.dumps({"data": [{"id": "a\x1b[2Jb", "context_length": 4096}, {"id": f"m-{KEY}"}]}).encode()
    line.say(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(names), names))


def call(folder: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, "models", *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=90,
        env=os.environ | environ,
        check=False,
    )


def test_a_provider_lists_its_models_escaped_and_without_the_key(tmp_path: Path) -> None:
    with RawServer(serve) as server:
        done = call(tmp_path, "openai", OPENAI_BASE_URL=server.url, OPENAI_API_KEY=KEY)
        as_json = call(tmp_path, "openai", "--json", OPENAI_BASE_URL=server.url, OPENAI_API_KEY=KEY)
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 models" in done.stdout
    assert "4k" in done.stdout
    assert "128k assumed" in done.stdout
    assert "\x1b" not in done.stdout + as_json.stdout
    assert KEY not in done.stdout + as_json.stdout
    (row,) = json.loads(as_json.stdout)
    assert row["models"][0]["selector"] == "openai/a\x1b[2Jb"
    assert row["models"][0]["context_window"] == 4096


def test_what_does_not_answer_is_a_line_and_the_others_are_listed(tmp_path: Path) -> None:
    with RawServer(serve) as server:
        done = call(tmp_path, OPENAI_BASE_URL=server.url, VLLM_BASE_URL="http://127.0.0.1:9/v1", GROQ_API_KEY="a\tb")
    assert done.returncode == 0
    assert "openai  127.0.0.1" in done.stdout
    assert "vllm: Nothing listens at http://127.0.0.1:9/v1" in done.stderr
    assert "groq: GROQ_API_KEY holds characters that no key has" in done.stderr
    assert "ollama" not in done.stderr


def test_the_exit_code_tells_a_wrong_name_from_a_provider_that_failed(tmp_path: Path) -> None:
    assert call(tmp_path, "nobody").returncode == 2
    failed = call(tmp_path, "vllm", VLLM_BASE_URL="http://127.0.0.1:9/v1")
    assert (failed.returncode, failed.stdout) == (75, "")
    assert call(tmp_path, "groq").returncode == 2


def test_a_provider_that_is_not_allowed_is_never_asked() -> None:
    asked: list[bytes] = []

    def note(line: Line) -> None:
        asked.append(line.hear()[0])

    with RawServer(note) as server:
        own = {"x": Provider(base_url=server.url)}
        (listing,) = listings(("x",), Settings(providers=own, allowed_providers=("openai",)), {})
    assert "is not allowed" in listing.problem
    assert asked == []


def test_a_key_from_a_command_is_used_and_not_shown(tmp_path: Path) -> None:
    heads: list[bytes] = []

    def note(line: Line) -> None:
        heads.append(line.hear()[0])
        line.say(b"HTTP/1.1 200 OK\r\nContent-Length: 27\r\n\r\n" + b'[{"id": "printed-key-4711"}]'[:27])

    with RawServer(note) as server:
        own = Provider(base_url=server.url, api_key_command=(sys.executable, "-c", "print('printed-key-4711')"))
        (listing,) = listings(("x",), Settings(providers={"x": own}), {})
    assert b"Authorization: Bearer printed-key-4711" in heads[0]
    assert "printed-key-4711" not in str(listing)
