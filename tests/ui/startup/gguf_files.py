"""GGUF files that tests write: a head without a body."""

from __future__ import annotations

import struct
from pathlib import Path


def text(value: bytes) -> bytes:
    return struct.pack("<Q", len(value)) + value


def pair(name: bytes, kind: int, value: bytes) -> bytes:
    return text(name) + struct.pack("<I", kind) + value


def head(*pairs: bytes, version: int = 3) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", version, 0, len(pairs)) + b"".join(pairs)


WINDOW = pair(b"llama.context_length", 4, struct.pack("<I", 4096))
NAME = pair(b"general.name", 8, text("Möwe".encode()))
WORDS = pair(b"tokenizer.tokens", 9, struct.pack("<IQ", 8, 2) + text(b"a") + text(b"bc"))
SCORES = pair(b"tokenizer.scores", 9, struct.pack("<IQ", 6, 3) + b"\0" * 12)
WHOLE = head(NAME, WORDS, SCORES, WINDOW)


def written(folder: Path, data: bytes = WHOLE) -> Path:
    path = folder / "model.gguf"
    path.write_bytes(data)
    return path
