"""What the body of an answer is: a stream of events, one JSON value in place of it, or a web page.

    opening ──first visible byte── `{` or `[`: JSON      `<`: a web page      else: a stream

Used by the decoder of each dialect, which knows what the events and the value mean; the failures that every dialect
words alike are made here. Pure.
"""

from __future__ import annotations

from actors.llm.error_body import shortened
from actors.llm.failures import text_failure
from actors.llm.json_body import JsonBody
from actors.llm.port import Failed

QUOTED = 2_048
"""Bytes of a body without sense that are kept to be quoted."""
QUOTED_EVENT = 200
"""Characters of an event without sense that are quoted."""
STREAM_FIELDS = (b":", b"data:", b"event:", b"id:", b"retry:")
BLANK = b"\xef\xbb\xbf \t\r\n"

BROKEN_OFF = Failed("cut", "The answer broke off: the model server closed its stream too early.", retryable=True)
NOT_BEGUN = Failed("cut", "The model server closed the connection before its answer began.", retryable=True)
ENDLESS = Failed("malformed", "The model server sent a JSON answer without end.")


class AnswerBody:
    """The beginning of one body, and all of it where it is JSON."""

    def __init__(self) -> None:
        self.page = False
        """It is a web page."""
        self.json: JsonBody | None = None
        """The body, where it is JSON."""
        self._seen = b""

    @property
    def progress(self) -> int:
        """Bytes of JSON so far; those of a stream are its decoder's to count."""
        return 0 if self.json is None else self.json.size

    @property
    def value(self) -> bytes:
        """The JSON so far."""
        return b"" if self.json is None else bytes(self.json).lstrip(BLANK)

    def look(self, data: bytes) -> bool:
        """The first bytes, until something of it made sense; whether no more are needed: there is enough to quote."""
        undecided = not self._seen.strip(BLANK)
        self._seen += data[: max(0, QUOTED - len(self._seen))]
        visible = self._seen.lstrip(BLANK)
        if visible and undecided:
            self.page = visible.startswith(b"<")
            self.json = JsonBody() if visible[:1] in (b"{", b"[") else None
        return self.page and len(self._seen) == QUOTED

    def senseless(self, wanted: str, address: str, *, foreign: bool = False) -> Failed:
        """Nothing of it was understood. `wanted` is what should have come, `address` how the base URL has to be.

        `foreign`: it is JSON that another dialect may know.
        """
        visible = self._seen.strip(BLANK)
        if not foreign and any(visible.startswith(field) or field.startswith(visible) for field in STREAM_FIELDS):
            return NOT_BEGUN
        said = shortened(self._seen.decode("utf-8", "replace"))
        if not self.page and (known := text_failure(said)) is not None:
            return known
        what = "with a web page" if self.page else "in another dialect" if foreign else "with something else"
        advice = f"check the provider's base_url ({address}) and its dialect."
        return Failed("malformed", f"The address answers {what} instead of {wanted}: {said} — {advice}")


def senseless_event(text: str) -> Failed:
    """An event that is no JSON object."""
    said = shortened(text[:QUOTED_EVENT])
    return Failed("malformed", f"The model server sent an event that makes no sense: {said}", retryable=True)


def senseless_stream(problem: ValueError) -> Failed:
    """A stream that no server means: an event without end, or more parts than an answer has."""
    return Failed("malformed", f"The model server's stream makes no sense: {problem}.")
