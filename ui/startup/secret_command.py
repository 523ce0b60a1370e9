"""Runs a command of the configuration that prints something secret, and gives back what it printed.

Used by `ui.startup.credentials`. A list of words without a shell, in the user's home folder, with a time limit and a
bound; the whole process group ends with it. What it prints is never kept, shown or logged here.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

from config.errors import ConfigError
from config.secrets import redact
from tools.terminal.search_path import program_on_path
from tools.text.screen_text import visible

TIME_LIMIT = 30.0
"""Seconds: a password manager may ask for a finger."""
LONGEST = 65_536
"""Bytes of each stream."""
LONGEST_REASON = 200
SLICE = 0.02


def printed_by(words: tuple[str, ...], key: str, limit: float = TIME_LIMIT) -> str:
    """What the command printed on stdout. `key` is the setting that names it, for errors.

    Raises:
        ConfigError: it cannot be run, failed, took longer than `limit` seconds, or printed too much or no text.
    """
    program = _program(words, key)
    home = Path.home()
    try:
        child = subprocess.Popen(  # noqa: S603 - what the user's own configuration names, without a shell
            (program, *words[1:]),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=home if home.is_dir() else "/",
            start_new_session=True,
        )
    except (OSError, ValueError) as problem:
        raise ConfigError(f"{key}: {program} cannot be run: {problem}; correct the command") from problem
    with child:
        try:
            said, complained, reason = _heard(child, limit)
        finally:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)
    if reason:
        raise ConfigError(f"{key}: {program} {reason}")
    if child.returncode:
        raise ConfigError(f"{key}: {program} ended with {child.returncode}{_last_words(complained)}")
    try:
        return said.decode()
    except UnicodeDecodeError as problem:
        raise ConfigError(f"{key}: {program} printed no UTF-8 text") from problem


def _program(words: tuple[str, ...], key: str) -> str:
    """The first word as a program: of PATH, or by its whole path; a relative one would depend on where we stand."""
    name = os.path.expanduser(words[0]) if words else ""  # noqa: PTH111 - the word may be no path
    if not name:
        raise ConfigError(f"{key}: names no program; write a list of words, the program first")
    if "/" in name and not name.startswith("/"):
        raise ConfigError(f"{key}: {visible(name)} is no whole path; write one that begins with / or ~/")
    found = name if name.startswith("/") else program_on_path(name)
    if found is None:
        raise ConfigError(f"{key}: there is no program {visible(name)} on PATH; install it, or write its whole path")
    return found


def _heard(child: subprocess.Popen[bytes], limit: float) -> tuple[bytes, bytes, str]:
    """Both streams until the child ends, and why it was not waited for; its own children may keep the pipes open."""
    deadline = time.monotonic() + limit
    streams = [stream for stream in (child.stdout, child.stderr) if stream is not None]
    said = {stream.fileno(): b"" for stream in streams}
    for stream in streams:
        os.set_blocking(stream.fileno(), False)
    reason = ""
    while not reason:
        ended = child.poll() is not None
        _read(streams, said)
        if ended:
            break
        if max(map(len, said.values())) > LONGEST:
            reason = f"printed more than {LONGEST} bytes; it must print the key alone"
        elif time.monotonic() > deadline:
            reason = f"did not end within {limit:g} s; try it in a terminal"
    out, complained = said.values()
    return out[:LONGEST], complained[:LONGEST], reason


def _read(streams: list[IO[bytes]], said: dict[int, bytes]) -> None:
    ready = select.select([stream.fileno() for stream in streams], [], [], SLICE)[0]
    for descriptor in ready:
        data = os.read(descriptor, LONGEST + 1)
        said[descriptor] += data
        if not data:
            streams[:] = [stream for stream in streams if stream.fileno() != descriptor]
    if not streams:
        time.sleep(SLICE)


def _last_words(complained: bytes) -> str:
    lines = complained.decode("utf-8", "replace").strip().splitlines()
    return f": {visible(redact(lines[-1]))[:LONGEST_REASON]}" if lines else "; try it in a terminal"
