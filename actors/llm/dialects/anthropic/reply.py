"""Reads the answer to a Messages request: the decoding half of the dialect `anthropic`.

    opening ──first byte── stream ──a stop reason── complete ──message_stop, [DONE]── done
       ├── `{`: a JSON message, taken when it is whole    └ an error, an event that is no JSON: done, failed
       └── `<`: a web page: failed

The JSON `type` of an event counts; the name on its `event:` line stands in where there is none. A body that ends before
`complete` is a cut: a failure, and its calls never surface.
"""

from __future__ import annotations

from actors.llm.dialects.anthropic.answer import MessageDraft, TooManyBlocks
from actors.llm.dialects.anthropic.events import ABSENT, MessageEvent, decode_event, shaped
from actors.llm.error_body import shortened
from actors.llm.failures import stream_failure
from actors.llm.port import Failed, Finished, Piece
from actors.llm.sse import EventDecoder, EventTooLong, ServerEvent

LONGEST_BODY = 33_554_432
"""Bytes of an answer that is no stream."""

QUOTED = 2_048
"""Bytes of a body without sense that are kept to be quoted."""

STREAM_FIELDS = (b":", b"data:", b"event:", b"id:", b"retry:")
BLANK = b"\xef\xbb\xbf \t\r\n"
KNOWN_NAMES = (b"message", b"content_block")
"""Beginnings of the names of events that must make sense."""


class MessagesDecoder:
    """One answer of this provider and model. `used` are the call ids of the session so far; its own are added."""

    def __init__(self, used: set[str], provider: str, model: str) -> None:
        self._used = used
        self._events = EventDecoder()
        self._answer = MessageDraft(provider, model)
        self._seen = b""  # the first bytes, until one event made sense
        self._body: bytearray | None = None  # of an answer that is no stream
        self._page = False
        self._sensible = False
        self._foreign = False  # JSON came, of another dialect
        self._failure: Failed | None = None
        self._done = False

    @property
    def done(self) -> bool:
        """The end of the message, or an error, was seen."""
        return self._done

    @property
    def complete(self) -> bool:
        """A stop reason was seen; the end of the message may follow."""
        return self._done or bool(self._answer.finish)

    @property
    def progress(self) -> int:
        """Grows with everything that becomes part of the answer; pings and empty deltas leave it."""
        return self._answer.progress + len(self._body or b"")

    def feed(self, data: bytes) -> tuple[Piece, ...]:
        """Some more bytes of the body."""
        if self._done:
            return ()
        if not self._sensible:
            self._look(data)
        if self._page:
            return ()
        try:
            if self._body is not None:
                self._take_body(self._body, data)
            else:
                self._take(self._events.feed(data))
        except (EventTooLong, TooManyBlocks) as problem:
            self._fail(Failed("malformed", f"The model server's stream makes no sense: {problem}."))
        return self._answer.pieces()

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
        if self._done or data.rstrip()[-1:] not in (b"}", b"]"):
            return
        try:
            message = decode_event(bytes(body))
        except (ValueError, RecursionError):
            errors = shaped(bytes(body), list[MessageEvent]) or ()
            self._refuse(next((each.error for each in errors if each.error), None))
            return
        if message.error:
            self._refuse(message.error)
        elif message.content != ABSENT and (message.stop_reason or message.type == "message"):
            self._sensible = self._done = True
            self._answer.take_whole(message)
        else:
            self._foreign = True

    def _take_rest(self) -> None:
        """What the end of the body completes."""
        if self._body is None and not self._page:
            try:
                self._take(self._events.close(), trailing=True)
            except TooManyBlocks as problem:
                self._fail(Failed("malformed", f"The model server's stream makes no sense: {problem}."))
        elif self._body is not None and self._body.count(b"{") > self._body.count(b"}"):
            self._sensible = True  # cut off, as far as one can see

    def _take(self, events: list[ServerEvent], *, trailing: bool = False) -> None:
        for name, data in events:
            if data == b"[DONE]":
                self._done = self._sensible = True
                return
            try:
                event = decode_event(data)
            except (ValueError, RecursionError):
                if not trailing:
                    self._take_oddity(name, data)
            else:
                event.type = event.type or name.decode("ascii", "replace") or None
                self._take_event(event, data)
            if self._done:
                return

    def _take_event(self, event: MessageEvent, data: bytes) -> None:
        if event.type == "error" and not event.error:
            event.error = shaped(data, dict[str, object]) or {}
        if event.type is None and not event.error:
            self._foreign = True
            return
        self._sensible = True
        failure = self._answer.take(event)
        if failure is not None:
            self._fail(failure)
        elif event.type == "error":
            self._refuse({"type": "error"})
        self._done = self._done or self._answer.ended

    def _take_oddity(self, name: bytes, data: bytes) -> None:
        """An event that is no JSON object; one of a kind of its own may be passed over."""
        text = data.decode("utf-8", "replace").strip()
        if name == b"error":
            self._refuse(text)
        elif text and (not name or name.startswith(KNOWN_NAMES)):
            said = shortened(text[:200])
            problem = f"The model server sent an event that makes no sense: {said}"
            self._fail(Failed("malformed", problem, retryable=True))

    def _refuse(self, error: object) -> None:
        """The server says what is wrong."""
        if error:
            self._fail(stream_failure(error))

    def _fail(self, failure: Failed) -> None:
        self._failure = failure
        self._done = True

    def _senseless(self) -> Failed:
        """Not one event was understood."""
        said = shortened(self._seen.decode("utf-8", "replace"))
        visible = self._seen.strip(BLANK)
        if not self._foreign and any(visible.startswith(field) or field.startswith(visible) for field in STREAM_FIELDS):
            return Failed("cut", "The model server closed the connection before its answer began.", retryable=True)
        what = "with a web page" if self._page else "in another dialect" if self._foreign else "with something else"
        return Failed(
            "malformed",
            f"The address answers {what} instead of a stream of Messages: {said} — check the provider's base_url (that "
            "of Anthropic ends before /v1) and its dialect.",
        )
