"""The loopback model server in a process of its own, for one journey."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

SERVER = Path(__file__).parents[1] / "servers" / "openai_server.py"
PATIENCE = 20.0
KEY = "sk-journey-0123456789abcdef"
"""Looks like a key; nobody may ever print it."""

Steps = Sequence[Mapping[str, object]]


class ModelServer:
    """Plays exchanges to whoever comes. A context; its log tells what was asked."""

    def __init__(self, folder: Path, *exchanges: Mapping[str, object], any_order: bool = False) -> None:
        script = folder / "script.json"
        script.write_text(json.dumps({"exchanges": exchanges, "any_order": any_order}))
        self._log = folder / "server.jsonl"
        self._log.touch()
        self._process = subprocess.Popen(
            [sys.executable, str(SERVER), "--script", str(script), "--log", str(self._log)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()
        assert self.url.startswith("http://127.0.0.1:"), self.url

    @property
    def environment(self) -> dict[str, str]:
        """What makes the program use it."""
        return {"OPENAI_BASE_URL": self.url, "OPENAI_API_KEY": KEY}

    def events(self, kind: str = "request") -> list[dict[str, Any]]:
        """The lines of the log of this kind, in order."""
        lines = (json.loads(line) for line in self._log.read_text().splitlines())
        return [line for line in lines if line["event"] == kind]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """The server is gone, with everything that it was saying."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate(timeout=PATIENCE)


def exchange(*steps: Mapping[str, object], **expected: object) -> dict[str, object]:
    """One request's answer, and what is expected of the request."""
    return {"steps": steps, **expected}


def says(text: str) -> dict[str, object]:
    """Some text."""
    return {"delta": text}


def calls(name: str, **arguments: object) -> dict[str, object]:
    """A tool call."""
    return {"call": {"name": name, "arguments": arguments, "fragments": 3}}
