"""Reads the answer to a Messages request: the decoding half of the dialect `anthropic`.

    opening ──first byte── stream ──a stop reason── complete ──message_stop, [DONE]── done
       ├── `{`: a JSON message, taken when it is whole    └ an error, an event that is no JSON: done, failed
       └── `<`: a web page: failed

The JSON `type` of an event counts; the name on its `event:` line stands in where there is none. A body that ends before
`complete` is a cut: a failure, and its calls never surface.
"""

from __future__ import annotations

from actors.llm.answer_body import BROKEN_OFF, ENDLESS, AnswerBody, senseless_event, senseless_stream
from actors.llm.dialects.anthropic.answer import MessageDraft
from actors.llm.dialects.anthropic.block_list import TooManyBlocks
from actors.llm.dialects.anthropic.events import ABSENT, MessageEvent, decode_event, shaped
from actors.llm.failures import stream_failure
from actors.llm.json_body import JsonBody
from actors.llm.port import Failed, Finished, Piece
from actors.llm.sse import EventDecoder, EventTooLong, ServerEvent

KNOWN_NAMES = (b"message", b"content_block")
"""Beginnings of the names of events that must make sense."""


class MessagesDecoder:
    """One answer of this provider and model. `used` are the call ids of the session so far; its own are added."""

    def __init__(self, used: set[str], provider: str, model: str) -> None:
        self._used = used
        self._events = EventDecoder()
        self._answer = MessageDraft(provider, model)
        self._body = AnswerBody()
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
        """A stop reason was seen and no call is half written; the end of the message may follow."""
        return self._done or self._answer.whole

    @property
    def progress(self) -> int:
        """Grows with everything that becomes part of the answer; pings and empty deltas leave it."""
        return self._answer.progress + self._body.progress

    def feed(self, data: bytes) -> tuple[Piece, ...]:
        """Some more bytes of the body."""
        if self._done:
            return ()
        if not self._sensible:
            self._done = self._body.look(data)
        if self._body.page:
            return ()
        try:
            if self._body.json is not None:
                self._take_json(self._body.json, data)
            else:
                self._take(self._events.feed(data))
        except (EventTooLong, TooManyBlocks) as problem:
            self._fail(senseless_stream(problem))
        return self._answer.pieces()

    def close(self) -> Finished | Failed:
        """The body has ended."""
        if not self._done:
            self._take_rest()
        if self._failure is not None:
            return self._failure
        if not self._sensible:
            return self._body.senseless(
                "a stream of Messages", "that of Anthropic ends before /v1", foreign=self._foreign
            )
        if not self.complete or (not self._answer.finish and self._answer.empty):
            return BROKEN_OFF
        return self._answer.finished(self._used)

    def _take_json(self, body: JsonBody, data: bytes) -> None:
        """Some more of a JSON answer; taken as soon as it is whole."""
        may_be_whole = body.add(data)
        if body.endless:
            self._fail(ENDLESS)
        elif may_be_whole:
            self._take_whole(self._body.value)

    def _take_whole(self, body: bytes) -> None:
        """A JSON answer, if it is whole."""
        try:
            message = decode_event(body)
        except (ValueError, RecursionError):
            errors = shaped(body, list[MessageEvent]) or ()
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
        try:
            if self._body.json is not None:
                self._take_whole(self._body.value)
                self._sensible = self._sensible or self._body.json.cut
            elif not self._body.page:
                self._take(self._events.close(), trailing=True)
        except TooManyBlocks as problem:
            self._fail(senseless_stream(problem))

    def _take(self, events: list[ServerEvent], *, trailing: bool = False) -> None:
        for name, data in events:
            if data.startswith(b"[DONE]"):
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
            self._fail(senseless_event(text))

    def _refuse(self, error: object) -> None:
        """The server says what is wrong."""
        if error:
            self._fail(stream_failure(error))

    def _fail(self, failure: Failed) -> None:
        self._failure = failure
        self._done = True
