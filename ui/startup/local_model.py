"""`-m gguf:PATH`: starts a llama.cpp server for the file in a process that dies with this one, and gives its access.

Used where a session or a switch of model is planned. The server listens on 127.0.0.1 only and wants a key that is made
for it. It lives as long as the access that it was started for.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING

from msgspec.structs import replace

from config.errors import ConfigError
from config.model_facts import FREE, ModelFacts
from config.models.address import GGUF
from config.quirks import Quirks
from config.secrets import Secret, redact
from tools.text.screen_text import visible
from ui.startup.gguf_file import read_head

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.models.provider_access import ProviderAccess

LIBRARY = "xllamacpp"
HOW_TO_INSTALL = "pip install 'callboard[local]' installs it (with pipx: pipx inject callboard xllamacpp)"
SERVER = Path(__file__).with_name("gguf_server.py")
KEY = "CALLBOARD_JOB_KEY"
LARGEST_WINDOW, SMALLEST_WINDOW = 32_768, 8_192
"""Tokens: a larger window takes gigabytes more; in a smaller one not even the tools have room."""
LOAD_LIMIT = 600.0
"""Seconds for a model to be loaded."""
SAID_EACH = 1.0
"""Seconds between two words about the progress."""


def served(access: ProviderAccess, say: Callable[[str], object] = bool, limit: float = LOAD_LIMIT) -> ProviderAccess:
    """The access to a running server of the file that `access` names. `say` is told of the progress.

    Raises:
        ConfigError: llama.cpp is not installed, the file is no model, does not fit, or was not loaded in time.
    """
    path = Path(access.base_url.removeprefix(GGUF))
    head = read_head(path)
    if find_spec(LIBRARY) is None:
        raise ConfigError(f"{access.selector}: llama.cpp is not installed; {HOW_TO_INSTALL}")
    window = max(SMALLEST_WINDOW, min(head.window or LARGEST_WINDOW, LARGEST_WINDOW))
    key = os.urandom(24).hex()
    with tempfile.TemporaryFile() as complaints:
        process = _started(path, window, key, complaints)
        address = _address(process, say, limit, path.name)
        if not address:
            raise ConfigError(f"{path}: {_why(process, complaints, limit)}")
    return replace(
        access,
        base_url=f"{address}/v1",
        key=Secret(key),
        quirks=Quirks(token_field="max_tokens"),  # noqa: S106 - no password
        facts=ModelFacts(context_window=window, window_assumed=False, prices=FREE),
        lifeline=process,
    )


def _started(path: Path, window: int, key: str, complaints: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own program
        (sys.executable, "-I", str(SERVER), str(path), str(window)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        env={**os.environ, KEY: key},
        start_new_session=True,
    )


def _address(process: subprocess.Popen[bytes], say: Callable[[str], object], limit: float, name: str) -> str:
    """What the server prints once the model is loaded; empty if it ended or took too long, and then it is gone."""
    output, began = process.stdout, time.monotonic()
    assert output is not None  # noqa: S101 - for the type checker
    waited = 0.0
    while waited < limit:
        if select.select([output], [], [], min(SAID_EACH, limit - waited))[0]:
            line = output.readline().decode("ascii", "replace").strip()
            if line.startswith("http://127.0.0.1:"):
                return line
            break
        waited = time.monotonic() - began
        say(f"loading {visible(name)}: {waited:.0f} s")
    with process:
        if process.poll() is None:
            process.kill()
    return ""


def _why(process: subprocess.Popen[bytes], complaints: IO[bytes], limit: float) -> str:
    complaints.seek(0)
    lines = complaints.read().decode("utf-8", "replace").strip().splitlines()
    said = next((line for line in reversed(lines) if "error" in line.lower()), lines[-1] if lines else "")
    reason = f"was not loaded within {limit:g} s" if process.returncode == -9 else "could not be loaded"  # noqa: PLR2004
    return f"{reason}: {visible(redact(said))[:200]}"
