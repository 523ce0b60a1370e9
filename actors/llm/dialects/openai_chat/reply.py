"""Reads the answer to a chat completions request: the decoding half of the dialect `openai_chat`.

    opening ──first byte── stream ──finish reason── complete ──[DONE]── done
       ├── `{`: a JSON body, taken when it is whole       └ an error object, or an event that is no JSON: done, failed
       └── `<`: a web page: failed

A body that ends before `complete` is a cut: a failure, and its calls never surface.
"""

from __future__ import annotations

import msgspec

from actors.llm.dialects.openai_chat.chunks import AnswerDraft, Chunk, decode_chunk, is_error
from actors.llm.dialects.openai_chat.opaque_state import StateOwner
from actors.llm.error_body import shortened
from actors.llm.failures import stream_failure, text_failure
from actors.llm.port import Failed, Finished, Piece
from actors.llm.sound_text import decode_leniently
from actors.llm.sse import EventDecoder, EventTooLong, ServerEvent

LONGEST_BODY = 33_554_432
"""Bytes of an answer that is no stream."""

QUOTED = 2_048
"""Bytes of a body without sense that are kept to be quoted."""

STREAM_FIELDS = (b":", b"data:", b"event:", b"id:", b"retry:")
BLANK = b"\xef\xbb\xbf \t\r\n"


class ReplyDecoder:
    """One answer. `used` are the call ids of the session so far; the answer's own are added.

    `owner` marks what goes back to the provider; None: nothing is kept for it.
    """

    def __init__(self, used: set[str], owner: StateOwner | None = None) -> None:
        self._used = used
        self._events = EventDecoder()
        self._answer = AnswerDraft(owner)
        self._seen = b""  # the first bytes, until one event made sense
        self._body: bytearray | None = None  # of an answer that is no stream
        self._page = False
        self._sensible = False
        self._failure: Failed | None = None
        self._done = False

    @property
    def done(self) -> bool:
        """The end marker, or an error, was seen."""
        return self._done

    @property
    def complete(self) -> bool:
        """A finish reason was seen; usage and the end marker may follow."""
        return self._done or bool(self._answer.finish)

    @property
    def progress(self) -> int:
        """Grows with everything that becomes part of the answer."""
        return self._answer.progress + len(self._body or b"")

    def feed(self, data: bytes) -> tuple[Piece, ...]:
        """Some more bytes of the body."""
        if self._done:
            return ()
        if not self._sensible:
            self._look(data)
        if self._page:
            return ()
        if self._body is not None:
            self._take_body(self._body, data)
            return self._answer.pieces(final=self._done)
        try:
            self._take(self._events.feed(data))
        except EventTooLong as problem:
            self._fail(Failed("malformed", f"The model server's stream makes no sense: {problem}."))
        return self._answer.pieces(final=self._done)

    def close(self) -> Finished | Failed:
        """The body has ended."""
        if not self._done:
            self._take_rest()
        if self._failure is not None:
            return self._failure
        if not self._sensible:
            return self._senseless()
        if not self.complete or (not self._answer.finish and self._answer.empty):
            return Failed("cut", "The answer broke off: the model server closed its stream too early.", retryable=True)
        return self._answer.finished(self._used)

    def _look(self, data: bytes) -> None:
        """The first visible byte tells a stream from a JSON body and from a web page."""
        undecided = not self._seen.strip(BLANK)
        self._seen += data[: max(0, QUOTED - len(self._seen))]
        visible = self._seen.lstrip(BLANK)
        if visible and undecided:
            self._page = visible.startswith(b"<")
            self._body = bytearray() if visible[:1] in (b"{", b"[") else None
        self._done = self._page and len(self._seen) == QUOTED

    def _take_body(self, body: bytearray, data: bytes) -> None:
        """Some more of a JSON answer; taken as soon as it is whole."""
        body += data if body else data.lstrip(BLANK)
        if len(body) > LONGEST_BODY:
            self._fail(Failed("malformed", "The model server sent a JSON answer without end."))
        if data.rstrip()[-1:] not in (b"}", b"]"):
            return
        try:
            chunk = decode_chunk(body)
        except (msgspec.DecodeError, RecursionError):
            if body.startswith(b"[") and (error := _first_error(bytes(body))) is not None:
                self._fail(stream_failure(error))
            return
        if not chunk.error and is_error(chunk):
            chunk.error = decode_leniently(body, dict[str, object])
        if chunk.choices or chunk.error:
            self._take_chunk(chunk)
            self._answer.finish = self._answer.finish or "stop"
            self._done = True

    def _take_rest(self) -> None:
        """What the end of the body completes."""
        if self._body is None and not self._page:
            self._take(self._events.close(), trailing=True)
        elif self._body is not None and self._body.count(b"{") > self._body.count(b"}"):
            self._sensible = True  # cut off, as far as one can see

    def _take(self, events: list[ServerEvent], *, trailing: bool = False) -> None:
        for name, data in events:
            if data == b"[DONE]":
                self._done = self._sensible = True
                return
            try:
                chunk = decode_chunk(data)
            except (msgspec.DecodeError, RecursionError):
                if not trailing:
                    self._take_oddity(name, data)
            else:
                if not chunk.error and (name == b"error" or is_error(chunk)):
                    chunk.error = decode_leniently(data, dict[str, object])
                self._take_chunk(chunk)
            if self._done:
                return

    def _take_chunk(self, chunk: Chunk) -> None:
        self._sensible = True
        failure = self._answer.take(chunk)
        if failure is not None:
            self._fail(failure)

    def _take_oddity(self, name: bytes, data: bytes) -> None:
        """An event that is no chunk; one of a kind of its own may be passed over."""
        text = data.decode("utf-8", "replace").strip()
        if name == b"error":
            self._fail(stream_failure(text))
        elif text and name in (b"", b"message"):
            said = shortened(text[:200])
            self._fail(
                Failed("malformed", f"The model server sent an event that makes no sense: {said}", retryable=True)
            )

    def _fail(self, failure: Failed) -> None:
        self._failure = failure
        self._done = True

    def _senseless(self) -> Failed:
        """Not one event was understood."""
        said = shortened(self._seen.decode("utf-8", "replace"))
        visible = self._seen.strip(BLANK)
        if any(visible.startswith(field) or field.startswith(visible) for field in STREAM_FIELDS):
            return Failed("cut", "The model server closed the connection before its answer began.", retryable=True)
        if not self._page and (known := text_failure(said)) is not None:
            return known
        what = "with a web page" if self._page else "with something else"
        return Failed(
            "malformed",
            f"The address answers {what} instead of a model's stream: {said} — check the provider's base_url (most "
            "servers want it to end in /v1) and its dialect.",
        )


def _first_error(body: bytes) -> object:
    """The error of an answer that is a list of one error object."""
    try:
        values = msgspec.json.decode(body, type=list[dict[str, object]])
    except msgspec.DecodeError:
        return None
    return values[0].get("error") if values else None
