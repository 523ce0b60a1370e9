"""A JSON answer that comes in place of a stream, in pieces: says when it may be whole.

Used by `answer_body` and the decoders of dialects. Whether it is whole is tried seldom enough that reading costs no
more than twice its length, whatever its texts hold.
"""

from __future__ import annotations

LONGEST_BODY = 33_554_432
"""Bytes."""


class JsonBody:
    """What has come so far."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._open = 0  # braces, those in texts included
        self._tried = 0

    def __bytes__(self) -> bytes:
        return bytes(self._data)

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self._data)

    @property
    def endless(self) -> bool:
        """It is longer than any answer."""
        return len(self._data) > LONGEST_BODY

    @property
    def cut(self) -> bool:
        """It ends too early, as far as one can see."""
        return self._open > 0

    def add(self, data: bytes) -> bool:
        """Some more; whether it may be whole now. Where texts deceive, only its end tells."""
        self._data += data
        self._open += data.count(b"{") - data.count(b"}")
        whole = data.rstrip()[-1:] in (b"}", b"]") and self._open == 0 and len(self._data) > 2 * self._tried
        if whole:
            self._tried = len(self._data)
        return whole
