"""Reads the answer to a Responses request: the decoding half of the dialect `openai_responses`.

    opening ──first byte── stream ──response.completed, response.incomplete── done, answered
       ├── `{`: the response object, taken when it is whole     └ response.failed, an error, an event that is no JSON,
       └── `<`: a web page: failed                                too many items: done, failed

The JSON `type` of an event counts; the name on its `event:` line stands in where there is none. `[DONE]` ends nothing:
a body that ends before the response did is a cut, and its calls never surface.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from actors.llm.answer_body import BROKEN_OFF, ENDLESS, AnswerBody, senseless_event, senseless_stream
from actors.llm.dialects.openai_responses.answer import ResponseDraft
from actors.llm.dialects.openai_responses.events import ResponseEvent, WireResponse, decode_event, shaped, words
from actors.llm.dialects.openai_responses.items import TooManyItems
from actors.llm.failures import stream_failure
from actors.llm.json_body import JsonBody
from actors.llm.port import Failed, Finished, Piece
from actors.llm.sse import EventDecoder, EventTooLong

if TYPE_CHECKING:
    from actors.llm.sse import ServerEvent


class ResponsesDecoder:
    """One answer. `used` are the call ids of the session so far; the answer's own are added.

    `most` is the number of tokens that it may have, where one was asked for.
    """

    def __init__(self, used: set[str], provider: str, model: str, most: int | None = None) -> None:
        self._used = used
        self._events = EventDecoder()
        self._answer = ResponseDraft(provider, model, most)
        self._body = AnswerBody()
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
        return self._answer.progress + self._body.progress

    def feed(self, data: bytes) -> tuple[Piece, ...]:
        """Some more bytes of the body."""
        if self._done:
            return ()
        if not self._sensible:
            self._done = self._body.look(data)
        if self._body.page:
            return ()
        if self._body.json is not None:
            self._take_json(self._body.json, data)
            return self._answer.pieces()
        try:
            self._take(self._events.feed(data))
        except (EventTooLong, TooManyItems) as problem:
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
                "a Responses stream", "most servers want it to end in /v1", foreign=self._foreign
            )
        if not self._done:
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
        error = listed_error(body)
        if error is not None:
            self._fail(stream_failure(error))
            return
        try:
            event = decode_event(body)
        except (ValueError, RecursionError):
            return
        if event.type is not None:
            self._take_event(event)  # one event in place of a stream of them
        elif not self._take_response(body):
            self._foreign = True

    def _take_response(self, data: bytes) -> bool:
        """A response object that stands alone; whether it is one."""
        response = shaped(data, WireResponse)
        if response is None or not (response.status is not None or response.error):
            return False
        self._sensible = self._done = True
        failure = self._answer.take_response(response, "completed")
        if failure is None and words(response.status) in ("queued", "in_progress"):
            failure = Failed("cut", "The model server answered before its answer was finished.", retryable=True)
        if failure is not None:
            self._fail(failure)
        return True

    def _take_rest(self) -> None:
        """What the end of the body completes."""
        if self._body.json is not None:
            self._take_whole(self._body.value)
            self._sensible = self._sensible or self._body.json.cut
        elif not self._body.page:
            try:
                self._take(self._events.close(), trailing=True)
            except TooManyItems as problem:
                self._fail(senseless_stream(problem))

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
                if event.type is not None or event.error or not self._take_response(data):
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
            self._fail(senseless_event(text))

    def _fail(self, failure: Failed) -> None:
        self._failure = failure
        self._done = True


def listed_error(body: bytes) -> object:
    """The error of an answer that is a list of one error object; None where it is something else."""
    values = shaped(body, list[dict[str, object]]) if body.startswith(b"[") else None
    return values[0].get("error") if values else None
