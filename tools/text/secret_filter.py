"""Takes known secrets out of a stream of text, also where a piece ends in the middle of one.

`tools.terminal.job_streams` has one for each stream of a job, `actors.llm.redacted` one for each answer of a model.
What could be the beginning of a secret waits for the next piece: never more characters than the longest secrets have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

HIDDEN: Final = "[hidden]"


class SecretFilter:
    """One stream's filter. Without secrets it passes everything on as it is."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = tuple(sorted({secret for secret in secrets if secret}, key=len, reverse=True))
        self._longest = len(self._secrets[0]) if self._secrets else 0
        self._pattern = re.compile("|".join(map(re.escape, self._secrets)))
        self._held = ""

    def feed(self, text: str) -> str:
        """The next piece, and what was held before, without secrets; its end may be held back."""
        if not self._secrets:
            return text
        whole = self._held + text
        cut = self._safe_length(whole)
        self._held = whole[cut:]
        return self._pattern.sub(HIDDEN, whole[:cut])

    def finish(self) -> str:
        """What is held back at the end of the stream."""
        held, self._held = self._held, ""
        return self._pattern.sub(HIDDEN, held) if held else ""

    def _safe_length(self, text: str) -> int:
        """How much can go out: neither the beginning of a secret nor the middle of one stands at its end."""
        cut = len(text)
        for length in range(min(self._longest - 1, len(text)), 0, -1):
            tail = text[-length:]
            if any(len(secret) > length and secret.startswith(tail) for secret in self._secrets):
                cut -= length
                break
        if cut == len(text):
            return cut
        for match in self._pattern.finditer(text):  # from the start: a secret may overlap itself
            if match.start() < cut < match.end():
                return match.start()
        return cut


class ByteFilter:
    """The same over bytes, as a job prints them."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self._filter = SecretFilter(secret.encode("utf-8", "replace").decode("latin-1") for secret in secrets)
        self._passes = not any(secrets)

    def feed(self, data: bytes) -> bytes:
        """As in `SecretFilter`, over bytes."""
        return data if self._passes else self._filter.feed(data.decode("latin-1")).encode("latin-1")

    def finish(self) -> bytes:
        """As in `SecretFilter`, over bytes."""
        return self._filter.finish().encode("latin-1")
