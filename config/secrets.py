"""What must never be read by anyone: a type for it, and a filter for logs and listings.

Keys live in `Secret` from the environment to the request's header. `redact` is the last line of defence: it blackens
the known secrets and whatever looks like a key. Never perfect, so nothing secret should reach it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, cast

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

HIDDEN = "[hidden]"
SHORTEST = 4
"""A known secret shorter than this is no secret, and blackening it everywhere would ruin the log."""


class Secret:
    """A text that shows only to who asks for it with `reveal`; printing, formatting and logging show `[hidden]`."""

    __slots__ = ("_text",)

    def __init__(self, text: str = "") -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.reveal() == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return HIDDEN if self._text else "[none]"


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The text with each of these secrets, and everything that looks like a key, replaced by `[hidden]`."""
    for secret in sorted(_spellings(secrets), key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return _key_pattern().sub(_hide, text)


def _spellings(secrets: Iterable[str]) -> set[str]:
    """Each secret as it is and as JSON writes it."""
    whole = {secret for secret in secrets if len(secret) >= SHORTEST}
    return whole | {secret.replace("\\", "\\\\").replace('"', '\\"') for secret in whole}


@cache
def _key_pattern() -> re.Pattern[str]:
    return re.compile(
        r"""
        \bsk-[A-Za-z0-9_-]{8,}                                          # model providers
        | \b(?:gh[pousr]_[A-Za-z0-9]{16,} | github_pat_\w{16,})         # code hosts
        | \bglpat-[A-Za-z0-9_-]{16,}
        | \bxox[abprs]-[A-Za-z0-9-]{10,}
        | \bAKIA[A-Z0-9]{12,}
        | \bAIza[A-Za-z0-9_-]{20,}
        | (?P<before>\b(?:Bearer|Basic)\s+)[A-Za-z0-9._~+/=-]{8,}       # authorisation headers
        | (?P<site>\b[a-z][a-z0-9+.-]*://)[^\s/@:"']*:[^\s/@"']+(?=@)   # https://name:password@host
        | (?P<label>(?:api[_-]?key|x-api-key|password|secret|access[_-]?token)["']?\s*[:=]\s*["']?)[^\s"',;}]{4,}
        """,
        re.VERBOSE | re.IGNORECASE,
    )


def _hide(match: re.Match[str]) -> str:
    kept = match["before"] or match["site"] or match["label"] or ""
    return kept + HIDDEN


class Redactor:
    """Takes known secrets out of what is kept and shown; nothing else, so that no text is changed by a guess."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._spellings = tuple(sorted(_spellings(secrets), key=len, reverse=True))

    def learn(self, secrets: Iterable[str]) -> None:
        """Take these out too, from now on; from any thread."""
        known = {*self._spellings, *_spellings(secrets)}
        self._spellings = tuple(sorted(known, key=len, reverse=True))

    def known(self) -> tuple[str, ...]:
        """What is taken out by now, longest first, each also as JSON writes it."""
        return self._spellings

    def hide(self, text: str) -> str:
        """The text without them."""
        for secret in self._spellings:
            text = text.replace(secret, HIDDEN)
        return text

    def hide_in_line(self, line: bytes) -> bytes:
        """A JSON line without them: in its texts, never in its keys; any other text as a whole."""
        if not any(secret.encode("utf-8", "replace") in line for secret in self._spellings):
            return line
        try:
            value = msgspec.json.decode(line)
        except msgspec.DecodeError:
            return self.hide(line.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
        ending = line[len(line.rstrip(b"\r\n")) :]
        return msgspec.json.encode(self.hide_in(value)) + ending

    def hide_in_lines(self, data: bytes) -> bytes:
        """Several lines."""
        return b"".join(map(self.hide_in_line, data.splitlines(keepends=True))) if self._spellings else data

    def hide_in(self, value: object) -> object:
        """A value of texts, lists and tables without them."""
        if isinstance(value, str):
            return self.hide(value)
        if isinstance(value, list | tuple):
            return [self.hide_in(part) for part in cast("Iterable[object]", value)]
        if isinstance(value, dict):
            return {key: self.hide_in(part) for key, part in cast("dict[object, object]", value).items()}
        return value
