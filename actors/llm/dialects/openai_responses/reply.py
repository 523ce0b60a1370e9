"""Reads the answer to a Responses request: the decoding half of the dialect `openai_responses`.

    opening ──first byte── stream ──response.completed, response.incomplete── done, answered
       ├── `{`: the response object, taken when it is whole     └ response.failed, an error, an event that is no JSON,
       └── `<`: a web page: failed                                too many items: done, failed

The JSON `type` of an event counts; the name on its `event:` line stands in where there is none. `[DONE]` ends nothing:
a body that ends before the response did is a cut, and its calls never surface.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from actors.llm.dialects.openai_responses.answer import ResponseDraft
from actors.llm.dialects.openai_responses.events import ResponseEvent, WireResponse, decode_event, shaped, words
from actors.llm.dialects.openai_responses.items import TooManyItems
from actors.llm.failures import shortened, stream_failure
from actors.llm.port import Failed, Finished, Piece
from actors.llm.sse import EventDecoder, EventTooLong

if TYPE_CHECKING:
    from actors.llm.sse import ServerEvent

LONGEST_BODY = 33_554_432
"""Bytes of an answer that is no stream."""

QUOTED = 2_048
"""Bytes of a body without sense that are kept to be quoted."""

STREAM_FIELDS = (b":", b"data:", b"event:", b"id:", b"retry:")
BLANK = b"\xef\xbb\xbf \t\r\n"


class ResponsesDecoder:
    """One answer. `used` are the call ids of the session so far; the answer's own are added."""

    def __init__(self, used: set[str], provider: str, model: str) -> None:
        self._used = used
        self._events = EventDecoder()
        self._answer = ResponseDraft(provider, model)
        self._seen = b""  # the first bytes, until one event made sense
        self._body: bytearray | None = None  # of an answer that is no stream
        self._page = False
        self._sensible = False
        self._foreign = False  # JSON came, of another dialect
        self._failure: Failed | None = None
        self._done = False

    @property
    def done(self) -> bool:
        """The response ended, or an error was seen."""
        return self._done

    @property
    def complete(self) -> bool:
        """The same: with its last event a response has everything, usage too."""
        return self._done

    @property
    def progress(self) -> int:
        """Grows with everything that becomes part of the answer."""
        return self._answer.progress

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
            return self._answer.pieces()
        try:
            self._take(self._events.feed(data))
        except (EventTooLong, TooManyItems) as problem:
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
        if not self._done:
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
        whole = bytes(body)
        if body.startswith(b"["):
            self._take_list(whole)
            return
        try:
            event = decode_event(whole)
        except (ValueError, RecursionError):
            return
        if event.type is not None and not self._done:
            self._take_event(event)  # one event in place of a stream of them
            return
        response = shaped(whole, WireResponse)
        if response is not None and (response.status is not None or response.error):
            self._take_response(response)
        else:
            self._foreign = True

    def _take_list(self, body: bytes) -> None:
        """A list of one error object."""
        values = shaped(body, list[dict[str, object]])
        error = values[0].get("error") if values else None
        if error is not None:
            self._fail(stream_failure(error))

    def _take_response(self, response: WireResponse) -> None:
        self._sensible = True
        failure = self._answer.take_response(response, "completed")
        if failure is not None:
            self._fail(failure)
        elif words(response.status) in ("queued", "in_progress"):
            self._fail(Failed("cut", "The model server answered before its answer was finished.", retryable=True))
        self._done = True

    def _take_rest(self) -> None:
        """What the end of the body completes."""
        if self._body is None and not self._page:
            try:
                self._take(self._events.close(), trailing=True)
            except TooManyItems as problem:
                self._fail(Failed("malformed", f"The model server's stream makes no sense: {problem}."))
        elif self._body is not None and self._body.count(b"{") > self._body.count(b"}"):
            self._sensible = True  # cut off, as far as one can see

    def _take(self, events: list[ServerEvent], *, trailing: bool = False) -> None:
        for name, data in events:
            if data == b"[DONE]":
                continue
            try:
                event = decode_event(data)
            except (ValueError, RecursionError):
                if not trailing:
                    self._take_oddity(name, data)
            else:
                event.type = event.type or name.decode("ascii", "replace") or None
                self._take_event(event)
            if self._done:
                return

    def _take_event(self, event: ResponseEvent) -> None:
        if event.type is None and not event.error:
            self._foreign = True
            return
        self._sensible = True
        failure = self._answer.take(event)
        if failure is not None:
            self._fail(failure)
        self._done = self._done or bool(self._answer.ended)

    def _take_oddity(self, name: bytes, data: bytes) -> None:
        """An event that is no JSON object; one of a kind of its own may be passed over."""
        text = data.decode("utf-8", "replace").strip()
        if name == b"error":
            self._fail(stream_failure(text))
        elif text and (not name or name == b"message" or name.startswith(b"response.")):
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
        if not self._foreign and any(visible.startswith(field) or field.startswith(visible) for field in STREAM_FIELDS):
            return Failed("cut", "The model server closed the connection before its answer began.", retryable=True)
        what = "with a web page" if self._page else "in another dialect" if self._foreign else "with something else"
        return Failed(
            "malformed",
            f"The address answers {what} instead of a Responses stream: {said} — check the provider's base_url (most "
            "servers want it to end in /v1) and its dialect.",
        )
